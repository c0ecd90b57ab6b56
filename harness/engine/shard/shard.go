// Package shard splits the cases of a run over several machines, which need not talk to each other: each of them
// computes the same parts and runs its own one. `essconform merge` joins the reports.
package shard

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Part is one of Count parts; Index runs from 1. The zero value is the whole.
type Part struct{ Index, Count int }

// maxCount is far more than there are cases to share.
const maxCount = 10000

// parse reads "2/5", the second of five parts.
func parse(s string) (Part, error) {
	index, count, ok := strings.Cut(s, "/")
	i, err1 := strconv.Atoi(index)
	n, err2 := strconv.Atoi(count)
	if !ok || err1 != nil || err2 != nil || i < 1 || n < i || n > maxCount {
		return Part{}, fmt.Errorf("%q is not a valid shard; write it as 2/5, the second of five", s)
	}
	return Part{Index: i, Count: n}, nil
}

// Whole holds when nothing is split.
func (p Part) Whole() bool { return p.Count == 0 }

func (p Part) String() string {
	if p.Whole() {
		return ""
	}
	return fmt.Sprintf("%d/%d", p.Index, p.Count)
}

// Of picks the ids of the part; every id is in exactly one of the Count parts. Without durations an id stands in the
// same part whatever other ids there are. With durations, in milliseconds by id, the parts take about the same time;
// then all parts must be given the same ids and durations. An id without a duration counts as an average one.
func (p Part) Of(ids []string, durations map[string]float64) map[string]bool {
	if len(durations) > 0 {
		return p.balanced(ids, durations)
	}
	out := map[string]bool{}
	for _, id := range ids {
		sum := sha256.Sum256([]byte(id))
		if p.Whole() || binary.BigEndian.Uint64(sum[:8])%uint64(p.Count) == uint64(p.Index-1) {
			out[id] = true
		}
	}
	return out
}

// balanced gives the longest case that is left to the part that has least to do.
func (p Part) balanced(ids []string, durations map[string]float64) map[string]bool {
	average := 0.0
	for _, id := range slices.Sorted(maps.Keys(durations)) { // in order: sums of floats depend on it
		average += durations[id] / float64(len(durations))
	}
	cost := func(id string) float64 {
		if d, known := durations[id]; known {
			return d
		}
		return average
	}
	sorted := slices.SortedFunc(slices.Values(ids), func(a, b string) int {
		return cmp.Or(cmp.Compare(cost(b), cost(a)), cmp.Compare(a, b))
	})
	type load struct {
		ms  float64
		ids int // decides between parts while all durations are 0
	}
	loads := make([]load, max(p.Count, 1))
	out := map[string]bool{}
	for _, id := range sorted {
		least := 0
		for i, l := range loads {
			if cmp.Or(cmp.Compare(l.ms, loads[least].ms), cmp.Compare(l.ids, loads[least].ids)) < 0 {
				least = i
			}
		}
		loads[least].ms += cost(id)
		loads[least].ids++
		if p.Whole() || least == p.Index-1 {
			out[id] = true
		}
	}
	return out
}
