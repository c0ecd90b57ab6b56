package har

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// endless is a file that goes on with the same text n times.
type endless struct {
	text string
	n    int
	rest string
}

func (e *endless) Read(p []byte) (int, error) {
	if e.rest == "" {
		if e.n == 0 {
			return 0, io.EOF
		}
		e.n--
		e.rest = e.text
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

const small = `{"startedDateTime":"2026-01-01T00:00:00Z","request":{"method":"GET","url":"http://h/"},"response":{"status":200}}`

func entries(t *testing.T, in io.Reader) (n int, err error) {
	t.Helper()
	_, err = Each(in, func(Read) error { n++; return nil })
	return n, err
}

// grown is by how much the heap is larger after do, in bytes.
func grown(do func()) int64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	do()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

func TestManyEntries(t *testing.T) {
	g := NewWithT(t)
	const many = 20_000
	file := io.MultiReader(strings.NewReader(`{"log":{"entries":[`+small), &endless{text: "," + small, n: many - 1}, strings.NewReader(`]}}`))
	g.Expect(grown(func() {
		n, err := entries(t, file)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(n).To(Equal(many))
	})).To(BeNumerically("<", 10<<20))
}

func TestOneEndlessThing(t *testing.T) {
	for name, c := range map[string]struct {
		head    string
		entries int
		want    error
	}{
		"an entry":         {`{"log":{"entries":[` + small + `,{"comment":"`, 1, errTooLong},
		"before entries":   {`{"log":{"pages":[],"comment":"`, 0, ErrNotHAR},
		"no JSON object":   {`"`, 0, ErrNotHAR},
		"behind entries":   {`{"log":{"entries":[` + small + `],"comment":"`, 1, ErrCutOff},
		"deep in an entry": {`{"log":{"entries":[` + small + `,{"x":` + strings.Repeat("[", 20_000), 1, ErrCutOff},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			long := &endless{text: strings.Repeat("a", 1<<20), n: 1 << 10} // 1 GiB
			n, err := entries(t, io.MultiReader(strings.NewReader(c.head), long))
			g.Expect(err).To(MatchError(c.want))
			g.Expect(n).To(Equal(c.entries))
			g.Expect(long.n).To(BeNumerically(">", 900), "most of it is never read")
		})
	}
}

func TestEntriesOfOtherTypes(t *testing.T) {
	g := NewWithT(t)
	n := 0
	unreadable, err := Each(strings.NewReader(fmt.Sprintf(`{"log":{"entries":[1,%s,{"time":"x"},null]}}`, small)), func(Read) error {
		n++
		return nil
	})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect([]int{n, unreadable}).To(Equal([]int{2, 2}))
}
