package states

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

// full is a file on a disk that is full after some bytes.
type full struct {
	*os.File
	room   int
	broken bool // Sync fails, too
}

func (f *full) Write(p []byte) (int, error) {
	if f.room < 0 {
		return f.File.Write(p)
	}
	n, _ := f.File.Write(p[:min(f.room, len(p)-1)])
	return n, errors.New("no space left on device")
}

func (f *full) Sync() error {
	if f.broken {
		return errors.New("input/output error")
	}
	return f.File.Sync()
}

// TestPartialWrite: what was written of a line is cut off again, and the next line stands alone.
func TestPartialWrite(t *testing.T) {
	for name, fault := range map[string]*full{
		"nothing of it": {room: 0}, "a part": {room: 12}, "all but the end": {room: 1000},
		"all of it, perhaps": {room: -1, broken: true},
	} {
		t.Run(name, func(t *testing.T) {
			g, path := NewWithT(t), filepath.Join(t.TempDir(), "journal.jsonl")
			j, err := NewJournal(path, Origin{})
			g.Expect(err).NotTo(HaveOccurred())
			first, err := j.Changing(Change{Kind: Disabled, ID: "asg-1"})
			g.Expect(err).NotTo(HaveOccurred())

			fault.File = j.file.(*os.File)
			j.file = fault
			_, err = j.Changing(Change{Kind: Enabled, ID: "asg-2"})
			g.Expect(err).To(MatchError(ContainSubstring("nothing is changed that cannot be written down")))
			g.Expect(j.Undone(first)).NotTo(Succeed())
			g.Expect(j.Open()).To(HaveLen(1), "what could not be struck off is still open")
			j.file = fault.File
			_, err = j.Changing(Change{Kind: Enabled, ID: "asg-3"})
			g.Expect(err).NotTo(HaveOccurred())
			open := j.Open()
			g.Expect(j.Close()).To(Succeed())

			again, err := OpenJournal(path)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(again.Open()).To(Equal(open))
			g.Expect(again.Close()).To(Succeed())
		})
	}
}
