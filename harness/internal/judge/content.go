package judge

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/essconform/essconform/harness/internal/wire"
)

// maxBody bounds a body in bytes, after gzip too. A documented answer has less than a kilobyte.
const maxBody = 1 << 20

// problem is a difference from a whole answer outside of its body.
type problem struct{ pointer, want, got string }

// content is the body without its Content-Encoding; problem is not nil when that was not the one asked for, or is
// broken. ok is false when nothing can be said of the body.
func content(resp *wire.Response, gzipAccepted bool) (body []byte, p *problem, ok bool) {
	coding := strings.ToLower(strings.TrimSpace(strings.Join(resp.Header.Values("Content-Encoding"), ", ")))
	switch coding {
	case "", "identity":
		return resp.Body, nil, true
	case "gzip", "x-gzip":
	default:
		return nil, &problem{
			"header Content-Encoding", "no Content-Encoding that was not asked for",
			quoted(coding),
		}, false
	}
	switch {
	case !gzipAccepted: // reported, and unpacked all the same
		p = &problem{"header Content-Encoding", "no Content-Encoding, because none was asked for", quoted(coding)}
	case resp.DecodeFailure != "":
		return nil, &problem{"header Content-Encoding", "a whole gzip body", resp.DecodeFailure}, false
	case resp.Decoded != nil:
		return resp.Decoded, nil, true
	}
	if len(resp.Body) == 0 { // also the body of an answer that has none
		return nil, p, true
	}
	body, err := gunzip(resp.Body)
	if err != nil {
		return nil, &problem{"header Content-Encoding", "a whole gzip body", err.Error()}, false
	}
	return body, p, true
}

func gunzip(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errors.New("a gzip body that is cut off")
	}
	if err != nil {
		return nil, err
	}
	if len(body) > maxBody {
		return nil, fmt.Errorf("more than %d bytes when unpacked", maxBody)
	}
	return body, nil
}
