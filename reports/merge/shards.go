package merge

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
)

// JoinShards makes one report of the shards of one run. Waivers and repeated ids are checked again, over all cases.
// Shards that are missing make it a partial run, which is never conformant. The error says why the reports are no
// shards of one run.
func JoinShards(shards []reports.Report) (reports.Report, error) {
	if len(shards) == 0 {
		return reports.Report{}, errors.New("no report was given")
	}
	shards = slices.Clone(shards)
	slices.SortStableFunc(shards, func(a, b reports.Report) int { return shardIndex(a) - shardIndex(b) })
	whole := shards[0]
	owner := map[string]string{} // case id -> the shard that ran it
	in := reports.Input{
		Suite: whole.Suite, Contract: whole.Contract, Target: whole.Target, Catalogue: joinCatalogues(shards),
		Waivers: whole.Waivers, LeftOut: whole.LeftOut,
	}
	for i, r := range shards {
		if err := sameRun(whole, r); err != nil {
			return reports.Report{}, err
		}
		if i > 0 && shardIndex(shards[i-1]) == shardIndex(r) {
			return reports.Report{}, fmt.Errorf("%s is there twice; give each shard once", r.Run.Shard.String())
		}
		for _, c := range r.Cases {
			if o, taken := owner[c.ID]; taken {
				return reports.Report{}, fmt.Errorf(
					"case %s is in %s and in %s; run all shards with the same -shard-by", printable.ShortID(c.ID), o,
					r.Run.Shard.String())
			}
			owner[c.ID] = r.Run.Shard.String()
		}
		in.Cases = append(in.Cases, reports.InputOf(r).Cases...)
	}
	in.Selected = whole.Run.Shard.Of
	in.NotSelected = whole.Counts.Selected + whole.Counts.NotSelected - in.Selected
	in.Run = joinRuns(shards, in.Selected-len(in.Cases))
	return reports.Build(in), nil
}

func shardIndex(r reports.Report) int {
	if r.Run.Shard == nil {
		return 0
	}
	return r.Run.Shard.Index
}

// sameRun says in what two reports differ that shards of one run have in common.
func sameRun(a, b reports.Report) error {
	if a.Run.Shard == nil || b.Run.Shard == nil {
		return errors.New("a report is of no shard; only shards of one run can be joined")
	}
	all := func(r reports.Report) string { return fmt.Sprint(r.Counts.Selected + r.Counts.NotSelected) }
	for _, d := range []struct{ what, a, b string }{
		{"target", fmt.Sprint(a.Target), fmt.Sprint(b.Target)},
		{"contract", a.Contract.SHA256 + a.Contract.Operation, b.Contract.SHA256 + b.Contract.Operation},
		{"case set", a.Suite.CaseSet + " " + all(a), b.Suite.CaseSet + " " + all(b)},
		{"selection", a.Run.Selection, b.Run.Selection},
		{"number of shards", fmt.Sprint(a.Run.Shard.Count), fmt.Sprint(b.Run.Shard.Count)},
		{"number of cases", fmt.Sprint(a.Run.Shard.Of), fmt.Sprint(b.Run.Shard.Of)},
		{"waivers", waiverKeys(a), waiverKeys(b)},
	} {
		if d.a != d.b {
			return fmt.Errorf("%s and %s are not of one run: the %s differs; run all shards with the same settings",
				a.Run.Shard.String(), b.Run.Shard.String(), d.what)
		}
	}
	return nil
}

func waiverKeys(r reports.Report) string {
	var b strings.Builder
	for _, w := range r.Waivers {
		fmt.Fprintf(&b, "%q %q %q %q %q\n", w.Case, w.Requirement, w.Reason, w.Issue, w.Expires)
	}
	return b.String()
}

// joinCatalogues is the catalogue of the run. What excludes a requirement is not to be seen in a shard that violates
// it.
func joinCatalogues(shards []reports.Report) []reports.CatalogueEntry {
	out := reports.InputOf(shards[0]).Catalogue
	for _, r := range shards[1:] {
		for i, e := range reports.InputOf(r).Catalogue {
			if i >= len(out) || out[i].ID != e.ID {
				continue // of another catalogue: sameRun refuses it
			}
			out[i].Excluded = max(out[i].Excluded, e.Excluded)
		}
	}
	return out
}

// joinRuns says how and when, of all shards together.
func joinRuns(shards []reports.Report, missing int) reports.Run {
	out := shards[0].Run
	out.Shard, out.Procs, out.Partial, out.Config = nil, 0, "", map[string]string{}
	var ids, partial, notes []string
	seen := map[int]bool{}
	for _, r := range shards {
		out.StartedAt = earliest(out.StartedAt, r.Run.StartedAt)
		out.EndedAt = latest(out.EndedAt, r.Run.EndedAt)
		out.Procs += r.Run.Procs
		ids = append(ids, r.Run.ID)
		seen[r.Run.Shard.Index] = true
		if r.Run.Partial != "" {
			partial = append(partial, r.Run.Shard.String()+": "+r.Run.Partial)
		}
		notes = append(notes, r.Run.Notes...)
		for k, v := range r.Run.Config {
			if old, is := out.Config[k]; is && old != v {
				v = "differs between shards"
			}
			out.Config[k] = v
		}
	}
	sum := sha256.Sum256([]byte(strings.Join(ids, "\n")))
	out.ID = "joined-" + hex.EncodeToString(sum[:6])
	out.Command = fmt.Sprintf("essconform merge, of %s", printable.Plural(len(shards), "shard"))
	if lacking := lackingShards(seen, shards[0].Run.Shard.Count); missing > 0 && lacking != "" {
		partial = append(partial, lacking)
	}
	out.Partial = strings.Join(partial, "; ")
	slices.Sort(notes)
	out.Notes = slices.Compact(notes)
	return out
}

func lackingShards(seen map[int]bool, count int) string {
	var lacking []string
	for i := 1; i <= count; i++ {
		if !seen[i] {
			lacking = append(lacking, fmt.Sprint(i))
		}
	}
	switch len(lacking) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("shard %s of %d is missing", lacking[0], count)
	}
	return fmt.Sprintf("shards %s of %d are missing", printable.Some(lacking, 10, printable.ShortID), count)
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// GroupShards puts the shards of each run together, and every other report by itself, in the order in which the first
// of each comes.
func GroupShards(all []reports.Report) [][]reports.Report {
	var groups [][]reports.Report
	at := map[string]int{}
	for _, r := range all {
		if r.Run.Shard == nil {
			groups = append(groups, []reports.Report{r})
			continue
		}
		key := fmt.Sprint(r.Target, r.Contract.SHA256, r.Suite.CaseSet, r.Run.Shard.Count)
		i, seen := at[key]
		if !seen {
			i = len(groups)
			at[key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	return groups
}
