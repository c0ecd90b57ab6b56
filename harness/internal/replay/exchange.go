package replay

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports/har"
)

// exchange is an entry as it came from the wire. missing says what is not there of the answer.
func exchange(e har.Read) (ex wire.Exchange, missing string) {
	ex = wire.Exchange{
		Request: wire.Request{Method: e.Request.Method, URL: e.Request.URL, Header: header(e.Request.Headers)},
		Failure: e.Error, TimedOut: e.TimedOut, Unreachable: e.Unreachable,
		ThrottledAnswers: e.Throttled, Throttled: e.Refused, Attempts: e.Attempts, Stale: e.Stale,
		Timings: wire.Timings{Start: offset(e.SentMs), Total: offset(e.DoneMs) - offset(e.SentMs)},
	}
	if ex.Attempts == 0 && !e.Unreachable {
		ex.Attempts = 1
	}
	if p := e.Request.PostData; p != nil {
		text, _ := decoded(p.Text, p.Encoding) // it is only shown
		ex.Request.Body = string(text)
	}
	for _, cut := range e.Cut {
		if !strings.HasPrefix(cut, "body of the request") {
			missing = "the recording does not hold the whole exchange: " + cut
		}
	}
	if e.Response.Status == 0 {
		return wire.Recorded(ex, e.Doubtful, e.Echoed), missing
	}
	r, err := response(e)
	if err != nil {
		missing = "an answer in the recording cannot be read: " + err.Error()
	}
	ex.Response = r
	return wire.Recorded(ex, e.Doubtful, e.Echoed), missing
}

func response(e har.Read) (*wire.Response, error) {
	r := &wire.Response{
		Proto: e.Response.HTTPVersion, Status: e.Response.Status, Header: header(e.Response.Headers),
		DecodeFailure: e.DecodeFailure,
	}
	r.Line = strings.TrimRight(fmt.Sprintf("%s %03d %s", r.Proto, r.Status, e.Response.StatusText), " ")
	if e.Surplus != "" {
		r.Surplus = []byte(e.Surplus)
	}
	if e.Response.Content.Text == nil {
		return r, nil
	}
	text, err := decoded(*e.Response.Content.Text, e.Response.Content.Encoding)
	r.Body = text
	if e.Gzip != "" {
		r.Body = compressed(text)
	}
	if e.Gzip == har.GzipAsked {
		r.Decoded = append([]byte{}, text...)
	}
	return r, err
}

func decoded(text, encoding string) ([]byte, error) {
	if encoding == "base64" {
		return base64.StdEncoding.DecodeString(text)
	}
	return []byte(text), nil
}

func compressed(text []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(text) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

func header(pairs []har.Pair) http.Header {
	h := http.Header{}
	for _, p := range pairs {
		h[p.Name] = append(h[p.Name], p.Value)
	}
	return h
}
