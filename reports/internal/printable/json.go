package printable

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// WriteJSON writes v as JSON that can be looked at.
func WriteJSON(w io.Writer, what string, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false) // curl lines stay readable; it is no HTML
	err := e.Encode(v)
	if err == nil {
		_, err = w.Write(JSON(b.Bytes()))
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

// JSON is data in which what is not printable is escaped the way JSON does, and so are "##[" and "##word[", which the
// logs of CI jobs take for commands. In JSON of valid UTF-8 these can stand in strings only.
func JSON(data []byte) []byte {
	var out []byte
	done := 0
	for i := 0; i < len(data); {
		if c := data[i]; c == '\n' || ' ' <= c && c <= '~' { // most of it
			i++
			continue
		}
		r, n := utf8.DecodeRune(data[i:])
		if !unicode.IsPrint(r) {
			out = append(out, data[done:i]...)
			for _, unit := range utf16.Encode([]rune{r}) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
			done = i + n
		}
		i += n
	}
	if done > 0 {
		data = append(out, data[done:]...)
	}
	if !bytes.Contains(data, []byte("##")) {
		return data
	}
	return hashed.ReplaceAll(data, []byte(`$1\u005b`))
}

var hashed = regexp.MustCompile(`(##[A-Za-z]*)\[`)
