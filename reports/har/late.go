package har

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
)

// hideLate rewrites a spool without what hide takes out. Most runs have nothing to rewrite: what a run learns late was
// seldom said before.
func hideLate(name string, hide func(string) string) error {
	in, err := os.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	var out *rewritten // after an error, its folder is removed
	records := bufio.NewReaderSize(in, spoolBuffer)
	var text []byte
	for at := int64(0); ; {
		r, err := readRecord(records)
		if err != nil { // the end; Gather says what is missing there
			break
		}
		text = slices.Grow(text[:0], int(r.length))[:r.length]
		if _, err := io.ReadFull(records, text); err != nil {
			break
		}
		_, _ = records.Discard(1) // the end of the line
		if hidden, found := hideEntry(text, hide); found {
			if out == nil {
				if out, err = newRewritten(in); err != nil {
					return err
				}
			}
			if err := out.replace(at, at+r.size(), r.name, hidden); err != nil {
				return err
			}
		}
		at += r.size()
	}
	if out == nil {
		return nil
	}
	return out.end(name)
}

// rewritten is a copy of a spool in which some records are others.
type rewritten struct {
	from *os.File
	done int64 // of it, in bytes
	to   *Spool
}

func newRewritten(from *os.File) (*rewritten, error) {
	f, err := os.CreateTemp(filepath.Dir(from.Name()), "*.hiding")
	if err != nil {
		return nil, err
	}
	to := &Spool{path: f.Name(), file: f, out: bufio.NewWriterSize(f, spoolBuffer), most: math.MaxInt64}
	return &rewritten{from: from, to: to}, nil
}

func (w *rewritten) copyUntil(at int64) error {
	_, err := io.Copy(w.to.out, io.NewSectionReader(w.from, w.done, at-w.done))
	w.done = at
	return err
}

// replace writes another record in the place of that between two places.
func (w *rewritten) replace(from, to int64, name string, text []byte) error {
	err := w.copyUntil(from)
	w.to.write(name, text)
	w.done = to
	return errors.Join(err, w.to.err)
}

// end puts the copy in the place of what it was made from.
func (w *rewritten) end(name string) error {
	info, err := w.from.Stat()
	if err != nil {
		return err
	}
	if err := errors.Join(w.copyUntil(info.Size()), w.to.Close()); err != nil {
		return err
	}
	return os.Rename(w.to.path, name)
}

// hideEntry is an entry without what hide takes out of its texts; found tells whether there was anything.
func hideEntry(text []byte, hide func(string) string) (hidden []byte, found bool) {
	if whole := string(text); hide(whole) == whole {
		return text, false
	}
	var e map[string]any
	if json.Unmarshal(text, &e) != nil { // it was written by Add, so this cannot be
		return []byte("{}"), true
	}
	return appendValue(nil, hideIn(e, hide)), true
}

// hideIn changes every text in a value.
func hideIn(v any, hide func(string) string) any {
	switch v := v.(type) {
	case string:
		return hide(v)
	case []any:
		for i := range v {
			v[i] = hideIn(v[i], hide)
		}
	case map[string]any:
		hideBody(v, hide)
		for key, value := range v {
			v[key] = hideIn(value, hide)
		}
		if address, ok := v["url"].(string); ok {
			v["url"] = URL(address)
		}
	}
	return v
}

// hideBody replaces a body in base64 that holds something: nothing can be taken out of the encoded text.
func hideBody(v map[string]any, hide func(string) string) {
	text, _ := v["text"].(string)
	for _, key := range []string{"encoding", "_encoding"} {
		if v[key] != "base64" {
			continue
		}
		plain, err := base64.StdEncoding.DecodeString(text)
		if err == nil && hide(string(plain)) == string(plain) && hide(text) == text {
			continue
		}
		v["text"] = "REDACTED"
		delete(v, key)
	}
}
