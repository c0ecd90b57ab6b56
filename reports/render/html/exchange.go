package html

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/summary"
)

// piece is a stretch of a message as it is drawn: printable text, a class that gives it a colour, and whether a finding
// points at it.
type piece struct {
	Text, Class string
	Marked      bool
}

// exchangeView is an exchange as it is drawn.
type exchangeView struct {
	Request  messageView
	Response *messageView
	Failure  string
	Note     string
}

// messageView is a request or an answer as it is drawn.
type messageView struct {
	Start   []piece
	Headers []headerView
	More    int // header fields that are not drawn
	Body    []piece
	Note    string // what the reader must know of the body
}

type headerView struct {
	Name, Value string
	Marked      bool
}

// bounds of a drawn message, in runes.
const (
	drawnBody  = 6000
	drawnStart = 3000
	briefBody  = 240
	briefStart = 160
	laidOut    = 60 // a body of one line that is longer is laid out
)

// exchange draws e and marks in its answer what the findings are about.
func (p *pen) exchange(e *reports.Exchange, about []reports.Finding) *exchangeView {
	if e == nil {
		return nil
	}
	brief := !p.full()
	v := &exchangeView{
		Request: drawMessage(e.Request, nil, brief),
		Failure: printable.Bounded(e.Failure, summary.ShownHeader),
	}
	if e.Response != nil {
		m := drawMessage(*e.Response, about, brief)
		v.Response = &m
	}
	var notes []string
	if e.Attempts > 1 {
		notes = append(notes, fmt.Sprintf("sent %d times", e.Attempts))
	}
	if e.Timings.TotalMs > 0 {
		notes = append(notes, fmt.Sprintf("first byte after %s, complete after %s", milliseconds(e.Timings.FirstByteMs),
			milliseconds(e.Timings.TotalMs)))
	}
	if brief {
		notes = append(notes, "shortened, all of it is in report.json")
	}
	v.Note = strings.Join(notes, "; ")
	p.spendMessage(v.Request)
	if v.Response != nil {
		p.spendMessage(*v.Response)
	}
	return v
}

func milliseconds(ms float64) string { return fmt.Sprintf("%.4g ms", ms) }

// drawMessage draws m. Messages in brief have no header fields and no colours.
func drawMessage(m reports.Message, about []reports.Finding, brief bool) messageView {
	if brief {
		v := messageView{Start: []piece{{Text: printable.Bounded(m.StartLine, briefStart)}}}
		if m.Body != "" {
			v.Body = []piece{{Text: printable.BoundedLines(m.Body, briefBody)}}
		}
		return v
	}
	v := messageView{
		Start:   drawStart(m.StartLine, slices.ContainsFunc(about, isStatus)),
		Headers: drawHeaders(m.Headers, about),
	}
	v.More = len(m.Headers) - len(v.Headers)
	var notes []string
	body := printable.CutRunes(m.Body, drawnBody)
	if m.Encoding != "" {
		notes = append(notes, m.Encoding+", because it is not text")
		v.Body = []piece{{Text: printable.VisibleLines(body)}}
	} else {
		var wide bool
		var missing []string
		v.Body, wide, missing = drawBody(body, about)
		if len(missing) > 0 {
			where := printable.Bounded(strings.Join(missing, ", "), htmlID)
			notes = append(notes, "nothing at "+where+", so what should hold it is marked")
		}
		if wide {
			notes = append(notes, "one line on the wire, laid out here")
		}
	}
	if len(body) < len(m.Body) {
		notes = append(notes, fmt.Sprintf("%d more bytes in report.json", len(m.Body)-len(body)))
	}
	if m.Truncated {
		notes = append(notes, "the body was longer, this is its beginning")
	}
	v.Note = strings.Join(notes, "; ")
	return v
}

// drawStart draws a request line, with its parameters one on a line, or a status line.
func drawStart(line string, mark bool) []piece {
	line = printable.CutRunes(line, drawnStart)
	first, rest, _ := strings.Cut(line, " ")
	if strings.HasPrefix(first, "HTTP/") {
		status, phrase, _ := strings.Cut(rest, " ")
		out := []piece{
			{Text: printable.Visible(first) + " ", Class: asideClass},
			{Text: printable.Visible(status), Class: numberClass, Marked: mark},
		}
		if phrase != "" {
			out = append(out, piece{Text: " " + printable.Visible(phrase)})
		}
		return out
	}
	path, query, asks := strings.Cut(rest, "?")
	out := []piece{{Text: printable.Visible(first), Class: tagClass}, {Text: " " + printable.Visible(path)}}
	if !asks {
		return out
	}
	query, protocol, _ := strings.Cut(query, " ")
	out = append(out, piece{Text: "?"}, piece{Text: "\n  "})
	out = append(out, assemble(query, lex(query, formSyntax), nil, "  ")...)
	if protocol != "" {
		out = append(out, piece{Text: " " + printable.Visible(protocol), Class: asideClass})
	}
	return out
}

func drawHeaders(headers []reports.Header, about []reports.Finding) []headerView {
	var out []headerView
	for i, h := range headers {
		marked := slices.ContainsFunc(about, func(f reports.Finding) bool {
			name, ok := strings.CutPrefix(f.Pointer, headerPlace)
			return ok && strings.EqualFold(name, h.Name)
		})
		if i >= summary.ShownHeaders && !marked {
			continue
		}
		if len(out) > 2*summary.ShownHeaders {
			break
		}
		out = append(
			out,
			headerView{
				printable.Bounded(h.Name, summary.ShownHeader),
				printable.Bounded(h.Value, summary.ShownHeader),
				marked,
			},
		)
	}
	return out
}

func isStatus(f reports.Finding) bool { return place(f) == statusPlace }

// drawBody colours a body and marks what the findings are about. wide tells that a body of one line was laid out,
// missing what the findings name and the body lacks.
func drawBody(body string, about []reports.Finding) (pieces []piece, wide bool, missing []string) {
	kind := bodySyntax(body)
	var marks []region
	for _, f := range about {
		found, lacks := marksOf(body, f)
		marks = append(marks, found...)
		if lacks && f.Pointer != "" && !slices.Contains(missing, f.Pointer) {
			missing = append(missing, f.Pointer)
		}
	}
	text := strings.TrimRight(body, space)
	wide = kind != textSyntax && len(body) > laidOut && !strings.ContainsAny(text, "\r\n")
	spans := lex(body, kind)
	if !wide {
		for i := range spans {
			spans[i].indent = -1
		}
	}
	return assemble(body, spans, merge(marks), ""), wide, missing
}

// merge sorts regions and joins those that touch.
func merge(rs []region) []region {
	slices.SortFunc(rs, func(a, b region) int { return cmp.Or(a.start-b.start, a.end-b.end) })
	var out []region
	for _, r := range rs {
		if n := len(out); n > 0 && r.start <= out[n-1].end {
			out[n-1].end = max(out[n-1].end, r.end)
		} else {
			out = append(out, r)
		}
	}
	return out
}

// assemble makes pieces of spans: split where a mark begins or ends, joined with the one before where they look the
// same. marks are sorted and apart. Spans that are indented begin a line, after margin.
func assemble(s string, spans []span, marks []region, margin string) []piece {
	var out []piece
	var text strings.Builder // of the last piece
	add := func(s, class string, marked bool) {
		if class == markClass { // drawn as text: in elements of its own, punctuation would be half of the page
			class = plain
		}
		if n := len(out); n == 0 || out[n-1].Class != class || out[n-1].Marked != marked {
			if n > 0 {
				out[n-1].Text = text.String()
				text.Reset()
			}
			out = append(out, piece{Class: class, Marked: marked})
		}
		text.WriteString(s)
	}
	for _, sp := range spans {
		if sp.indent >= 0 && sp.indent <= deepestLine && len(out) > 0 {
			add("\n"+margin+strings.Repeat("  ", sp.indent), plain, false)
		}
		for at := sp.start; at < sp.end; {
			for len(marks) > 0 && marks[0].end <= at {
				marks = marks[1:]
			}
			end, marked := sp.end, false
			if len(marks) > 0 {
				switch m := marks[0]; {
				case m.start <= at:
					end, marked = min(end, m.end), true
				default:
					end = min(end, m.start)
				}
			}
			add(printable.VisibleLines(s[at:end]), sp.class, marked)
			at = end
		}
	}
	if n := len(out); n > 0 {
		out[n-1].Text = text.String()
	}
	return out
}

// deepestLine is the level up to which a body is laid out; what is nested deeper stays on its line, for it may be
// nested without end.
const deepestLine = 12

// exchangeBrief is an exchange in a few lines.
func exchangeBrief(e *reports.Exchange) string {
	if e == nil {
		return "there was no exchange"
	}
	lines := []string{printable.Bounded(e.Request.StartLine, briefStart)}
	if e.Response != nil {
		lines = append(lines, printable.Bounded(e.Response.StartLine, briefStart),
			printable.BoundedLines(e.Response.Body, briefBody))
	}
	if e.Failure != "" {
		lines = append(lines, printable.Bounded(e.Failure, briefStart))
	}
	return strings.Join(lines, "\n")
}
