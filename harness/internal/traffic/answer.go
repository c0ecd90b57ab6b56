package traffic

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports/har"
)

var gzipMagic = []byte{0x1f, 0x8b}

// mostUnpacked bounds a body, in bytes.
const mostUnpacked = 1 << 20

var charset = regexp.MustCompile(`(?i)charset\s*=\s*"?[^;"]*"?`)

// ReadAnswer is the answer of an entry as it can be judged. The error says why the recording does not show it whole,
// which says nothing of the target.
func ReadAnswer(e har.Read) (wire.Response, error) {
	r := wire.Response{Status: e.Response.Status, Proto: "HTTP/1.1", Header: header(e.Response.Headers)}
	if r.Status == 0 {
		return r, errors.New("the recording holds no answer")
	}
	for _, cut := range e.Cut {
		ofHeader := strings.HasPrefix(cut, "a header") || strings.HasPrefix(cut, "headers")
		if !ofHeader && !strings.Contains(cut, "of the request") {
			return r, errors.New("the recording does not hold the whole answer")
		}
	}
	r.Line = fmt.Sprintf("HTTP/1.1 %d %s", r.Status, http.StatusText(r.Status))
	c := e.Response.Content
	// Of a recording of our own it is known.
	empty := r.Header.Get("Content-Length") == "0" || e.DoneMs > 0 && e.Response.BodySize == 0
	if c.Text == nil || *c.Text == "" && !empty {
		return r, errors.New("the recording does not hold the body of the answer")
	}
	body := []byte(*c.Text)
	if c.Encoding == "base64" {
		plain, err := base64.StdEncoding.DecodeString(*c.Text)
		if err != nil {
			return r, errors.New("the body in the recording is not the base64 that it is said to be")
		}
		body = plain
	} else if types := r.Header["Content-Type"]; e.DoneMs == 0 {
		// others write text as Unicode, whatever the target sent
		for i := range types {
			types[i] = charset.ReplaceAllString(types[i], "charset=utf-8")
		}
	}
	if bytes.HasPrefix(body, gzipMagic) {
		plain, err := unpacked(body)
		if err != nil {
			return r, fmt.Errorf("the gzip body in the recording cannot be read: %w", err)
		}
		body = plain
	} else if len(body) < c.Size-slack(r.Header) {
		return r, fmt.Errorf("the recording holds %d of %d bytes of the body", len(body), c.Size)
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !utf8.Valid(body) {
		return r, errors.New("the recording holds the body in an encoding that cannot be read")
	}
	if len(body) > mostUnpacked {
		return r, errors.New("the body in the recording is longer than 1 MiB")
	}
	for _, name := range []string{"Content-Encoding", "Transfer-Encoding"} { // recorders undo them
		r.Header.Del(name)
	}
	r.Body = body
	return r, nil
}

// slack is by how much the size of a body may be larger than the body: some recorders count the compressed one, which
// is larger where there is little to compress.
func slack(h http.Header) int {
	if h.Get("Content-Encoding") != "" {
		return 64
	}
	return 0
}

func unpacked(body []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, mostUnpacked+1))
}
