package har

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// folder is where the spools of a test stand.
func folder(t *testing.T) string {
	t.Helper()
	g := NewWithT(t)
	f, err := NewFolder(t.TempDir())
	g.Expect(err).NotTo(HaveOccurred())
	return f
}

type file struct {
	Log struct {
		Version string  `json:"version"`
		Entries []Entry `json:"entries"`
		Comment string  `json:"comment"`
	} `json:"log"`
}

func entry(name string) *Entry {
	return &Entry{Request: Request{Method: "GET", URL: "http://127.0.0.1/?a&b"}, Facts: Facts{Case: name}}
}

// written is what Gather makes of a directory.
func written(t *testing.T, dir string, hide func(string) string) (*Recording, file) {
	t.Helper()
	g := NewWithT(t)
	r, err := Gather(dir, hide)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r).NotTo(BeNil())
	var b bytes.Buffer
	g.Expect(r.Write(&b, Creator{"essconform", "dev"})).To(Succeed())
	var f file
	g.Expect(json.Unmarshal(b.Bytes(), &f)).To(Succeed())
	g.Expect(b.String()).NotTo(ContainSubstring(`\u0026`), "addresses stay readable")
	g.Expect(r.Close()).To(Succeed())
	g.Expect(dir).NotTo(BeADirectory(), "the spools are removed")
	return r, f
}

func TestRecordingOfSeveralProcesses(t *testing.T) {
	g, dir := NewWithT(t), folder(t)
	for range 2 {
		s, err := NewSpool(dir)
		g.Expect(err).NotTo(HaveOccurred())
		s.Add(entry("detach.max/xml/get"))
		s.Add(entry("")) // of no case
		s.Add(entry("detach.max/json/get"))
		g.Expect(s.Close()).To(Succeed())
	}
	r, f := written(t, dir, nil)
	g.Expect(r.Cases).To(Equal(map[string][]int{"detach.max/xml/get": {0, 3}, "detach.max/json/get": {2, 5}}))
	for name, numbers := range r.Cases {
		for _, i := range numbers {
			g.Expect(f.Log.Entries[i].Case).To(Equal(name))
		}
	}
	g.Expect(f.Log.Entries).To(HaveLen(6))
	g.Expect(f.Log.Version).To(Equal("1.2"))
	g.Expect(f.Log.Comment).To(BeEmpty())
}

func TestRecordingWithoutRoom(t *testing.T) {
	g, dir := NewWithT(t), folder(t)
	s, err := NewSpool(dir)
	g.Expect(err).NotTo(HaveOccurred())
	s.most = 1000
	for range 20 {
		s.Add(entry("x"))
	}
	g.Expect(s.Close()).To(Succeed())
	_, f := written(t, dir, nil)
	g.Expect(len(f.Log.Entries)).To(And(BeNumerically(">", 0), BeNumerically("<", 20)))
	g.Expect(f.Log.Comment).To(ContainSubstring("at most"))
}

func TestRecordingThatBreaksOff(t *testing.T) {
	for name, bytes := range map[string]int{"in the middle of an entry": 40, "at its end": 1, "in its length": 10_000} {
		t.Run(name, func(t *testing.T) {
			g, dir := NewWithT(t), folder(t)
			s, err := NewSpool(dir)
			g.Expect(err).NotTo(HaveOccurred())
			s.Add(entry("x"))
			first := s.size
			s.Add(entry("y"))
			g.Expect(s.out.Flush()).To(Succeed())
			g.Expect(s.file.Truncate(max(first+1, s.size-int64(bytes)))).To(Succeed())
			g.Expect(s.Close()).To(Succeed())
			_, f := written(t, dir, nil)
			g.Expect(f.Log.Entries).To(HaveLen(1))
			g.Expect(f.Log.Comment).To(ContainSubstring("left out"))
		})
	}
}

func TestNothingRecorded(t *testing.T) {
	g := NewWithT(t)
	r, f := written(t, folder(t), nil)
	g.Expect(r.Cases).To(BeEmpty())
	g.Expect(f.Log.Entries).To(BeEmpty())
	_, err := Gather(filepath.Join(t.TempDir(), "not there"), nil)
	g.Expect(err).To(HaveOccurred())
	var none *Spool
	none.Add(entry("x"))
	g.Expect(none.Close()).To(Succeed())
	var nothing *Recording
	g.Expect(nothing.Close()).To(Succeed())
}

func TestRemoveFolders(t *testing.T) {
	g, dir := NewWithT(t), filepath.Join(t.TempDir(), "a [b]*")
	g.Expect(os.Mkdir(dir, 0o755)).To(Succeed())
	killed, err := NewFolder(dir)
	g.Expect(err).NotTo(HaveOccurred())
	_, err = NewSpool(killed)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o600)).To(Succeed())
	g.Expect(RemoveFolders(dir)).To(Succeed())
	left, err := filepath.Glob(filepath.Join(filepath.Dir(dir), "*", "*"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(left).To(HaveLen(1))
	g.Expect(RemoveFolders(filepath.Join(dir, "not there"))).To(Succeed())
	_, err = NewFolder(filepath.Join(dir, "not there"))
	g.Expect(err).To(MatchError(ContainSubstring("-no-har")))
}

func TestURL(t *testing.T) {
	g := NewWithT(t)
	g.Expect(URL("http://h/?AccessKeyId=LTAI…&a=%20&b=c d")).To(
		Equal("http://h/?AccessKeyId=LTAI%E2%80%A6&a=%20&b=c%20d"))
	g.Expect(Query("http://h/?a=%20b+c&&n&w=%zz#f")).To(Equal([]Pair{{"a", " b c"}, {"n", ""}, {"w", "%zz"}}))
	g.Expect(Query("http://h/")).To(BeEmpty())
}

func TestText(t *testing.T) {
	g := NewWithT(t)
	text, encoding := Text("<a/>")
	g.Expect([]string{text, encoding}).To(Equal([]string{"<a/>", ""}))
	text, encoding = Text("\xff\x00")
	g.Expect([]string{text, encoding}).To(Equal([]string{"/wA=", "base64"}))
	g.Expect(strings.Contains(text, "\x00")).To(BeFalse())
}
