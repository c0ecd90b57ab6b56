// Package har is HAR 1.2, the format in which browsers and proxies keep HTTP exchanges: its types, what writes a file
// of any length, and what keeps the exchanges of a run until its report is written. Facts of our own are in fields that
// begin with "_".
package har

import (
	"encoding/base64"
	"time"
	"unicode/utf8"
)

// Version of the format.
const Version = "1.2"

// Entry is one exchange.
type Entry struct {
	StartedDateTime string   `json:"startedDateTime"`
	Time            float64  `json:"time"` // milliseconds
	Request         Request  `json:"request"`
	Response        Response `json:"response"`
	Cache           struct{} `json:"cache"`
	Timings         Timings  `json:"timings"`

	// Error says why there is no whole answer. The name is that of Chrome.
	Error string `json:"_error,omitempty"`
	Facts
}

// Facts are what a run of essconform knows beside the exchange.
type Facts struct {
	Case    string    `json:"_case,omitempty"`
	Attempt int       `json:"_attempt,omitempty"` // of the case, from 1
	Step    string    `json:"_step,omitempty"`    // what the case was doing
	Lane    string    `json:"_lane,omitempty"`    // tells calls apart that overlap
	Sent    time.Time `json:"-"`
	// SentMs and DoneMs are on the monotonic clock of the run, from its start.
	SentMs float64 `json:"_sentMs"`
	DoneMs float64 `json:"_doneMs"`
	// Attempts is how often the request was written, when more than once.
	Attempts int `json:"_attempts,omitempty"`
	// Throttled is how many answers asked to be called again later; the last of them is the entry's only when it is the
	// last of the call.
	Throttled   int  `json:"_throttled,omitempty"`
	TimedOut    bool `json:"_timedOut,omitempty"`
	Unreachable bool `json:"_unreachable,omitempty"` // no connection could be made
	// Refused is set when the last answer, too, asked to be called again later.
	Refused bool `json:"_refused,omitempty"`
	// Doubtful is a connection that the target closed just as it was used again; Stale counts those of a call that was
	// repeated because of it.
	Doubtful bool `json:"_doubtful,omitempty"`
	Stale    int  `json:"_stale,omitempty"`
	// Gzip is "asked" for a body that came in gzip as it was asked to, and "unasked" for any other. The content is the
	// text.
	Gzip          string `json:"_gzip,omitempty"`
	DecodeFailure string `json:"_decodeFailure,omitempty"` // why the content is only the beginning of the text
	// Echoed is an answer that held a secret of the run, which is not in the entry.
	Echoed bool `json:"_echoed,omitempty"`
	// Surplus is what came behind the end of the body.
	Surplus string `json:"_surplus,omitempty"`
	// Cut says what is not here in full, one line for each.
	Cut []string `json:"_cut,omitempty"`
}

// The ways in which a body may be in gzip.
const (
	GzipAsked   = "asked"
	GzipUnasked = "unasked"
)

// Note is what a case of a run was told by something else than an exchange: what its setup returned, and what the run
// had learned from other cases. Value is a text, or JSON.
type Note struct {
	Case    string  `json:"case"`
	Attempt int     `json:"attempt"`
	Step    string  `json:"step"`
	What    string  `json:"what"`
	Value   string  `json:"value"`
	FromMs  float64 `json:"fromMs"` // as SentMs
	ToMs    float64 `json:"toMs"`
}

// Read is the entry as Each would read it.
func (e *Entry) Read() Read {
	return Read{
		StartedDateTime: e.StartedDateTime, Time: e.Time, Error: e.Error, Facts: e.Facts,
		Request: ReadRequest{
			Method: e.Request.Method, URL: e.Request.URL, Headers: e.Request.Headers, PostData: e.Request.PostData,
		},
		Response: ReadResponse{
			Status: e.Response.Status, StatusText: e.Response.StatusText, HTTPVersion: e.Response.HTTPVersion,
			Headers: e.Response.Headers, BodySize: e.Response.BodySize,
			Content: ReadContent{
				Size: e.Response.Content.Size, MimeType: e.Response.Content.MimeType, Text: &e.Response.Content.Text,
				Encoding: e.Response.Content.Encoding,
			},
		},
	}
}

// Request is what was sent.
type Request struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	HTTPVersion string    `json:"httpVersion"`
	Cookies     []Pair    `json:"cookies"`
	Headers     []Pair    `json:"headers"`
	QueryString []Pair    `json:"queryString"`
	PostData    *PostData `json:"postData,omitempty"`
	HeadersSize int       `json:"headersSize"`
	BodySize    int       `json:"bodySize"`
}

// Response is what came. Status 0 means that nothing did.
type Response struct {
	Status      int     `json:"status"`
	StatusText  string  `json:"statusText"`
	HTTPVersion string  `json:"httpVersion"`
	Cookies     []Pair  `json:"cookies"`
	Headers     []Pair  `json:"headers"`
	Content     Content `json:"content"`
	RedirectURL string  `json:"redirectURL"`
	HeadersSize int     `json:"headersSize"`
	BodySize    int     `json:"bodySize"`
}

// Pair is a header or a parameter.
type Pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// PostData is the body of a request. Encoding is not in the format; it is "base64" for a body that is not UTF-8.
type PostData struct {
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
	Params   []Pair `json:"params,omitempty"`
	Encoding string `json:"_encoding,omitempty"`
}

// Content is the body of an answer.
type Content struct {
	Size     int    `json:"size"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
	Encoding string `json:"encoding,omitempty"` // "base64", else as it is
}

// Timings are in milliseconds.
type Timings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

// Text is a body as JSON can hold it: as it is when it is UTF-8, else in base64.
func Text(body string) (text, encoding string) {
	if utf8.ValidString(body) {
		return body, ""
	}
	return base64.StdEncoding.EncodeToString([]byte(body)), "base64"
}

// Time is a moment as the format writes it, in UTC.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }

// Milliseconds is a duration as the format writes it, which knows no negative ones.
func Milliseconds(d time.Duration) float64 { return float64(max(0, d).Microseconds()) / 1000 }
