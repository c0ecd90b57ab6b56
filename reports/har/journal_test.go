package har

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	. "github.com/onsi/gomega"
)

func TestJournalWithoutItsEnd(t *testing.T) {
	g, path := NewWithT(t), filepath.Join(t.TempDir(), "traffic.har")
	j, err := NewJournal(path, Creator{Proxy, "dev"})
	g.Expect(err).NotTo(HaveOccurred())
	count := func() (n int, err error) {
		data, err := os.ReadFile(path)
		g.Expect(err).NotTo(HaveOccurred())
		return entries(t, bytes.NewReader(data))
	}
	n, err := count()
	g.Expect(n).To(BeZero())
	g.Expect(err).To(MatchError(ErrNoEnd))
	for i := range 3 {
		g.Expect(j.Add(full())).To(Succeed())
		n, err := count() // as after a kill
		g.Expect(n).To(Equal(i + 1))
		g.Expect(err).To(MatchError(ErrNoEnd))
	}
	data, err := os.ReadFile(path)
	g.Expect(err).NotTo(HaveOccurred())
	n, err = entries(t, bytes.NewReader(data[:len(data)-20])) // as after a loss of power
	g.Expect(n).To(Equal(2))
	g.Expect(err).To(MatchError(ErrNoEnd))
	other := bytes.Replace(data, []byte(Proxy), []byte("WebInspector"), 1)
	_, err = entries(t, bytes.NewReader(other))
	g.Expect(errors.Is(err, ErrCutOff)).To(BeTrue(), "the file of another program is cut off")

	g.Expect(j.Close()).To(Succeed())
	g.Expect(j.Close()).To(Succeed())
	g.Expect(j.Add(full())).To(Succeed(), "what comes later is left out")
	n, err = count()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(n).To(Equal(3))
}

func TestJournalOfManyAtOnce(t *testing.T) {
	g, path := NewWithT(t), filepath.Join(t.TempDir(), "traffic.har")
	j, err := NewJournal(path, Creator{Proxy, "dev"})
	g.Expect(err).NotTo(HaveOccurred())
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			e := full()
			e.Request.URL = fmt.Sprintf("http://h/%d", i)
			_ = j.Add(e)
		})
	}
	all.Wait()
	g.Expect(j.Close()).To(Succeed())
	f, err := os.Open(path)
	g.Expect(err).NotTo(HaveOccurred())
	defer f.Close()
	urls := map[string]bool{}
	_, err = Each(f, func(e Read) error { urls[e.Request.URL] = true; return nil })
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(urls).To(HaveLen(50))
	_, err = NewJournal(filepath.Join(path, "x"), Creator{})
	g.Expect(err).To(HaveOccurred())
}

func TestEntryIsWhatIsRead(t *testing.T) {
	g := NewWithT(t)
	text := append(append([]byte(`{"log":{"entries":[`), full().appendJSON(nil)...), "]}}"...)
	_, err := Each(bytes.NewReader(text), func(e Read) error {
		g.Expect(e).To(Equal(full().Read()))
		return nil
	})
	g.Expect(err).NotTo(HaveOccurred())
}
