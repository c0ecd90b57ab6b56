package explore

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/reports"
)

const (
	// shrinkTime bounds how long programs are made shorter.
	shrinkTime = 15 * time.Second
	// tries is how often a program runs before it counts as one that does not fail: overlapping calls need some luck.
	tries = 3
)

// shrinking makes failing programs shorter: it leaves out step after step, call after call and instance after instance,
// as long as the program still fails on fresh groups for the same requirement.
type shrinking struct {
	set  *fixtures.Set
	run  Runner
	jobs int
}

func (s shrinking) shorten(ctx context.Context, seed uint64, d drawn) Failure {
	id := fmt.Sprintf("explore.%d.%d", seed, d.number)
	write := func(p Program) fixtures.Case {
		return p.Case(id, fmt.Sprintf("shortened from program %d of seed %d", d.number, seed))
	}
	best, failed := d.program, false
	requirement := d.result.Findings[0].Requirement
	for candidates := []Program{best}; ; candidates = best.shorter() {
		i := s.first(ctx, candidates, write, requirement)
		if i < 0 {
			break
		}
		best, failed = candidates[i], true
	}
	return Failure{Result: d.result, Case: write(best), Seed: seed, Number: d.number, Again: failed}
}

// first is the first of the programs that fails; -1 when none does.
func (s shrinking) first(
	ctx context.Context, programs []Program, write func(Program) fixtures.Case, requirement string,
) int {
	fails := make([]bool, len(programs))
	var group errgroup.Group
	group.SetLimit(s.jobs)
	for i, p := range programs {
		group.Go(func() error {
			x, err := admit(s.set, write(p))
			for try := 0; err == nil && try < tries && !fails[i] && ctx.Err() == nil; try++ {
				fails[i] = failsOn(s.run.Run(ctx, x), requirement)
			}
			return nil
		})
	}
	_ = group.Wait() // the functions return no error
	return slices.Index(fails, true)
}

func failsOn(r reports.CaseResult, requirement string) bool {
	on := func(f reports.Finding) bool { return f.Requirement == requirement }
	return r.Outcome == reports.Failed && slices.ContainsFunc(r.Findings, on)
}

// size is what is made smaller.
func (p Program) size() (n int) {
	for _, s := range p.Steps {
		n++
		for _, c := range s.Calls {
			n += 1 + len(c.IDs)
		}
	}
	return n
}

// shorter are the programs with one thing less, the largest first.
func (p Program) shorter() (out []Program) {
	with := func(steps []Step) { out = append(out, p.with(steps)) }
	if n := len(p.Steps); n > 3 {
		with(p.Steps[:n/2])
		with(p.Steps[n/2:])
	}
	for i := range p.Steps {
		if len(p.Steps) > 1 {
			with(slices.Delete(slices.Clone(p.Steps), i, i+1))
		}
	}
	for i, s := range p.Steps {
		change := func(edit func(*Step)) {
			steps := slices.Clone(p.Steps)
			steps[i].Calls = slices.Clone(s.Calls)
			edit(&steps[i])
			with(steps)
		}
		for n, c := range s.Calls {
			if len(s.Calls) > 1 {
				change(func(s *Step) { s.Calls = slices.Delete(s.Calls, n, n+1) })
			}
			for at := range c.IDs {
				if len(c.IDs) > 1 {
					change(func(s *Step) { s.Calls[n].IDs = slices.Delete(slices.Clone(c.IDs), at, at+1) })
				}
			}
			if c.Denied {
				change(func(s *Step) { s.Calls[n].Denied = false })
			}
			if c.OtherFormat || c.OtherMethod {
				change(func(s *Step) { s.Calls[n].OtherFormat, s.Calls[n].OtherMethod = false, false })
			}
		}
	}
	return out
}

// with is the program with other steps, and without the groups that none of them names.
func (p Program) with(steps []Step) Program {
	p.Steps = steps
	names := func(group string) bool {
		return slices.ContainsFunc(steps, func(s Step) bool {
			return slices.ContainsFunc(s.Calls, func(c Call) bool { return c.names(group) })
		})
	}
	if !names("other") {
		p.Other = ""
	}
	for p.Copies > 0 && !names(fmt.Sprintf("copy%d", p.Copies)) {
		p.Copies--
	}
	denied := slices.ContainsFunc(steps, func(s Step) bool {
		return slices.ContainsFunc(s.Calls, func(c Call) bool { return c.Denied })
	})
	if p.Given == deniable && !denied {
		p.Given = detachable
	}
	return p
}

// names tells whether a call is about a group or one of its instances.
func (c Call) names(group string) bool {
	return c.Group == group || slices.ContainsFunc(c.IDs,
		func(id string) bool { return strings.HasPrefix(id, group+".") })
}
