// Package yamlfile reads the YAML files that users write: settings, cases, waivers, policies, descriptions. Every error
// is one line with file, line, what came and what was wanted.
package yamlfile

import (
	"bytes"
	"errors"
	"unicode/utf8"
)

// Errors of files that are not UTF-8 text. They say what to do.
var (
	ErrUTF16   = errors.New("the file is UTF-16; save it as UTF-8")
	ErrNotUTF8 = errors.New("the file is not UTF-8 text; save it as UTF-8")
)

var bom = []byte("\xEF\xBB\xBF")

// Text is the text of a file without one leading byte order mark. It serves readers of JSON as well.
func Text(data []byte) ([]byte, error) {
	data = bytes.TrimPrefix(data, bom)
	if isUTF16(data) {
		return nil, ErrUTF16
	}
	if !utf8.Valid(data) {
		return nil, ErrNotUTF8
	}
	return data, nil
}

// isUTF16 recognises both byte orders, by the mark or by the zero byte that belongs to every ASCII character: one of
// the first two characters of a YAML or JSON file is always ASCII.
func isUTF16(data []byte) bool {
	if len(data) < 2 {
		return false
	}
	switch {
	case data[0] == 0xFE && data[1] == 0xFF, data[0] == 0xFF && data[1] == 0xFE:
		return true
	}
	return len(data)%2 == 0 && (data[0] == 0) != (data[1] == 0)
}
