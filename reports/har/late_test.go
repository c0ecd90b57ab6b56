package har

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

const late = "s3cret-learned-late"

// hideLateSecret sees through base64, as the redactor of a run does.
func hideLateSecret(text string) string {
	text = strings.ReplaceAll(text, base64.RawStdEncoding.EncodeToString([]byte(late[2:]))[1:12], "REDACTED")
	return strings.ReplaceAll(text, late, "REDACTED…")
}

// TestSecretsLearnedLate: what was kept before a secret was known goes through the redactor once more.
func TestSecretsLearnedLate(t *testing.T) {
	g := NewWithT(t)
	dir := folder(t)
	s, err := NewSpool(dir)
	g.Expect(err).NotTo(HaveOccurred())
	told := full()
	told.Case, told.Error = "told", "got "+late
	told.Request.URL = "http://h/?a=" + late
	told.Response.Content = Content{3, "text/plain", "<" + late + ">", ""}
	inBase64 := full()
	inBase64.Case = "base64"
	inBase64.Response.Content.Text = base64.StdEncoding.EncodeToString([]byte("\xff" + late))
	inBase64.Response.Content.Encoding = "base64"
	var want []string
	for i := range 50 {
		name := fmt.Sprintf("a%d", i)
		s.Add(entry(name))
		if want = append(want, name); i%20 == 10 {
			s.Add(told)
			s.Add(inBase64)
			want = append(want, "told", "base64")
		}
	}
	g.Expect(s.Close()).To(Succeed())

	_, f := written(t, dir, hideLateSecret)
	var got []string
	for _, e := range f.Log.Entries {
		got = append(got, e.Case)
		switch e.Case {
		case "told":
			g.Expect(e.Error).To(Equal("got REDACTED…"))
			g.Expect(e.Request.URL).To(Equal("http://h/?a=REDACTED%E2%80%A6"))
			g.Expect(e.Response.Content.Text).To(Equal("<REDACTED…>"))
			g.Expect(e.Timings).To(Equal(told.Timings))
		case "base64":
			g.Expect(e.Response.Content).To(Equal(Content{3, "text/xml", "REDACTED", ""}))
		}
	}
	g.Expect(got).To(Equal(want), "every entry, in its order")
}

func TestNothingLearnedLate(t *testing.T) {
	g := NewWithT(t)
	dir := folder(t)
	s, err := NewSpool(dir)
	g.Expect(err).NotTo(HaveOccurred())
	s.Add(entry("x"))
	before, err := os.Stat(s.path)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(s.Close()).To(Succeed())
	g.Expect(hideLate(s.path, hideLateSecret)).To(Succeed())
	after, err := os.Stat(s.path)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(os.SameFile(before, after)).To(BeTrue(), "a spool with nothing to hide is left as it is")
	_, f := written(t, dir, hideLateSecret)
	g.Expect(f.Log.Entries).To(HaveLen(1))
}

func TestLateSecretsOfASpoolThatBreaksOff(t *testing.T) {
	g := NewWithT(t)
	dir := folder(t)
	s, err := NewSpool(dir)
	g.Expect(err).NotTo(HaveOccurred())
	told := full()
	told.Error, told.Request.URL = late, "http://h/?a&b"
	s.Add(told)
	s.Add(entry("y"))
	g.Expect(s.out.Flush()).To(Succeed())
	g.Expect(s.file.Truncate(s.size - 3)).To(Succeed())
	g.Expect(s.Close()).To(Succeed())
	_, f := written(t, dir, hideLateSecret)
	g.Expect(f.Log.Entries).To(HaveLen(1))
	g.Expect(f.Log.Entries[0].Error).To(Equal("REDACTED…"))
	g.Expect(f.Log.Comment).To(ContainSubstring("left out"))
}
