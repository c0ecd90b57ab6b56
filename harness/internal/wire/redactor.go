package wire

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
)

// hidden stands where a secret stood.
const hidden = "REDACTED"

// Redactor removes the secrets of a run from text that others wrote: AccessKeyIds are shortened, secrets and security
// tokens replaced. A run has one, which learns the callers of all its calls and those that states return. A nil one
// removes nothing. It may be used by many goroutines at once.
//
// A value is found raw and in the encodings that clients, servers and their errors use: percent-encoded, escaped as in
// JSON, JavaScript, XML and HTML, one inside the other up to four deep, in base64 wherever it stands in the encoded
// text, in hexadecimal, in UTF-16.
//
// A value shorter than 8 characters goes only where it is a whole word, and one shorter than 4 only where it is plainly
// a value. Such secrets exist on mocks, where they protect nothing, so refusing them would not help; and replaced
// inside of words they would change ids, and leave a report that cannot be read.
type Redactor struct {
	adding sync.Mutex
	now    atomic.Pointer[known]
}

// known is what a redactor looks for. It is never changed, only replaced.
type known struct {
	callers map[Credentials]bool
	matcher *matcher
}

// NewRedactor knows some callers.
func NewRedactor(callers ...Credentials) *Redactor {
	r := new(Redactor)
	r.Add(callers...)
	return r
}

// Add makes callers known. It takes effect on texts that are redacted afterwards.
func (r *Redactor) Add(callers ...Credentials) {
	if r == nil {
		return
	}
	strange := func(c Credentials) bool { return c != (Credentials{}) && !r.knows(c) }
	if !slices.ContainsFunc(callers, strange) { // as is usual
		return
	}
	next := &known{callers: map[Credentials]bool{}}
	for _, c := range callers {
		if strange(c) {
			next.callers[c] = true
		}
	}
	r.adding.Lock()
	defer r.adding.Unlock()
	if old := r.now.Load(); old != nil {
		maps.Copy(next.callers, old.callers)
	}
	var values []substitute
	for c := range next.callers {
		values = append(values, substitute{c.AccessKeySecret, hidden}, substitute{c.SecurityToken, hidden},
			substitute{c.AccessKeyID, shorten(c.AccessKeyID)})
	}
	next.matcher = newMatcher(values)
	r.now.Store(next)
}

// Known is how many callers are known.
func (r *Redactor) Known() int {
	if r == nil {
		return 0
	}
	if now := r.now.Load(); now != nil {
		return len(now.callers)
	}
	return 0
}

// Redact returns the text without the secrets. It must see a text before anything is cut off: of half a secret it knows
// nothing.
func (r *Redactor) Redact(text string) string {
	shown, _ := (&mask{run: r}).apply(text, false)
	return shown
}

// Error is an error whose text is redacted. errors.Is and errors.As see the one that was given.
func (r *Redactor) Error(err error) error {
	if err == nil {
		return nil
	}
	return &redactedError{err, r.Redact(err.Error())}
}

type redactedError struct {
	error
	text string
}

func (e *redactedError) Error() string { return e.text }
func (e *redactedError) Unwrap() error { return e.error }

// Format prints nothing of what is known, whatever the verb.
func (r *Redactor) Format(out fmt.State, _ rune) { _, _ = io.WriteString(out, "redactor") }

// mask is a redactor that also knows the signature of one exchange.
type mask struct {
	run       *Redactor
	signature func() string // a function, so that nothing that prints a struct shows it; nil for none
}

// apply also removes the beginning of a secret at the end of a text that was cut there. found tells whether anything
// was removed.
func (m *mask) apply(text string, cut bool) (shown string, found bool) {
	spans := m.spans(text, cut)
	return substituted(text, spans), len(spans) > 0
}

func (m *mask) spans(text string, cut bool) (spans []span) {
	if m == nil || text == "" {
		return nil
	}
	look := new(matcher)
	if m.run != nil {
		if now := m.run.now.Load(); now != nil {
			look = now.matcher
		}
	}
	signature := ""
	if m.signature != nil {
		signature = m.signature()
	}
	if look.empty() && signature == "" {
		return nil
	}
	if !look.anywhere(text, signature, cut) { // most texts hold nothing
		return nil
	}
	for _, l := range layers(text, cut) {
		spans = look.find(l, cut, spans)
		if signature != "" {
			spans = findSignature(l, signature, cut, spans)
		}
	}
	return merged(spans)
}

// shorten leaves enough of an AccessKeyId to tell two of them apart, and nothing of one that is no longer than that.
func shorten(id string) string {
	letters := []rune(id)
	switch {
	case len(letters) == 0:
		return ""
	case len(letters) <= shortest:
		return "…"
	}
	return string(letters[:shortest]) + "…"
}
