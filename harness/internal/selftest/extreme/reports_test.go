package extreme

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/render"
	"github.com/essconform/essconform/reports/render/terminal"
)

// schema is the published schema, compiled once.
var schema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(reports.Schema()))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("report.schema.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("report.schema.json")
})

// checkReports writes all that can be written of a report, and holds that every reader can take it.
func checkReports(t *testing.T, dir string, r reports.Report) {
	t.Helper()
	if err := render.WriteAll(context.Background(), dir, r); err != nil {
		t.Fatal(err)
	}
	checkJSON(t, file(t, dir, "report.json"))
	checkJUnit(t, file(t, dir, "junit.xml"))
	checkMarkdown(t, string(file(t, dir, "report.md")))
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text := string(file(t, dir, e.Name()))
		wantPrintable(t, e.Name(), text)
		if strings.HasSuffix(e.Name(), ".html") &&
			(strings.Contains(text, "<script>evil") || strings.Contains(text, "<img src=x")) {
			t.Errorf("%s holds HTML of the target", e.Name())
		}
	}
	var b bytes.Buffer
	if err := terminal.Write(&b, r, terminal.Options{ReportDir: "reports/out"}); err != nil {
		t.Fatal(err)
	}
	wantPrintable(t, "the terminal", b.String())
}

func file(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func checkJSON(t *testing.T, data []byte) {
	t.Helper()
	if _, err := reports.ReadJSON("report.json", bytes.NewReader(data)); err != nil {
		t.Error(err)
	}
	s, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(doc); err != nil {
		t.Errorf("report.json: %v", err)
	}
}

func checkJUnit(t *testing.T, data []byte) {
	t.Helper()
	in := xml.NewDecoder(bytes.NewReader(data))
	for {
		switch _, err := in.Token(); {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			t.Errorf("junit.xml: %v", err)
			return
		}
	}
}

// ours are the tags that report.md has of itself.
var ours = regexp.MustCompile(`</?details>|</?summary>|<code>[^<]*</code>|</?sub>`)

// checkMarkdown holds that nothing of a target is live outside code.
func checkMarkdown(t *testing.T, text string) {
	t.Helper()
	fence := ""
	for line := range strings.SplitSeq(text, "\n") {
		run := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence != "":
			if strings.TrimSpace(line) == run && len(run) >= len(fence) {
				fence = ""
			}
		case len(run) >= 3 && !strings.Contains(line[len(run):], "`"):
			fence = run
		default:
			if prose := ours.ReplaceAllString(withoutSpans(line), ""); strings.Contains(prose, "<") {
				t.Errorf("report.md: wanted no HTML of the target; got %.200q", line)
			}
		}
	}
	if fence != "" {
		t.Error("report.md: a fence is never closed")
	}
}

var backticks = regexp.MustCompile("`+")

// withoutSpans takes the code spans of a line away: a run of backticks is closed by the next one of the same length.
func withoutSpans(line string) string {
	var b strings.Builder
	for {
		open := backticks.FindStringIndex(line)
		if open == nil {
			return b.String() + line
		}
		b.WriteString(line[:open[0]])
		mark := line[open[0]:open[1]]
		line = line[open[1]:]
		for _, end := range backticks.FindAllStringIndex(line, -1) {
			if line[end[0]:end[1]] == mark {
				line = line[end[1]:]
				break
			}
		}
	}
}

// wantPrintable holds that a text has no control character but the line end, and no mark that turns its direction.
func wantPrintable(t *testing.T, what, text string) {
	t.Helper()
	for i, r := range text {
		if r == '\n' || r == '\t' || unicode.IsGraphic(r) && r != unicode.ReplacementChar {
			continue
		}
		if r == unicode.ReplacementChar && strings.HasPrefix(text[i:], "\uFFFD") {
			continue // written on purpose in the place of what was no text
		}
		t.Errorf("%s: wanted nothing but text; got %q in %.120q", what, r, text[max(0, i-60):])
		return
	}
}

// wantOneLine is wantPrintable for a message.
func wantOneLine(t *testing.T, what, text string) {
	t.Helper()
	wantPrintable(t, what, text)
	if strings.Contains(text, "\n") || len(text) > 2000 {
		t.Errorf("%s: wanted one line of at most 2000 bytes; got %d bytes: %.200q", what, len(text), text)
	}
}
