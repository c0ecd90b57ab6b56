package recording

import (
	"maps"
	"net/http"
	"slices"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/har"
	"github.com/essconform/essconform/reports/printable"
)

// Shown is the report's view of an exchange that wire has redacted.
func Shown(ex wire.Exchange) *reports.Exchange {
	out := &reports.Exchange{
		Failure: ex.Failure, Attempts: ex.Attempts,
		Timings: reports.Timings{
			FirstByteMs: har.Milliseconds(ex.Timings.FirstByte), TotalMs: har.Milliseconds(ex.Timings.Total),
		},
		Request: message(ex.Request.Method+" "+ex.Request.URL+" HTTP/1.1", ex.Request.Header, ex.Request.Body),
	}
	if resp := ex.Response; resp != nil {
		m := message(resp.Line, resp.Header, string(resp.Body))
		m.Truncated = m.Truncated || resp.Truncated
		out.Response = &m
	}
	return out
}

func message(start string, header http.Header, body string) reports.Message {
	m := reports.Message{StartLine: printable.Cut(start, KeptHeader), Headers: []reports.Header{}}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			if len(m.Headers) == KeptHeaders {
				m.Truncated = true
				break
			}
			m.Headers = append(m.Headers,
				reports.Header{Name: printable.Cut(name, KeptHeader), Value: printable.Cut(value, KeptHeader)})
		}
	}
	if len(body) > KeptBody {
		body, m.Truncated = Beginning(body), true
	}
	m.Body, m.Encoding = har.Text(body)
	return m
}
