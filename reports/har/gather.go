package har

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Recording is all that the processes of a run have kept.
type Recording struct {
	// Cases holds the numbers of the entries of each case, in order.
	Cases map[string][]int

	folder string
	files  []*os.File
	spans  []span
	notes  []span
	reason string // why it is not everything; "" when it is
}

// span is where an entry is.
type span struct {
	file         *os.File
	from, length int64
}

// Gather reads the spools in a folder. hide, when not nil, takes the secrets out of a text that were learned after it
// was kept. Close removes the folder.
func Gather(folder string, hide func(string) string) (*Recording, error) {
	r := &Recording{Cases: map[string][]int{}, folder: folder}
	names, err := spoolsIn(folder)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	for _, name := range names {
		if hide != nil {
			err = hideLate(name, hide)
		}
		var f *os.File
		if err == nil {
			f, err = os.Open(name)
		}
		if err == nil {
			r.files = append(r.files, f)
			err = r.read(f)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("read the exchanges of the run: %w", err), r.Close())
		}
	}
	return r, nil
}

func spoolsIn(folder string) (names []string, err error) {
	entries, err := os.ReadDir(folder)
	for _, e := range entries {
		if ours, _ := filepath.Match(spools, e.Name()); ours {
			names = append(names, filepath.Join(folder, e.Name()))
		}
	}
	return names, err
}

// record is the head of a record of a spool.
type record struct {
	name   string
	length int64 // of the entry
	head   int64 // of the head itself
}

// size is how much of the file it takes, in bytes.
func (r record) size() int64 { return r.head + r.length + 1 }

// Errors of readRecord.
var (
	errFull   = errors.New("entries are left out: a recording holds at most 500 MiB")
	errBroken = errors.New("entries are left out: they could not be written, as when the disk is full")
)

// readRecord reads a head; io.EOF stands at the end.
func readRecord(in *bufio.Reader) (r record, err error) {
	line, err := in.ReadString('\n')
	switch {
	case err == io.EOF && line == "":
		return r, io.EOF
	case err != nil && err != io.EOF:
		return r, err
	case line == markFull+"\n":
		return r, errFull
	}
	size, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	length, failed := strconv.ParseInt(size, 10, 32)
	if err == io.EOF || !ok || failed != nil || length < 0 {
		return r, errBroken
	}
	return record{name, length, int64(len(line))}, nil
}

// read notes where the entries of a spool are.
func (r *Recording) read(f *os.File) error {
	in, at := bufio.NewReaderSize(f, spoolBuffer), int64(0)
	for {
		head, err := readRecord(in)
		if err == nil {
			if _, short := in.Discard(int(head.length) + 1); short == io.EOF {
				err = errBroken
			} else {
				err = short
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err == errFull, err == errBroken:
			r.reason = err.Error()
			return nil
		case err != nil:
			return err
		}
		at += head.size()
		here := span{f, at - head.length - 1, head.length}
		if head.name == noted {
			r.notes = append(r.notes, here)
			continue
		}
		r.spans = append(r.spans, here)
		if head.name != "" {
			r.Cases[head.name] = append(r.Cases[head.name], len(r.spans)-1)
		}
	}
}

// Write writes the file.
func (r *Recording) Write(w io.Writer, c Creator) error {
	notes := func() error {
		if len(r.notes) == 0 {
			return nil
		}
		_, before := io.WriteString(w, `"`+notesKey+`":[`+"\n")
		err := errors.Join(before, writeSpans(w, r.notes))
		_, after := io.WriteString(w, "\n],")
		return errors.Join(err, after)
	}
	if err := errors.Join(begin(w, c, notes), writeSpans(w, r.spans)); err != nil {
		return err
	}
	return end(w, r.reason)
}

// writeSpans writes texts with commas between them. They stand in their files one behind the other, so each file is
// read once, from its beginning.
func writeSpans(w io.Writer, spans []span) error {
	var in *bufio.Reader
	var file *os.File
	var at int64 // where in is
	for i, s := range spans {
		if i > 0 {
			if _, err := io.WriteString(w, ",\n"); err != nil {
				return err
			}
		}
		if s.file != file {
			file, at = s.file, 0
			in = bufio.NewReaderSize(io.NewSectionReader(file, 0, math.MaxInt64), spoolBuffer)
		}
		if _, err := in.Discard(int(s.from - at)); err != nil {
			return err
		}
		if _, err := io.CopyN(w, in, s.length); err != nil {
			return err
		}
		at = s.from + s.length
	}
	return nil
}

// Len is the number of entries.
func (r *Recording) Len() int { return len(r.spans) }

// Close removes the folder.
func (r *Recording) Close() error {
	if r == nil {
		return nil
	}
	var errs []error
	for _, f := range r.files {
		errs = append(errs, f.Close())
	}
	r.files = nil
	return errors.Join(append(errs, os.RemoveAll(r.folder))...)
}
