package har

import (
	"encoding/json"
	"fmt"
	"io"
)

// Creator is the program that made a file.
type Creator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// begin is a file up to its first entry; the entries follow, with commas between them, and then the end.
func begin(w io.Writer, c Creator) error {
	creator, err := json.Marshal(c)
	if err == nil {
		_, err = fmt.Fprintf(w, `{"log":{"version":%q,"creator":%s,"pages":[],"entries":[`+"\n", Version, creator)
	}
	return err
}

// end closes a file. comment is for readers; "" for none.
func end(w io.Writer, comment string) error {
	if comment == "" {
		_, err := io.WriteString(w, "\n]}}\n")
		return err
	}
	text, err := json.Marshal(comment)
	if err == nil {
		_, err = fmt.Fprintf(w, "\n],\"comment\":%s}}\n", text)
	}
	return err
}
