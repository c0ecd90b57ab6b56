package html

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/samples"
	"github.com/essconform/essconform/reports/internal/summary"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func drawHTML(t *testing.T, r reports.Report) string {
	t.Helper()
	return opened(t, closedHTML(t, r))
}

// closedHTML is a page as it is written.
func closedHTML(t *testing.T, r reports.Report) string {
	t.Helper()
	g := NewWithT(t)
	var b bytes.Buffer
	g.Expect(Write(context.Background(), &b, r)).To(Succeed())
	return b.String()
}

// opened is a page in which everything was opened that is drawn when it is opened, as the script does it.
func opened(t *testing.T, page string) string {
	t.Helper()
	g := NewWithT(t)
	page = regexp.MustCompile(`<script type="text/plain" id="words">[A-Za-z0-9_=-]*</script>\n`).ReplaceAllString(page, "")
	const begin, end = `<script type="text/plain" id="later">`, `</script>`
	head, rest, ok := strings.Cut(page, begin)
	blob, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("wanted what is drawn later in the page")
	}
	data, err := base64.URLEncoding.DecodeString(blob)
	g.Expect(err).NotTo(HaveOccurred())
	z, err := gzip.NewReader(bytes.NewReader(data))
	g.Expect(err).NotTo(HaveOccurred())
	var drawn map[string]string
	g.Expect(json.NewDecoder(z).Decode(&drawn)).To(Succeed())
	page = head + strings.TrimPrefix(tail, "\n")
	for _, id := range slices.Sorted(maps.Keys(drawn)) {
		text := drawn[id]
		body := `id="` + html.EscapeString(id) + `" tabindex="-1" data-later>`
		if cell, is := strings.CutSuffix(id, ".open"); is {
			at := strings.Index(page, `<a id="`+html.EscapeString(cell)+`" `)
			panels := `<tr class="panels" role="row"><td role="cell" colspan="`
			if at < 0 || !strings.Contains(page[at:], panels) {
				t.Fatalf("wanted a cell for %s", id)
			}
			at += strings.Index(page[at:], panels) + len(panels)
			at += strings.Index(page[at:], ">") + 1
			page = page[:at] + text + page[at:]
			continue
		}
		if strings.Count(page, body) != 1 {
			t.Fatalf("wanted one place for %s", id)
		}
		page = strings.Replace(page, body, body+text, 1)
	}
	return page
}

// smallReport is a broken target, judged by three requirements.
func smallReport() reports.Report {
	in := samples.Broken()
	keep := []string{samples.ReqStatus, samples.ReqRange, samples.ReqCase}
	in.Catalogue = slices.DeleteFunc(
		in.Catalogue,
		func(e reports.CatalogueEntry) bool { return !slices.Contains(keep, e.ID) },
	)
	in.Cases = slices.DeleteFunc(
		in.Cases,
		func(c reports.CaseResult) bool { return !slices.Contains(keep, c.Requirements[0]) },
	)
	in.Selected = len(in.Cases)
	return reports.Build(in)
}

// The golden page lacks the style and the script, which are files of their own.
func TestGoldenHTML(t *testing.T) {
	g := NewWithT(t)
	got := drawHTML(t, smallReport())
	for name, tag := range map[string]string{"report.css": "style", "report.js": "script"} {
		file, err := os.ReadFile(filepath.Join("assets", name))
		g.Expect(err).NotTo(HaveOccurred())
		whole := "<" + tag + ">" + string(file) + "</" + tag + ">"
		if strings.Count(got, whole) != 1 {
			t.Fatalf("wanted %s in the page as it is, once", name)
		}
		got = strings.Replace(got, whole, "<"+tag+">"+name+"</"+tag+">", 1)
		sum := sha256.Sum256(file)
		// as the template writes it
		digest := strings.ReplaceAll(base64.StdEncoding.EncodeToString(sum[:]), "+", "&#43;")
		got = strings.Replace(got, digest, "digest of "+name, 1)
	}
	path := filepath.Join("testdata", "small.html")
	if *samples.Update {
		g.Expect(os.WriteFile(path, []byte(got), 0o644)).To(Succeed())
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test ./reports -update writes it", err)
	}
	if got != string(want) {
		t.Errorf("%s differs; go test ./reports -update writes it again; got\n%s", path, got)
	}
}

// What holds for every page: it is well nested, its ids are unique, its links lead somewhere, headings leave no level
// out, every field has a label, nothing is loaded, and no text of the report became markup.
func TestHTMLStructure(t *testing.T) {
	for name, r := range samples.All() {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			page := drawHTML(t, r)
			checkNesting(t, page)
			doc, err := html.Parse(strings.NewReader(page))
			g.Expect(err).NotTo(HaveOccurred())
			checkDocument(t, doc)
		})
	}
}

// checkNesting finds end tags that close nothing and elements that were never closed; the parser would mend them in
// silence.
func checkNesting(t *testing.T, page string) {
	t.Helper()
	void := []string{"meta", "input", "br"}
	var open []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		kind := z.Next()
		token := z.Token()
		switch {
		case kind == html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("wanted all elements closed; got %v open", open)
			}
			return
		case kind == html.StartTagToken && !slices.Contains(void, token.Data):
			open = append(open, token.Data)
		case kind == html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Fatalf("wanted </%s> to close what is open; open is %v", token.Data, open)
			}
			open = open[:len(open)-1]
		}
	}
}

func checkDocument(t *testing.T, doc *html.Node) {
	t.Helper()
	ids := map[string]int{}
	count := map[string]int{}
	var fragments []string
	level := 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		for _, a := range n.Attr {
			switch {
			case a.Key == "id":
				ids[a.Val]++
			case a.Key == "href":
				fragment, ok := strings.CutPrefix(a.Val, "#")
				if !ok {
					t.Errorf("wanted links within the page only; got %q", a.Val)
				}
				fragments = append(fragments, fragment)
			case strings.HasPrefix(a.Key, "on"),
				a.Key == "src",
				a.Key == "style",
				a.Key == "srcdoc",
				a.Key == "action",
				a.Key == "xlink:href":
				t.Errorf("wanted no attribute %s; got it in <%s>", a.Key, n.Data)
			}
		}
		switch n.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			next := int(n.Data[1] - '0')
			if next > level+1 {
				t.Errorf("wanted no heading level left out; got <h%d> after <h%d>: %s", next, level, textOf(n))
			}
			level = next
		case atom.Input, atom.Select:
			if n.Parent.DataAtom != atom.Label {
				t.Errorf("wanted a label round <%s>", n.Data)
			}
		case atom.Button, atom.A:
			if strings.TrimSpace(textOf(n)) == "" {
				t.Errorf("wanted a name for <%s>", n.Data)
			}
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("wanted ids once; got %q %d times", id, n)
		}
	}
	for _, f := range fragments {
		if ids[f] == 0 {
			t.Errorf("wanted links to lead somewhere; got #%s", f)
		}
	}
	for _, name := range []string{"script", "style", "h1", "main", "nav", "header", "title"} {
		if count[name] != 1 {
			t.Errorf("wanted one <%s>; got %d", name, count[name])
		}
	}
	for _, name := range []string{"img", "iframe", "object", "embed", "link", "base", "form", "foreignobject"} {
		if count[name] > 0 {
			t.Errorf("wanted no <%s>; got %d", name, count[name])
		}
	}
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// A browser enforces what the policy says, so it must name the very bytes.
func TestHTMLPolicy(t *testing.T) {
	g := NewWithT(t)
	page := drawHTML(t, smallReport())
	between := func(from, to string) string {
		_, rest, _ := strings.Cut(page, from)
		text, _, ok := strings.Cut(rest, to)
		if !ok {
			t.Fatalf("wanted %s…%s in the page", from, to)
		}
		return text
	}
	policy := html.UnescapeString(between(`<meta http-equiv="Content-Security-Policy" content="`, `"`))
	digest := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	want := fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'",
		digest(between("<style>", "</style>")), digest(between("<script>", "</script>")))
	g.Expect(policy).To(Equal(want))
}

// Control characters and direction marks of a target never reach the page.
func TestHTMLIsPrintable(t *testing.T) {
	for name, r := range samples.All() {
		page := drawHTML(t, r)
		if shown := printable.VisibleLines(page); shown != page {
			at := 0
			for at < min(len(page), len(shown)) && page[at] == shown[at] {
				at++
			}
			t.Errorf("%s: wanted printable text only; got %q", name, page[max(0, at-40):min(len(page), at+40)])
		}
	}
}

func TestCells(t *testing.T) {
	const req = "a.requirement"
	must, should := reports.Finding{
		Requirement: req,
		Level:       reports.Must,
	}, reports.Finding{
		Requirement: req,
		Level:       reports.Should,
	}
	elsewhere := reports.Finding{Requirement: "another", Level: reports.Must}
	for _, c := range []struct {
		name string
		c    reports.CaseResult
		want cellState
	}{
		{"passed", reports.CaseResult{Outcome: reports.Passed, Checked: []string{req}}, passedState},
		{"passed with a warning on it", reports.CaseResult{
			Outcome: reports.Passed, Checked: []string{req},
			Findings: []reports.Finding{should},
		}, warningState},
		{"passed before it was checked", reports.CaseResult{Outcome: reports.Passed}, uncheckedState},
		{"failed on it", reports.CaseResult{
			Outcome: reports.Failed, Checked: []string{req},
			Findings: []reports.Finding{must},
		}, failedState},
		{"failed on another, and this holds", reports.CaseResult{
			Outcome: reports.Failed, Checked: []string{req},
			Findings: []reports.Finding{elsewhere},
		}, passedState},
		{
			"failed on another before this was checked",
			reports.CaseResult{Outcome: reports.Failed, Findings: []reports.Finding{elsewhere}},
			uncheckedState,
		},
		{
			"failed on another with a warning on this",
			reports.CaseResult{Outcome: reports.Failed, Findings: []reports.Finding{elsewhere, should}},
			warningState,
		},
		{"failed without a finding", reports.CaseResult{Outcome: reports.Failed}, failedState},
		{"could not run", reports.CaseResult{Outcome: reports.CouldNotRun}, couldNotRunState},
		{"waived", reports.CaseResult{Outcome: reports.Waived, Findings: []reports.Finding{must}}, waivedState},
		{
			"passed though waived",
			reports.CaseResult{Outcome: reports.UnexpectedPass, Checked: []string{req}},
			unexpectedState,
		},
		{"unsupported", reports.CaseResult{Outcome: reports.Unsupported}, unsupportedState},
		{"of an unknown outcome", reports.CaseResult{Outcome: "?"}, couldNotRunState},
	} {
		if got := stateOn(&c.c, req); got != c.want {
			t.Errorf("%s: wanted %v; got %v", c.name, stateOf(c.want), stateOf(got))
		}
	}
	for id, want := range map[string]string{
		"a.b/xml/get": "xml-get", "a/b/JSON/POST": "json-post", "a/none/get": "none", "a": "other",
		"a/yaml/get": "other", "": "other",
	} {
		if got := columnOf(id); got != want {
			t.Errorf("column of %q: wanted %s; got %s", id, want, got)
		}
	}
}

// A finding on a requirement that the catalogue does not hold must not disappear.
func TestMatrixShowsEveryFinding(t *testing.T) {
	r := smallReport()
	r.Cases[0].Findings = append(r.Cases[0].Findings,
		reports.Finding{Requirement: "nobody.knows", Level: reports.Must, Want: "this", Got: "that"})
	r.Requirements[0].Cases = nil
	m := newDrawing(context.Background(), r).matrix()
	found := map[string]bool{}
	for _, s := range m.Sections {
		for _, row := range s.Rows {
			for _, cell := range row.Cells {
				if cell.Panel == nil {
					continue
				}
				for _, d := range cell.Panel.Differences {
					for _, c := range d.Cases {
						found[row.ID+" "+c.ID] = true
					}
				}
			}
		}
	}
	for _, c := range r.Cases {
		for _, f := range c.Findings {
			if !found[f.Requirement+" "+c.ID] {
				t.Errorf("wanted the finding on %s of %s in the matrix", f.Requirement, c.ID)
			}
		}
	}
}

// TestCellThatHoldsInPart: a cell whose cases did not all come to the requirement looks unlike one that they all
// checked.
func TestCellThatHoldsInPart(t *testing.T) {
	g := NewWithT(t)
	q := reports.Requirement{
		ID: "detach.one", Status: reports.Satisfied,
		Cases: []string{"a/xml/get", "b/xml/get", "a/xml/post"},
	}
	passed := func(id string, checked ...string) reports.CaseResult {
		return reports.CaseResult{ID: id, Outcome: reports.Passed, Checked: checked}
	}
	m := newDrawing(context.Background(), reports.Report{
		Requirements: []reports.Requirement{q},
		Cases:        []reports.CaseResult{passed("a/xml/get", q.ID), passed("b/xml/get"), passed("a/xml/post", q.ID)},
	}).matrix()
	cells := m.Sections[0].Rows[0].Cells
	g.Expect(cells[0].State).To(Equal(stateView{"partly", "◐", "partly"}))
	g.Expect([]int{cells[0].N, cells[0].Of}).To(Equal([]int{1, 2}))
	g.Expect(cells[1].State.Key).To(Equal("passed"))
}

// Messages that name an id differ in every case; they are one kind of difference.
func TestDifferencesOfOneKind(t *testing.T) {
	var cases []reports.CaseResult
	for i := range 20 {
		want, got := fmt.Sprintf(
			`"Instance “i-%d” does not exist."`,
			i,
		), fmt.Sprintf(
			`"Instance “i-%d” is not there."`,
			i,
		)
		f := reports.Finding{
			Requirement: "m",
			Level:       reports.Must,
			Pointer:     []string{"/Message", "/Error/Message"}[i%2],
			Want:        want,
			Got:         got,
		}
		cases = append(cases,
			reports.CaseResult{ID: fmt.Sprint(i), Outcome: reports.Failed, Findings: []reports.Finding{f}})
	}
	odd := reports.Finding{Requirement: "m", Level: reports.Must, Pointer: "/Message", Want: "a message", Got: "none"}
	cases = append(cases, reports.CaseResult{ID: "odd", Outcome: reports.Failed, Findings: []reports.Finding{odd}})
	d := newDrawing(context.Background(), reports.Report{Cases: cases})
	kinds := d.kinds(summary.Failures(cases)[0].Differences)
	if len(kinds) != 2 || len(kinds[0].Cases) != 20 || !kinds[0].varies || kinds[1].varies {
		t.Errorf("wanted 20 cases that vary and one; got %+v", kinds)
	}
}

// manyCases is a report of n cases, of which three in four failed, each in a way of its own; text stands wherever a
// target has a say.
func manyCases(n int, text string) reports.Report {
	in := samples.Broken()
	one := in.Cases
	in.Cases = nil
	for i := 0; len(in.Cases) < n; i++ {
		for _, c := range one {
			name, variant := splitID(c.ID)
			c.ID = fmt.Sprintf("%s.%d/%s", name, i, variant)
			c.Findings = slices.Clone(c.Findings)
			c.RequestIDs, c.ActivityIDs = nil, nil
			if c.Outcome != reports.Waived && len(in.Cases)%4 > 0 {
				f := samples.Finding(c.Requirements[0], "a message "+c.ID, "another "+c.ID+text, "/Message")
				c.Outcome, c.Findings = reports.Failed, append(c.Findings, f)
			}
			e := *c.Exchange
			answer := *e.Response
			answer.Body = strings.Replace(answer.Body, "asa-1", "asa-"+c.ID+text, 1)
			e.Response = &answer
			c.Exchange = &e
			in.Cases = append(in.Cases, c)
		}
	}
	in.Cases = in.Cases[:n]
	in.Selected = n
	for i := range in.Catalogue {
		e := &in.Catalogue[i]
		e.Cases = nil
		for _, c := range in.Cases {
			if slices.Contains(c.Requirements, e.ID) {
				e.Cases = append(e.Cases, c.ID)
			}
		}
	}
	return reports.Build(in)
}

func TestLargeHTML(t *testing.T) {
	for name, text := range map[string]string{"broken": "", "hostile": strings.Repeat(samples.Nasty, 20)} {
		r := manyCases(5000, text)
		begin := time.Now()
		page := closedHTML(t, r)
		t.Logf("%s: %d bytes in %v", name, len(page), time.Since(begin))
		if len(page) >= 6_000_000 {
			t.Errorf("%s: wanted less than 6 MB; got %d bytes", name, len(page))
		}
		if got := strings.Count(page, `<details class="case`); got != 5000 {
			t.Errorf("%s: wanted a line for each case; got %d", name, got)
		}
	}
}

func BenchmarkHTML5000(b *testing.B) {
	r := manyCases(5000, "")
	var page bytes.Buffer
	for b.Loop() {
		page.Reset()
		if err := Write(context.Background(), &page, r); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(page.Len())/1e6, "MB")
}
