package har

import (
	"fmt"
	"os"
	"sync"
)

// Journal writes entries to a file as they come: what was added is in the file when Add returns, so that a process that
// is killed loses nothing but what it was still waiting for. Each reads a journal without its end.
type Journal struct {
	mu   sync.Mutex
	file *os.File
	text []byte
	n    int
	err  error
}

// NewJournal makes the file, or empties it.
func NewJournal(path string, c Creator) (*Journal, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	if err := begin(f, c, nil); err != nil {
		_ = f.Close()
		return nil, err
	}
	return &Journal{file: f}, nil
}

// Add writes an entry. After an error, such as that of a full disk, nothing more is written.
func (j *Journal) Add(e *Entry) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil || j.file == nil {
		return j.err
	}
	j.text = j.text[:0]
	if j.n > 0 {
		j.text = append(j.text, ",\n"...)
	}
	j.text = e.appendJSON(j.text)
	if _, err := j.file.Write(j.text); err != nil {
		j.err = fmt.Errorf("the recording ends here: %w", err)
	}
	j.n++
	return j.err
}

// Close ends the file.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file == nil {
		return nil
	}
	err := j.err
	if err == nil {
		err = end(j.file, "")
	}
	closed := j.file.Close()
	if j.file = nil; err == nil {
		err = closed
	}
	return err
}
