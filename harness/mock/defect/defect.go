// Package defect holds broken behaviours of the mock as data: each one replaces a seam of mock.Rules, breaks one documented rule,
// and names the requirements on which a suite should report it. A suite is as good as the defects that it catches.
package defect

import (
	"slices"

	"github.com/essconform/essconform/harness/mock"
)

// Defect is one way in which a server can be wrong.
type Defect struct {
	// Name is a slug: family, then what is wrong.
	Name string
	// Requirements are those of the catalogue on which a finding makes sense; a suite that reports none of them missed the defect.
	Requirements []string
	// Note says in one line what the broken server does.
	Note string
	// Break puts the defect into fresh rules. What it remembers between calls belongs to those rules alone.
	Break func(*mock.Rules)
}

// All is every defect, family by family. Each breaks a rule that a document states; what no document states is left out, because a suite
// must not report it.
func All() []Defect {
	return slices.Concat(
		xmlShape(), jsonShape(), formats(), contentTypes(),
		statuses(), codes(), messages(),
		parameters(), methods(), routes(),
		preconditions(), onlyFor(), preconditionsWrong(),
		effects(), refusedEffects(), activities(),
		requestIDs(), activityIDs(),
		authentication(), transport(),
	)
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
