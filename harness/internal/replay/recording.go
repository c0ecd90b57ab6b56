// Package replay lets the recording of a run answer in the place of its target: a case that asks what it asked then
// gets what it got then, at the time when it got it.
package replay

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/essconform/essconform/reports/har"
)

// Recording is what a run has kept.
type Recording struct {
	began time.Time
	kept  map[key]kept
}

type key struct {
	name    string
	attempt int
}

type kept struct {
	entries []har.Read
	notes   []har.Note
}

// ErrNoNotes is a file that no run has written, or one of before runs kept what rejudging needs.
var ErrNoNotes = errors.New("it holds no notes of a run, which are needed to judge it again; " +
	"`essconform judge` judges traffic of any kind")

// Read reads a recording of a run that began then.
func Read(in io.Reader, began time.Time) (*Recording, error) {
	r := &Recording{began: began, kept: map[key]kept{}}
	noted := func(notes []har.Note) {
		for _, n := range notes {
			k := key{n.Case, n.Attempt}
			of := r.kept[k]
			of.notes = append(of.notes, n)
			r.kept[k] = of
		}
	}
	unreadable, err := har.EachNoted(in, noted, func(e har.Read) error {
		if e.Case == "" || e.Step == "setup" || e.Step == "teardown" {
			return nil // what setups returned is in the notes
		}
		k := key{e.Case, e.Attempt}
		of := r.kept[k]
		of.entries = append(of.entries, e)
		r.kept[k] = of
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case unreadable > 0:
		return nil, fmt.Errorf("%d entries are not in the form of HAR", unreadable)
	case !hasNotes(r.kept):
		return nil, ErrNoNotes
	}
	for _, of := range r.kept {
		slices.SortStableFunc(of.entries, func(a, b har.Read) int { return cmp.Compare(a.SentMs, b.SentMs) })
	}
	return r, nil
}

// Holds tells whether anything of a case was kept.
func (r *Recording) Holds(name string) bool { _, ok := r.kept[key{name, 1}]; return ok }

// Tape is what was kept of an attempt of a case, from its beginning.
func (r *Recording) Tape(name string, attempt int) *Tape {
	of, ok := r.kept[key{name, attempt}]
	t := &Tape{began: r.began, notes: slices.Clone(of.notes), now: r.began}
	for _, e := range of.entries {
		if e.Lane == "" {
			t.main = append(t.main, e)
		} else {
			t.beside = append(t.beside, e)
		}
	}
	switch {
	case len(of.notes) > 0:
		t.now = t.at(of.notes[0].FromMs)
	case len(of.entries) > 0:
		t.now = t.at(of.entries[0].SentMs)
	}
	if !ok {
		t.fault = fmt.Sprintf("the recording has no attempt %d of this case, which the program of today would make",
			attempt)
	}
	return t
}

// action is the operation that a request asks for: of V3, in a header, else in the query or the form.
func action(r har.ReadRequest) string {
	for _, h := range r.Headers {
		if http.CanonicalHeaderKey(h.Name) == "X-Acs-Action" {
			return h.Value
		}
	}
	query := ""
	if u, err := url.Parse(r.URL); err == nil {
		query = u.RawQuery
	}
	form := ""
	if r.PostData != nil {
		form = r.PostData.Text
	}
	for _, text := range []string{query, form} {
		if values, err := url.ParseQuery(text); err == nil && values.Get("Action") != "" {
			return values.Get("Action")
		}
	}
	return ""
}

func hasNotes(all map[key]kept) bool {
	for _, of := range all {
		if len(of.notes) > 0 {
			return true
		}
	}
	return false
}
