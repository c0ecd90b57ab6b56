package har

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

const (
	// folders are where the entries of a run are until its report is written, in the directory of the report.
	folders = ".exchanges-*"
	// spools are the files in such a folder, one for each process.
	spools = "*.part"
	// mostKept bounds what a run keeps, in bytes.
	mostKept = 500 << 20
	// spoolBuffer is how much waits in memory until it is written, in bytes.
	spoolBuffer = 256 << 10
)

// Spool keeps the entries of one process of a run in a file, so that they take no memory. Each record is a line with
// the length of the entry and the case, and the entry on a line of its own. It may be used by many goroutines at once.
type Spool struct {
	path  string
	texts sync.Pool // of *[]byte, to write entries into

	mu   sync.Mutex
	file *os.File
	out  *bufio.Writer
	size int64
	most int64
	full bool
	err  error
}

// NewFolder makes a folder for the spools of a run in the directory of its report.
func NewFolder(dir string) (string, error) {
	folder, err := os.MkdirTemp(dir, folders)
	return folder, unkept(err)
}

func unkept(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("keep the exchanges of the run: %w; choose another directory with -report-dir, or give -no-har",
		err)
}

// NewSpool makes a spool in a folder, where Gather finds it.
func NewSpool(folder string) (*Spool, error) {
	f, err := os.CreateTemp(folder, spools)
	if err != nil {
		return nil, unkept(err)
	}
	return &Spool{path: f.Name(), file: f, out: bufio.NewWriterSize(f, spoolBuffer), most: mostKept}, nil
}

// Add keeps an entry. What a full disk does to it shows in the file that Gather makes.
func (s *Spool) Add(e *Entry) {
	if s == nil {
		return
	}
	text, ok := s.texts.Get().(*[]byte)
	if !ok {
		text = new([]byte)
	}
	defer s.texts.Put(text)
	*text = e.appendJSON((*text)[:0])

	s.mu.Lock()
	defer s.mu.Unlock()
	s.write(e.Case, *text)
}

// noted is the name of records that hold a note. No case has it.
const noted = " note"

// Note keeps a note.
func (s *Spool) Note(n Note) {
	if s == nil {
		return
	}
	text, err := json.Marshal(n)
	if err != nil {
		return // a text and numbers are always JSON
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.write(noted, text)
}

// write writes a record.
func (s *Spool) write(name string, text []byte) {
	head := append(strconv.AppendInt(make([]byte, 0, len(name)+24), int64(len(text)), 10), ' ')
	head = append(append(head, name...), '\n')
	size := int64(len(head) + len(text) + 1)
	switch {
	case s.file == nil || s.full || s.err != nil:
		return
	case s.size+size > s.most:
		s.full = true
		_, s.err = s.out.WriteString(markFull + "\n")
		return
	}
	s.size += size
	_, _ = s.out.Write(head) // the writer keeps its first error
	_, _ = s.out.Write(text)
	s.err = s.out.WriteByte('\n')
}

// Close ends the spool. Its file stays for Gather.
func (s *Spool) Close() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	err := errors.Join(s.out.Flush(), s.file.Close())
	s.file = nil
	return err
}

// markFull is the line behind the last record of a spool that had no room for more.
const markFull = "full"

// RemoveFolders removes what earlier runs left in the directory of a report, as after a kill.
func RemoveFolders(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if ours, _ := filepath.Match(folders, e.Name()); ours && e.IsDir() {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	return err
}
