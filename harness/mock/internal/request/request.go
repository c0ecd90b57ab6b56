// Package request decodes what a caller sent.
package request

import (
	"math"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/essconform/essconform/harness/mock/internal/render"
)

// Request is what a caller sent, decoded once. Everything in it is hostile.
type Request struct {
	Method string
	Host   string
	Path   string
	Header http.Header
	Body   []byte
	// Query and Form are the decoded parameters as they came; of a name that comes twice the first value counts.
	Query, Form url.Values
	// Params are what operations read: Query, and what Form adds to it. Signatures are verified over Query and Form
	// instead, so that a rule which loses parameters does not break authentication.
	Params url.Values
	Proof  Proof
	// Broken says why Query or Form could not be decoded; "" when they could.
	Broken string
}

// Parse decodes a request whose body was read already.
func Parse(r *http.Request, body []byte) *Request {
	q := &Request{Method: r.Method, Host: r.Host, Path: r.URL.Path, Header: r.Header, Body: body}
	var err error
	if q.Query, err = parameters(r.URL.RawQuery); err != nil {
		q.Broken = "query: " + err.Error()
	}
	if isForm(r.Header) && len(body) > 0 {
		if q.Form, err = parameters(string(body)); err != nil {
			q.Broken = "form body: " + err.Error()
		}
	}
	q.Params = Merge(q.Query, q.Form)
	q.Proof = readProof(q)
	return q
}

// mostQuick is how many parameters are decoded quickly; no client sends more.
const mostQuick = 100

// parameters is url.ParseQuery in less time for what clients send: not too many parameters, each once. All else, and
// what is wrong, is left to url.ParseQuery itself.
func parameters(encoded string) (url.Values, error) {
	n := strings.Count(encoded, "&") + 1
	if encoded == "" || n > mostQuick || strings.Contains(encoded, ";") {
		return url.ParseQuery(encoded)
	}
	all, room := make(url.Values, n), make([]string, 0, n)
	for pair := range strings.SplitSeq(encoded, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, nameErr := url.QueryUnescape(name)
		value, valueErr := url.QueryUnescape(value)
		if pair == "" || nameErr != nil || valueErr != nil || all.Has(name) {
			return url.ParseQuery(encoded)
		}
		room = append(room, value)
		all[name] = room[len(room)-1 : len(room) : len(room)] // without room to grow into the next one's place
	}
	return all, nil
}

// isForm tells a body of parameters. Clients that send all in the query leave the content type out (facts: real
// clients).
func isForm(h http.Header) bool {
	const form = "application/x-www-form-urlencoded"
	value := h.Get("Content-Type")
	if value == "" || value == form {
		return true
	}
	kind, _, err := mime.ParseMediaType(value)
	return err == nil && kind == form
}

// Merge is first and what second adds to it. It may return one of them itself: the result is for reading.
func Merge(first, second url.Values) url.Values {
	switch {
	case len(second) == 0:
		return first
	case len(first) == 0:
		return second
	}
	all := make(url.Values, len(first)+len(second))
	for name, values := range second {
		all[name] = values
	}
	for name, values := range first {
		all[name] = values
	}
	return all
}

// Param is the value of a parameter, "" when there is none. Where nothing signs the parameters as V1 does, the
// x-acs-* header of a V3 client stands in for Action and Version.
func (q *Request) Param(name string) string {
	if values, ok := q.Params[name]; ok {
		return values[0]
	}
	if q.Proof.Scheme == SchemeV1 {
		return ""
	}
	switch name {
	case "Action":
		return q.Header.Get("x-acs-action")
	case "Version":
		return q.Header.Get("x-acs-version")
	}
	return ""
}

// LaterVersion is the later edition of ESS.
const LaterVersion = "2022-02-22"

// Later tells whether the request speaks the later edition, whose lists have other names and another shape.
func (q *Request) Later() bool { return q.Param("Version") == LaterVersion }

// Numbered is one element of a list parameter, such as InstanceId.3.
type Numbered struct {
	N     int // as written; math.MaxInt when it does not fit
	Value string
}

// Repeated reads the list parameter prefix.N in the order of N. Gaps are passed over, and so are elements without a
// value. In the later edition lists have plural names: InstanceIds.N (facts, section 5).
func (q *Request) Repeated(prefix string) []Numbered {
	if q.Later() {
		prefix += "s"
	}
	return q.Elements(prefix)
}

// Elements reads the list parameter of exactly that name.
func (q *Request) Elements(prefix string) []Numbered {
	var list []Numbered
	for name, values := range q.Params {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok || values[0] == "" || rest == "" || rest[0] != '.' {
			continue
		}
		if n, ok := Index(rest[1:]); ok {
			list = append(list, Numbered{n, values[0]})
		}
	}
	slices.SortFunc(list, func(a, b Numbered) int { return a.N - b.N })
	return list
}

// Index reads the N of a list parameter. Spellings such as "01" are other names, and so no part of the list.
func Index(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		digits := strings.Trim(s, "0123456789") == "" && s != "" && s[0] != '0'
		return math.MaxInt, digits
	}
	return int(n), strconv.FormatUint(n, 10) == s
}

// ChooseFormat is the format of the answer: what Format asks for, in any case; for a V3 client without one, what
// Accept asks for; else JSON, which the service's pages call the default. ok is false when Format asks for something
// else.
func ChooseFormat(q *Request) (format render.Format, ok bool) {
	switch value := q.Param("Format"); {
	case strings.EqualFold(value, "JSON"):
		return render.JSON, true
	case strings.EqualFold(value, "XML"):
		return render.XML, true
	case value != "":
		return render.JSON, false
	}
	if q.Proof.Scheme != SchemeV1 && q.Header.Get("x-acs-action") != "" &&
		strings.Contains(strings.ToLower(q.Header.Get("Accept")), "xml") {
		return render.XML, true
	}
	return render.JSON, true
}
