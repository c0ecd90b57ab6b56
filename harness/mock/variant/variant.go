// Package variant holds legal differences of the mock as data: what the documents leave open, done in another way. A
// suite must accuse none of them.
package variant

import (
	"net/http"
	"slices"

	"github.com/essconform/essconform/harness/mock"
)

// Variant is one way in which a right server can differ from the mock.
type Variant struct {
	// Name is a slug.
	Name string
	// Note says in one line what is different, and why that is right.
	Note string
	// Options changes the options of a mock; their Rules are set and fresh.
	Options func(*mock.Options)
	// Warned are the recommendations (SHOULD) that it does not follow: a suite may report these, as warnings.
	Warned []string
	// Partial tells that some cases cannot run on it, though each requirement is still verified by others.
	Partial bool
	// Timed tells that it differs in when things happen, which only several calls show.
	Timed bool
	// Cannot are the requirements that cannot be verified on it: a suite must say so, and call none of them satisfied.
	Cannot []string
}

// All is every variant.
func All() []Variant {
	timed := timing()
	for i := range timed {
		timed[i].Timed = true
	}
	return slices.Concat(bodies(), headers(), answers(), connections(), behaviours(), timed, missing())
}

// Find is the variant of that name.
func Find(name string) (Variant, bool) {
	all := append(All(), Slow()...)
	i := slices.IndexFunc(all, func(v Variant) bool { return v.Name == name })
	if i < 0 {
		return Variant{}, false
	}
	return all[i], true
}

// rules makes an Options of a change of the rules.
func rules(change func(*mock.Rules)) func(*mock.Options) {
	return func(o *mock.Options) { change(o.Rules) }
}

// handler makes an Options of a handler before the mock.
func handler(wrap func(http.Handler) http.Handler) func(*mock.Options) {
	return func(o *mock.Options) { o.Wrap = wrap }
}
