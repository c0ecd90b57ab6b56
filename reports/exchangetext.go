package reports

import (
	"fmt"
	"strings"
)

// bounds of what people are shown of an exchange; report.json has all that was kept.
const (
	shownHeaders = 20
	shownHeader  = 200 // runes of one header line
)

// exchangeText draws an exchange as curl -v does, printable whatever the target sent. body bounds each body, in runes.
func exchangeText(e *Exchange, body int) string {
	if e == nil {
		return ""
	}
	var b strings.Builder
	messageText(&b, "> ", e.Request, body)
	if e.Response != nil {
		messageText(&b, "< ", *e.Response, body)
	}
	if e.Failure != "" {
		fmt.Fprintf(&b, "! %s\n", bounded(e.Failure, shownHeader))
	}
	return b.String()
}

func messageText(b *strings.Builder, mark string, m Message, body int) {
	fmt.Fprintf(b, "%s%s\n", mark, bounded(m.StartLine, 2*shownHeader))
	for i, h := range m.Headers {
		if i == shownHeaders {
			fmt.Fprintf(b, "%s… %d more header fields\n", mark, len(m.Headers)-i)
			break
		}
		fmt.Fprintf(b, "%s%s\n", mark, bounded(h.Name+": "+h.Value, shownHeader))
	}
	b.WriteString(strings.TrimSpace(mark) + "\n")
	if m.Body == "" {
		return
	}
	text := m.Body
	if m.Encoding != "" {
		text = "(" + m.Encoding + ") " + text
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(boundedLines(text, body), "\n"), "\n") {
		b.WriteString(mark + line + "\n")
	}
	if m.Truncated {
		b.WriteString(mark + "(the body was longer; this is its beginning)\n")
	}
}
