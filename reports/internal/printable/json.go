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

// JSON escapes what is not printable the way JSON does, and "##[" and "##word[", which the logs of CI jobs take for
// commands. In JSON of valid UTF-8 these can stand in strings only.
func JSON(data []byte) []byte {
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); {
		if c := data[i]; c == '\n' || ' ' <= c && c <= '~' { // most of it
			out = append(out, c)
			i++
			continue
		}
		r, n := utf8.DecodeRune(data[i:])
		if unicode.IsPrint(r) {
			out = append(out, data[i:i+n]...)
		} else {
			for _, unit := range utf16.Encode([]rune{r}) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
		}
		i += n
	}
	return hashed.ReplaceAll(out, []byte(`$1\u005b`))
}

var hashed = regexp.MustCompile(`(##[A-Za-z]*)\[`)
