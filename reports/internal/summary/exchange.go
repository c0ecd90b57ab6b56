package summary

import (
	"fmt"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
)

// bounds of what people are shown of an exchange; report.json has all that was kept.
const (
	ShownHeaders = 20
	ShownHeader  = 200 // runes of one header line
)

// ExchangeText draws an exchange as curl -v does, printable whatever the target sent. body bounds each body, in runes.
func ExchangeText(e *reports.Exchange, body int) string {
	if e == nil {
		return ""
	}
	var b strings.Builder
	messageText(&b, "> ", e.Request, body)
	if e.Response != nil {
		messageText(&b, "< ", *e.Response, body)
	}
	if e.Failure != "" {
		fmt.Fprintf(&b, "! %s\n", printable.Bounded(e.Failure, ShownHeader))
	}
	return b.String()
}

func messageText(b *strings.Builder, mark string, m reports.Message, body int) {
	fmt.Fprintf(b, "%s%s\n", mark, printable.Bounded(m.StartLine, 2*ShownHeader))
	for i, h := range m.Headers {
		if i == ShownHeaders {
			fmt.Fprintf(b, "%s… %d more header fields\n", mark, len(m.Headers)-i)
			break
		}
		fmt.Fprintf(b, "%s%s\n", mark, printable.Bounded(h.Name+": "+h.Value, ShownHeader))
	}
	b.WriteString(strings.TrimSpace(mark) + "\n")
	if m.Body == "" {
		return
	}
	text := m.Body
	if m.Encoding != "" {
		text = "(" + m.Encoding + ") " + text
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(printable.BoundedLines(text, body), "\n"), "\n") {
		b.WriteString(mark + line + "\n")
	}
	if m.Truncated {
		b.WriteString(mark + "(the body was longer; this is its beginning)\n")
	}
}
