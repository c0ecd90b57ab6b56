package wire

import (
	"bytes"
	"compress/gzip"
	"io"
)

var gzipMagic = []byte{0x1f, 0x8b}

// readBody reads at most limit bytes. The bytes that came before an error are returned with it.
func readBody(r io.Reader, expected int64, limit int) (body []byte, truncated bool, err error) {
	var b bytes.Buffer
	if expected > 0 {
		// the announced length is not trusted with more memory than this
		b.Grow(int(min(expected, 64<<10, int64(limit))) + bytes.MinRead)
	}
	_, err = b.ReadFrom(io.LimitReader(r, int64(limit)+1))
	if b.Len() > limit {
		b.Truncate(limit)
		return b.Bytes(), true, nil
	}
	return b.Bytes(), false, err
}

// gunzip decodes at most limit bytes. What could be decoded is returned with the error, and is never nil.
func gunzip(body []byte, limit int) (text []byte, truncated bool, err error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return []byte{}, false, err
	}
	text, truncated, err = readBody(z, int64(len(body)), limit)
	if text == nil {
		text = []byte{}
	}
	return text, truncated, err
}
