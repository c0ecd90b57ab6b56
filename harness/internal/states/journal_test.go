package states_test

import (
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
)

func TestJournalRemembers(t *testing.T) {
	g := NewWithT(t)
	path := filepath.Join(t.TempDir(), "deep", "journal.jsonl")
	j, err := states.NewJournal(path, states.Origin{
		Endpoint: "https://ess.example.com", Region: "r", Signature: "v3",
		RDS: "https://rds",
	})
	g.Expect(err).NotTo(HaveOccurred())
	sizes := support.Sizes{MinSize: 1, MaxSize: 5, Cooldown: 300}
	first, err := j.Changing(states.Change{Kind: states.ChangedSizes, ID: "asg-1", Sizes: &sizes})
	g.Expect(err).NotTo(HaveOccurred())
	second, err := j.Changing(states.Change{Kind: states.Created, Name: "n"})
	g.Expect(err).NotTo(HaveOccurred())
	_, err = j.Changing(states.Change{Kind: states.Moved, Members: map[string]string{"i-1": "", "i-2": "asg-1"}})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(j.KnownAs(second, "asg-2")).To(Succeed())
	g.Expect(j.Undone(first)).To(Succeed())
	open := j.Open()
	g.Expect(j.Close()).To(Succeed())

	again, err := states.OpenJournal(path)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(again.Open()).To(Equal(open))
	g.Expect(again.Open()[0].ID).To(Equal("asg-2"))
	g.Expect(again.Origin().RDS).To(Equal("https://rds"))
	g.Expect(again.Close()).To(Succeed())
	_, err = states.NewJournal(path, states.Origin{})
	g.Expect(err).To(MatchError(states.ErrInterrupted))
}

// TestJournalIsCutOff: the last line was being written when the process was killed, so what it lists never happened.
func TestJournalIsCutOff(t *testing.T) {
	g := NewWithT(t)
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	j, err := states.NewJournal(path, states.Origin{})
	g.Expect(err).NotTo(HaveOccurred())
	_, err = j.Changing(states.Change{Kind: states.Disabled, ID: "asg-1"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(j.Close()).To(Succeed())
	whole, err := os.ReadFile(path)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(os.WriteFile(path, append(whole, []byte(`{"change":2,"kind":"disa`)...), 0o600)).To(Succeed())

	again, err := states.OpenJournal(path)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(again.Open()).To(HaveLen(1))
	g.Expect(again.Undone(1)).To(Succeed())
	g.Expect(again.Close()).To(Succeed())
	last, err := states.OpenJournal(path)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(last.Open()).To(BeEmpty())
	g.Expect(last.Close()).To(Succeed())
}

// TestNoJournal: a file that is something else is refused, and left as it is.
func TestNoJournal(t *testing.T) {
	for name, text := range map[string]string{
		"another file":       "{\"kind\":\"ConformanceReport\"}\n",
		"a line without end": "my notes",
		"no JSON":            "hello\nworld\n",
		"empty":              "",
		"damaged":            "{\"essconformJournal\":1}\n{\"change\":\n",
		"a later one":        "{\"essconformJournal\":9}\n",
		"binary":             "\x00\x01\n\x02",
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			path := filepath.Join(t.TempDir(), "journal.jsonl")
			g.Expect(os.WriteFile(path, []byte(text), 0o600)).To(Succeed())
			_, err := states.OpenJournal(path)
			g.Expect(err).To(MatchError(ContainSubstring(path)))
			_, err = states.NewJournal(path, states.Origin{})
			g.Expect(err).To(MatchError(ContainSubstring(path)))
			after, err := os.ReadFile(path)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(string(after)).To(Equal(text))
		})
	}
}

func TestJournalKnowsTheEdition(t *testing.T) {
	g, path := NewWithT(t), filepath.Join(t.TempDir(), "journal.jsonl")
	j, err := states.NewJournal(path, states.Origin{APIVersion: "2022-02-22", ListPrefix: "InstanceIds"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(j.Close()).To(Succeed())
	again, err := states.OpenJournal(path)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(again.Origin().APIVersion).To(Equal("2022-02-22"))
	g.Expect(again.Origin().ListPrefix).To(Equal("InstanceIds"))
	g.Expect(again.Close()).To(Succeed())
}
