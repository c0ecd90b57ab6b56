// Package recording turns what went over the wire into entries of a HAR file, redacted and bounded like a report.
package recording

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports/har"
	"github.com/essconform/essconform/reports/printable"
)

// What is kept of one message, in bytes. A body is kept whole where it is a page of 50 activities, of about 400 bytes
// each: what is cut cannot be judged again.
const (
	KeptBody    = 32 << 10
	KeptHeaders = 100
	KeptHeader  = 1 << 10
	keptFailure = 1 << 10
)

// entry is an exchange of wire.
func entry(ex wire.Exchange, facts har.Facts) har.Entry {
	t := ex.Timings
	e := har.Entry{
		StartedDateTime: har.Time(facts.Sent), Time: har.Milliseconds(t.Total), Facts: facts, Error: ex.Failure,
		Timings: har.Timings{Wait: har.Milliseconds(t.FirstByte), Receive: har.Milliseconds(t.Total - t.FirstByte)},
	}
	if ex.Attempts > 1 {
		e.Attempts = ex.Attempts
	}
	e.Refused, e.Doubtful, e.Stale, e.Echoed = ex.Throttled, ex.Doubtful(), ex.Stale, ex.Echoes()
	e.Throttled, e.TimedOut, e.Unreachable = ex.ThrottledAnswers, ex.TimedOut, ex.Unreachable
	e.Request = request(ex.Request.Method, ex.Request.URL, ex.Request.Header, ex.Request.Body, &e)
	size := -1
	if ex.Response != nil {
		size = len(ex.Response.Body)
	}
	e.Response = har.Response{Cookies: []har.Pair{}, Headers: []har.Pair{}, HeadersSize: -1, BodySize: size}
	if r := ex.Redacted().Response; r != nil {
		e.Response.Status, e.Response.HTTPVersion = r.Status, printable.Cut(r.Proto, KeptHeader)
		e.Response.StatusText = statusText(r.Line)
		if r.Truncated {
			e.Cut = append(e.Cut, "the answer was longer than what was read of it")
		}
		e.Response.Headers = headers(r.Header, &e)
		e.Response.RedirectURL = printable.Cut(r.Header.Get("Location"), KeptHeader)
		e.Response.Content = content(string(r.Document()), r.Header.Get("Content-Type"), &e)
		e.DecodeFailure = r.DecodeFailure
		switch {
		case r.Decoded != nil:
			e.Gzip = har.GzipAsked
		case ex.Response.IsGzip():
			e.Gzip = har.GzipUnasked
		}
		e.Surplus = printable.Cut(string(r.Surplus), KeptHeader)
	}
	return e
}

// statusText is what stands behind the status in "HTTP/1.1 404 Not Found".
func statusText(line string) string {
	_, rest, _ := strings.Cut(line, " ")
	_, text, _ := strings.Cut(rest, " ")
	return printable.Cut(text, KeptHeader)
}

// state is an exchange with a states endpoint. hide takes the secrets of the run out of a text, those of the state too.
func state(ex states.Exchange, hide func(string) string, facts har.Facts) har.Entry {
	total := har.Milliseconds(ex.Done.Sub(ex.Sent))
	e := har.Entry{
		StartedDateTime: har.Time(facts.Sent), Time: total, Facts: facts, Timings: har.Timings{Wait: total},
		Error: printable.Text(hide(ex.Failure), keptFailure),
	}
	sent := http.Header{"Content-Type": {"application/json"}}
	e.Request = request(http.MethodPost, ex.URL, sent, hide(string(ex.Request)), &e)
	header := make(http.Header, len(ex.Header))
	for name, values := range ex.Header {
		for _, v := range values {
			header.Add(hide(name), hide(v))
		}
	}
	e.Response = har.Response{
		Status: ex.Status, StatusText: http.StatusText(ex.Status), HTTPVersion: ex.Proto, Cookies: []har.Pair{},
		Headers: headers(header, &e), HeadersSize: -1, BodySize: len(ex.Body),
		Content: content(hide(string(ex.Body)), header.Get("Content-Type"), &e),
	}
	return e
}

func request(method, url string, header http.Header, body string, e *har.Entry) har.Request {
	r := har.Request{
		Method: method, URL: har.URL(url), HTTPVersion: "HTTP/1.1", Cookies: []har.Pair{}, Headers: headers(header, e),
		QueryString: har.Query(url), HeadersSize: -1, BodySize: len(body),
	}
	if body != "" {
		text, encoding := har.Text(cutBody(body, "request", e))
		r.PostData = &har.PostData{MimeType: header.Get("Content-Type"), Text: text, Encoding: encoding}
	}
	return r
}

func headers(header http.Header, e *har.Entry) []har.Pair {
	pairs := make([]har.Pair, 0, len(header))
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			if len(pairs) == KeptHeaders {
				e.Cut = append(e.Cut, fmt.Sprintf("headers: the first %d", KeptHeaders))
				return pairs
			}
			if len(name) > KeptHeader || len(value) > KeptHeader {
				e.Cut = append(e.Cut, "a header: the first 1024 bytes")
			}
			pairs = append(pairs,
				har.Pair{Name: printable.Cut(name, KeptHeader), Value: printable.Cut(value, KeptHeader)})
		}
	}
	return pairs
}

func content(body string, mimeType string, e *har.Entry) har.Content {
	c := har.Content{Size: len(body), MimeType: printable.Cut(mimeType, KeptHeader)}
	c.Text, c.Encoding = har.Text(cutBody(body, "response", e))
	return c
}

// cutBody is the beginning of a long body.
func cutBody(body, which string, e *har.Entry) string {
	if len(body) <= KeptBody {
		return body
	}
	e.Cut = append(e.Cut, fmt.Sprintf("body of the %s: the first %d of %d bytes", which, KeptBody, len(body)))
	return Beginning(body)
}

// Beginning is what is kept of a long body.
func Beginning(body string) string {
	body = body[:KeptBody]
	for i := 0; i < utf8.UTFMax && !utf8.ValidString(body) && len(body) > 0; i++ {
		body = body[:len(body)-1] // a character that the cut went through
	}
	return body
}
