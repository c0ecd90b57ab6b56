package har

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Read is an entry of a file of anybody: what is not there, or is of another type, is nil or empty.
type Read struct {
	StartedDateTime string       `json:"startedDateTime"`
	Time            float64      `json:"time"`
	Request         ReadRequest  `json:"request"`
	Response        ReadResponse `json:"response"`
	Error           string       `json:"_error"`
	Facts                        // in recordings of our own
}

// ReadRequest is the request of a Read.
type ReadRequest struct {
	Method   string    `json:"method"`
	URL      string    `json:"url"`
	Headers  []Pair    `json:"headers"`
	PostData *PostData `json:"postData"`
}

// ReadResponse is the answer of a Read.
type ReadResponse struct {
	Status      int         `json:"status"`
	StatusText  string      `json:"statusText"`
	HTTPVersion string      `json:"httpVersion"`
	Headers     []Pair      `json:"headers"`
	Content     ReadContent `json:"content"`
	BodySize    int         `json:"bodySize"`
}

// ReadContent is the body of an answer; Text is nil when the file does not have it.
type ReadContent struct {
	Size     int     `json:"size"`
	MimeType string  `json:"mimeType"`
	Text     *string `json:"text"`
	Encoding string  `json:"encoding"`
}

// longestEntry bounds one entry, in bytes of the file.
const longestEntry = 32 << 20

// Errors of Each.
var (
	// ErrNotHAR is a file that is something else.
	ErrNotHAR = errors.New(`this is not a HAR file: wanted a JSON object with "log" and its "entries"`)
	// ErrCutOff is a file that ends before its end. What stands before was read.
	ErrCutOff = errors.New("the file is cut off, or not JSON from some point on")
	// ErrNoEnd is a journal of ours whose writer was killed. It holds all that came to its end.
	ErrNoEnd = errors.New("the program that wrote the file was stopped before its end; what it holds was read")
)

// Proxy is the creator of journals, whose last entry may be the last that there was.
const Proxy = "essconform proxy"

// Each reads a file of any length and calls do with each entry, in order. unreadable counts the entries that are of
// other types than HAR has. After an error of do, or ErrCutOff, the entries before it have been read.
func Each(in io.Reader, do func(Read) error) (unreadable int, err error) {
	return EachNoted(in, func([]Note) {}, do)
}

// EachNoted is Each for a recording of a run, whose notes come first.
func EachNoted(in io.Reader, noted func([]Note), do func(Read) error) (unreadable int, err error) {
	bounded := &bounded{in: in}
	d := json.NewDecoder(bounded)
	bounded.refill()
	if _, err := enter(d, "log", noted); err != nil {
		return 0, err
	}
	creator, err := enter(d, "entries", noted)
	if err != nil {
		return 0, err
	}
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return 0, ErrNotHAR
	}
	for d.More() {
		bounded.refill()
		var e Read
		var wrongType *json.UnmarshalTypeError
		switch err := d.Decode(&e); {
		case errors.As(err, &wrongType):
			unreadable++
			continue
		case errors.Is(err, errTooLong):
			return unreadable, err
		case err != nil:
			return unreadable, cutOff(creator, err)
		}
		if err := do(e); err != nil {
			return unreadable, err
		}
	}
	for range 3 { // the ends of entries, log and file, with whatever stands between them
		bounded.refill()
		if err := leave(d); err != nil {
			return unreadable, cutOff(creator, err)
		}
	}
	return unreadable, nil
}

// cutOff is the error of a file that ends, or is broken, before its end.
func cutOff(c Creator, err error) error {
	if c.Name == Proxy && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)) {
		return ErrNoEnd
	}
	return ErrCutOff
}

// leave reads to the end of the array or object that the decoder is in.
func leave(d *json.Decoder) error {
	for d.More() {
		if err := skip(d); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// enter goes into an object up to the value of a key, and reads the creator and the notes on its way.
func enter(d *json.Decoder, key string, noted func([]Note)) (c Creator, err error) {
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return c, ErrNotHAR
	}
	for d.More() {
		t, err := d.Token()
		switch {
		case err != nil:
			return c, ErrNotHAR
		case t == key:
			return c, nil
		case t == "creator":
			err = d.Decode(&c)
		case t == notesKey:
			var notes []Note
			if err = d.Decode(&notes); err == nil {
				noted(notes)
			}
		default:
			err = skip(d)
		}
		var wrongType *json.UnmarshalTypeError
		if err != nil && !errors.As(err, &wrongType) {
			return c, ErrNotHAR
		}
	}
	return c, ErrNotHAR
}

// skip reads over a value without keeping it.
func skip(d *json.Decoder) error {
	for depth := 0; ; {
		t, err := d.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

var errTooLong = fmt.Errorf("an entry is longer than %d MiB", longestEntry>>20)

// bounded gives no more than longestEntry bytes at a time.
type bounded struct {
	in   io.Reader
	left int
}

func (b *bounded) refill() { b.left = longestEntry }

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.in.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
