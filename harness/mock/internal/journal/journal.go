// Package journal keeps the latest requests: what was asked, what was answered, and why it was refused.
package journal

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode"
)

const (
	// Size is how many entries are kept: the oldest goes when another one comes.
	Size = 1000
	// mostBytes bounds the parameters of an entry; longer ones are left out, so that the journal stays small.
	mostBytes = 8 << 10
	// mostTextBytes bounds each text of a log line.
	mostTextBytes = 512
)

// Entry is one request and its answer.
type Entry struct {
	Number    int64     `json:"number"` // 1 for the first request since the start or the last reset
	At        time.Time `json:"at"`
	Method    string    `json:"method"`
	Operation string    `json:"operation"`
	Version   string    `json:"version"`
	Caller    string    `json:"caller"` // the access key id
	// Parameters are what was asked, without signature and security token. They are left out when they are very long.
	Parameters map[string]string `json:"parameters"`
	Status     int               `json:"status"` // 0: the connection was closed without an answer
	Code       string            `json:"code,omitempty"`
	Message    string            `json:"message,omitempty"`
	Rule       string            `json:"rule,omitempty"` // the name of the rule that was broken
	RequestID  string            `json:"requestId"`
	// Fault is the kind of the fault that was injected into this call.
	Fault       string   `json:"fault,omitempty"`
	Unsupported []string `json:"unsupported,omitempty"` // parameters without effect
	DurationMs  float64  `json:"durationMs"`

	// Sent are the parameters as they came; Parameters is made of them when the entry is read.
	Sent url.Values `json:"-"`
	// Bytes is how long the request was.
	Bytes int `json:"-"`
}

// Journal keeps the latest entries. It is safe for concurrent use.
type Journal struct {
	mu     sync.Mutex
	ring   []Entry
	number int64
}

// New is an empty journal.
func New() *Journal { return &Journal{} }

// Add keeps an entry and returns it with its number.
func (j *Journal) Add(e Entry) Entry {
	if e.Bytes > mostBytes {
		e.Sent = nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.number++
	e.Number = j.number
	if len(j.ring) < Size {
		j.ring = append(j.ring, e)
	} else {
		j.ring[(j.number-1)%Size] = e
	}
	return e
}

// After are the entries that came after the one of that number, oldest first, at most limit: the latest ones.
func (j *Journal) After(number int64, limit int) []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	first := max(number, j.number-int64(len(j.ring)), j.number-int64(limit)) + 1
	out := make([]Entry, 0, max(0, j.number-first+1))
	for n := first; n <= j.number; n++ {
		e := j.ring[(n-1)%Size]
		e.Parameters = e.parameters()
		out = append(out, e)
	}
	return out
}

// Total is how many requests came since the start or the last reset.
func (j *Journal) Total() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.number
}

// Clear forgets all entries and counts from 1 again.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ring, j.number = nil, 0
}

// parameters are the parameters without what is secret or differs in every call.
func (e Entry) parameters() map[string]string {
	out := make(map[string]string, len(e.Sent))
	for name, values := range e.Sent {
		switch name {
		case "Signature",
			"SignatureNonce",
			"SignatureMethod",
			"SignatureVersion",
			"SignatureType",
			"SecurityToken",
			"Timestamp",
			"Action",
			"Version",
			"AccessKeyId":
		default:
			out[name] = values[0]
		}
	}
	return out
}

// Line is the entry as one line of a log. Nothing in it can end the line or move the cursor.
func (e Entry) Line() string {
	operation := e.Operation
	if operation == "" {
		operation = "(no Action)"
	}
	line := fmt.Sprintf("%s %s %d", e.Method, operation, e.Status)
	if e.Status == 0 {
		line = fmt.Sprintf("%s %s connection closed", e.Method, operation)
	}
	for _, part := range []struct{ format, text string }{
		{" %s", e.Code},
		{" (broken rule: %s)", e.Rule},
		{" [fault: %s]", e.Fault},
		{" [no effect: %s]", strings.Join(e.Unsupported, ", ")},
		{" group=%s", first(e.Sent, "ScalingGroupId")},
	} {
		if part.text != "" {
			line += fmt.Sprintf(part.format, part.text)
		}
	}
	return fmt.Sprintf("#%d %s %.1fms", e.Number, printable(line), e.DurationMs)
}

func first(v url.Values, name string) string {
	if values := v[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

func printable(s string) string {
	if len(s) > mostTextBytes {
		s = strings.ToValidUTF8(s[:mostTextBytes], "") + "…"
	}
	return strings.Map(func(r rune) rune {
		if r != ' ' && !unicode.IsGraphic(r) || r == '\u2028' || r == '\u2029' {
			return '?'
		}
		return r
	}, s)
}
