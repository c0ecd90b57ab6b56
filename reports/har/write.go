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

// notesKey is where a file has its notes.
const notesKey = "_notes"

// begin is a file up to its first entry; the entries follow, with commas between them, and then the end. notes, when
// not nil, writes what stands before the entries.
func begin(w io.Writer, c Creator, notes func() error) error {
	creator, err := json.Marshal(c)
	if err == nil {
		_, err = fmt.Fprintf(w, `{"log":{"version":%q,"creator":%s,"pages":[],`, Version, creator)
	}
	if err == nil && notes != nil {
		err = notes()
	}
	if err == nil {
		_, err = io.WriteString(w, `"entries":[`+"\n")
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
