package states

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/essconform/essconform/harness/internal/support"
)

// Change is how something was before it was changed, which is all that is needed to put it back. It holds no secret.
type Change struct {
	Number int       `json:"change"`
	At     time.Time `json:"at"`
	Kind   Kind      `json:"kind"`
	ID     string    `json:"id,omitempty"` // of the group, load balancer or DB instance
	// One of these, by kind.
	Sizes   *support.Sizes    `json:"sizes,omitempty"`
	Members map[string]string `json:"members,omitempty"` // instance → the group that it was in, "" for none
	Groups  []string          `json:"groups,omitempty"`  // that the instances may be in while the run lasts
	Name    string            `json:"name,omitempty"`    // of a group that was about to be created
}

// Kind is a kind of change.
type Kind string

// The kinds, with what a Change of each kind says.
const (
	ChangedSizes   Kind = "sizes"    // Sizes before
	Enabled        Kind = "enabled"  // the group was inactive
	Disabled       Kind = "disabled" // the group was active
	Moved          Kind = "moved"    // Members before
	LoadBalancer   Kind = "load balancer switched off"
	DBInstance     Kind = "DB instance stopped"
	Created        Kind = "group created" // Name, and ID as soon as it is known
	journalVersion      = 1
)

// Origin is the first line of a journal: where its changes were made.
type Origin struct {
	Version   int    `json:"essconformJournal"`
	Endpoint  string `json:"endpoint"`
	Region    string `json:"region"`
	Signature string `json:"signature"`
	// APIVersion and ListPrefix are the edition that the calls are made in.
	APIVersion string `json:"apiVersion,omitempty"`
	ListPrefix string `json:"listPrefix,omitempty"`
	// The addresses of the other products; "" where they are at the endpoint.
	ECS string `json:"ecsEndpoint,omitempty"`
	SLB string `json:"slbEndpoint,omitempty"`
	RDS string `json:"rdsEndpoint,omitempty"`
}

// line is any later line: a change, one that gives a created group its id, or one that strikes a change off.
type line struct {
	*Change
	Known  int    `json:"known,omitempty"`
	Group  string `json:"group,omitempty"`
	Undone int    `json:"undone,omitempty"`
}

// Journal writes each change down before it is made, and strikes it off when it is undone, so that also a run that was
// killed can be cleaned up. The file is append-only JSON lines, for its owner alone; each line is on the disk before
// what it says happens.
type Journal struct {
	mu     sync.Mutex
	file   file
	size   int64 // of what is whole
	path   string
	origin Origin
	open   []Change
	last   int
}

// file is what a journal needs of an *os.File.
type file interface {
	io.WriteCloser
	Sync() error
	Truncate(size int64) error
}

// Errors of journals.
var (
	// ErrInterrupted is returned by NewJournal when an earlier run left something to be put back.
	ErrInterrupted = errors.New("an earlier run was interrupted before it had put everything back")
	// ErrNoJournal is returned for a file that is something else. It is left as it is.
	ErrNoJournal = errors.New("this is not a journal that this version of essconform can read; it is left as it is: " +
		"name another file with -journal")
)

// NewJournal begins a journal. One that lists changes not yet undone is left alone, and is an error; so is any other
// file.
func NewJournal(path string, origin Origin) (*Journal, error) {
	old, err := readJournal(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case len(old.open) > 0:
		return nil, fmt.Errorf("%w: %s lists %d changes not yet undone; run `essconform sweep -journal %s` first",
			ErrInterrupted, path, len(old.open), path)
	default:
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("journal: %w; choose another file with -journal", err)
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("journal: %w; choose another file with -journal", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("journal: %w; another run may just have begun, or choose another file with -journal",
			err)
	}
	origin.Version = journalVersion
	j := &Journal{origin: origin, file: f, path: path}
	if err := errors.Join(j.append(origin), syncDir(filepath.Dir(path))); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return j, nil
}

// OpenJournal reads the journal of an earlier run, to go on with it. A last line that was cut off is of a change that
// was never made.
func OpenJournal(path string) (*Journal, error) {
	j, err := readJournal(path)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	if err := f.Truncate(j.size); err != nil {
		return nil, errors.Join(fmt.Errorf("journal: %w", err), f.Close())
	}
	j.file = f
	return j, nil
}

// readJournal reads a journal and changes nothing.
func readJournal(path string) (*Journal, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	whole := bytes.LastIndexByte(data, '\n') + 1
	j := &Journal{path: path, size: int64(whole)}
	first, rest, _ := bytes.Cut(data[:whole], []byte("\n"))
	if err := json.Unmarshal(first, &j.origin); err != nil || j.origin.Version != journalVersion {
		return nil, fmt.Errorf("journal: %s: %w", path, ErrNoJournal)
	}
	for n, text := range bytes.Split(rest, []byte("\n")) {
		if err := j.read(text); err != nil {
			return nil, fmt.Errorf("journal: %s:%d: %w", path, n+2, err)
		}
	}
	return j, nil
}

func (j *Journal) read(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return errors.New("this line is damaged; look at the resources that the other lines name, and put them back " +
			"by hand")
	}
	switch {
	case l.Change != nil && l.Number > 0:
		j.open, j.last = append(j.open, *l.Change), max(j.last, l.Number)
	case l.Known > 0:
		for i := range j.open {
			if j.open[i].Number == l.Known {
				j.open[i].ID = l.Group
			}
		}
	default:
		j.open = slices.DeleteFunc(j.open, func(c Change) bool { return c.Number == l.Undone })
	}
	return nil
}

// Open are the changes that were not undone, oldest first.
func (j *Journal) Open() []Change {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.open)
}

// Changing writes down what is about to be changed.
func (j *Journal) Changing(c Change) (number int, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	c.Number, c.At = j.last, time.Now().UTC().Truncate(time.Second)
	if err := j.append(line{Change: &c}); err != nil {
		return 0, err
	}
	j.open = append(j.open, c)
	return c.Number, nil
}

// KnownAs gives a created group its id.
func (j *Journal) KnownAs(number int, group string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := range j.open {
		if j.open[i].Number == number {
			j.open[i].ID = group
		}
	}
	return j.append(line{Known: number, Group: group})
}

// Undone strikes a change off.
func (j *Journal) Undone(number int) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.append(line{Undone: number}); err != nil {
		return err
	}
	j.open = slices.DeleteFunc(j.open, func(c Change) bool { return c.Number == number })
	return nil
}

// append writes one line. What was written of a line that could not be written whole is cut off again, so that the next
// one stands alone.
func (j *Journal) append(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	text = append(text, '\n')
	if _, err = j.file.Write(text); err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		err = errors.Join(err, j.file.Truncate(j.size))
		return fmt.Errorf("journal: %w; nothing is changed that cannot be written down", err)
	}
	j.size += int64(len(text))
	return nil
}

// Close closes the file.
func (j *Journal) Close() error {
	if err := j.file.Close(); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// Origin is where the changes were made.
func (j *Journal) Origin() Origin { return j.origin }

// Path is the name of the file.
func (j *Journal) Path() string { return j.path }

// syncDir makes a new file in a directory last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	_ = d.Sync() // not every file system has it
	return d.Close()
}
