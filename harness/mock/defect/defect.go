// Package defect holds broken behaviours of the mock as data: each one replaces a seam of mock.Rules, breaks one
// documented rule, and names the requirements on which a suite should report it. A suite is as good as the defects that
// it catches.
package defect

import (
	"slices"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/mock/defect/timed"
)

// Kind is what it takes to see a defect.
type Kind string

// The kinds.
const (
	Single   Kind = "single"   // one call of the plainest kind
	Sequence Kind = "sequence" // calls one after another
	Overlap  Kind = "overlap"  // calls at the same time
	Late     Kind = "late"     // a look, or a call, some time after the call
	Wire     Kind = "wire"     // a call as other clients write it, or one that needs a special id or time
)

// Kinds are all kinds.
func Kinds() []Kind { return []Kind{Single, Sequence, Overlap, Late, Wire} }

// Defect is one way in which a server can be wrong.
type Defect struct {
	// Name is a slug: family, then what is wrong.
	Name string
	// Requirements are those of the catalogue on which a finding makes sense; a suite that reports none of them missed
	// the defect.
	Requirements []string
	// Note says in one line what the broken server does.
	Note string
	// Break puts the defect into fresh rules. What it remembers between calls belongs to those rules alone.
	Break func(*mock.Rules)
	// Kind is what it takes to see it.
	Kind Kind
	// Source is the public report of a look-alike server that it is modelled on, as owner/repository#number; "" when
	// there is none.
	Source string
}

// single is a defect that one call shows.
type single struct {
	Name         string
	Requirements []string
	Note         string
	Break        func(*mock.Rules)
}

// All is every defect, family by family. Each breaks a rule that a document states; what no document states is left
// out, because a suite must not report it.
func All() []Defect {
	var all []Defect
	for _, s := range slices.Concat(
		xmlShape(), jsonShape(), formats(), contentTypes(),
		statuses(), codes(), messages(),
		parameters(), methods(), routes(),
		preconditions(), onlyFor(), preconditionsWrong(), lists(), pairs(),
		effects(), refusedEffects(), activities(),
		requestIDs(), activityIDs(),
		authentication(), transport(),
	) {
		all = append(all,
			Defect{Name: s.Name, Requirements: s.Requirements, Note: s.Note, Break: s.Break, Kind: Single})
	}
	return slices.Concat(
		all, ofKind(Wire, habits()), ofKind(Sequence, timed.Sequences()), ofKind(Overlap, timed.Overlaps()), ofKind(
			Late, timed.Lates()),
	)
}

func ofKind(kind Kind, entries []timed.Entry) (out []Defect) {
	for _, e := range entries {
		out = append(out, Defect{
			Name: e.Name, Requirements: e.Requirements, Note: e.Note, Break: e.Break, Kind: kind, Source: e.Source,
		})
	}
	return out
}

// Find is the defect of that name.
func Find(name string) (Defect, bool) {
	all := All()
	i := slices.IndexFunc(all, func(d Defect) bool { return d.Name == name })
	if i < 0 {
		return Defect{}, false
	}
	return all[i], true
}

// on lists the requirements of a defect.
func on(ids ...string) []string { return ids }
