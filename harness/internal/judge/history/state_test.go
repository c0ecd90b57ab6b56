package history

import (
	"slices"
	"testing"

	. "github.com/onsi/gomega"
	"pgregory.net/rapid"
)

func TestNext(t *testing.T) {
	start := Start{
		Groups: []GroupStart{
			{ID: "g", Members: []string{"i-1", "i-2", "i-3"}, MinSize: 1, Lifecycle: active},
			{ID: "other", Members: []string{"i-o"}, Lifecycle: active},
		},
		Free: []string{"i-free"},
	}
	refused := func(codes ...string) []Answer { return []Answer{{Outcome: Refused, Codes: codes}} }
	accepted := []Answer{{Outcome: Accepted}}
	detach := func(group string, ids ...string) Operation { return Operation{Kind: Detach, Group: group, IDs: ids} }
	attach := func(group string, ids ...string) Operation { return Operation{Kind: Attach, Group: group, IDs: ids} }
	settle := Operation{Kind: "settle"}
	for name, c := range map[string]struct {
		before  []Operation
		op      Operation
		allowed []Answer
	}{
		"down to MinSize":         {nil, detach("g", "i-1", "i-2"), accepted},
		"below MinSize":           {nil, detach("g", "i-1", "i-2", "i-3"), refused(minCode)},
		"during its own activity": {[]Operation{detach("g", "i-1")}, detach("g", "i-2"), refused(busyCode)},
		"after it":                {[]Operation{detach("g", "i-1"), settle}, detach("g", "i-2"), accepted},
		"again":                   {[]Operation{detach("g", "i-1"), settle}, detach("g", "i-1"), refused()},
		"attached again": {
			[]Operation{detach("g", "i-1"), settle, attach("g", "i-1"), settle}, detach("g", "i-1"), accepted,
		},
		"moved": {
			[]Operation{detach("g", "i-1"), settle, attach("other", "i-1"), settle}, detach("other", "i-1"), accepted,
		},
		"attached while in another": {nil, attach("g", "i-o"), refused("InvalidInstanceId.InUse")},
		"of another group":          {nil, detach("g", "i-o"), refused()},
		"unknown":                   {nil, detach("g", "i-none"), refused(noID)},
		"unknown group":             {nil, detach("g-none", "i-1"), refused("InvalidScalingGroupId.NotFound")},
		"disabled":                  {[]Operation{{Kind: Disable, Group: "g"}}, detach("g", "i-1"), refused(inactive)},
		"enabled": {
			[]Operation{{Kind: Disable, Group: "g"}, {Kind: Enable, Group: "g"}}, detach("g", "i-1"), accepted,
		},
		"MinSize raised": {
			[]Operation{{Kind: Modify, Group: "g", MinSize: new(3)}}, detach("g", "i-1"), refused(minCode),
		},
		"denied, of a disabled group": {
			[]Operation{{Kind: Disable, Group: "g"}},
			Operation{Kind: Detach, Group: "g", IDs: []string{"i-1"}, Denied: true},
			refused("Forbidden.Unauthorized", inactive),
		},
		"twice in one call counts once":  {nil, detach("g", "i-1", "i-1", "i-2"), accepted},
		"a detached instance is on free": {[]Operation{detach("g", "i-1"), settle}, attach("other", "i-1"), accepted},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewState(start)
			for _, op := range c.before {
				if op.Kind == settle.Kind {
					s = s.Settled()
					continue
				}
				_, s = Next(s, op)
			}
			allowed, _ := Next(s, c.op)
			NewWithT(t).Expect(allowed).To(Equal(c.allowed))
		})
	}
}

// What Next allows is what Judge finds right, and nothing else is: the generator of programs and the judge know the
// same rules.
func TestNextAgreesWithJudge(t *testing.T) {
	codes := []string{minCode, busyCode, noID, inactive, foreignI, "Forbidden.Unauthorized"}
	rapid.Check(t, func(t *rapid.T) {
		s := given(3, rapid.IntRange(0, 2).Draw(t, "min"))
		state := NewState(s.h.Start)
		ids := []string{"i-1", "i-2", "i-3", "i-o", "i-free", "i-none"}
		for n := range rapid.IntRange(1, 5).Draw(t, "calls") {
			op := Operation{
				Kind:  rapid.SampledFrom([]Kind{Detach, Detach, Attach, Enable, Disable, Modify}).Draw(t, "kind"),
				Group: rapid.SampledFrom([]string{"g", "g", "other"}).Draw(t, "group"),
			}
			switch op.Kind {
			case Detach, Attach:
				op.IDs = rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 1, 3,
					func(s string) string { return s }).Draw(t, "ids")
			case Modify:
				op.MinSize = new(rapid.IntRange(0, 3).Draw(t, "minSize"))
			case Enable, Disable:
			}
			allowed, next := Next(state, op)
			activity := "asa-" + string(rune('1'+n))
			op.Sent, op.Done = s.now, s.now+ms
			s.now += 2 * ms
			if wrong := op; op.Kind == Detach { // every other answer has no explanation
				wrong.Outcome, wrong.Activity = Accepted, activity
				if allowed[0].Outcome == Accepted || allowed[0].Codes != nil && rapid.Bool().Draw(t, "refuse") {
					wrong.Outcome, wrong.Activity = Refused, ""
					wrong.Code = rapid.SampledFrom(codes).Filter(func(code string) bool {
						return len(allowed[0].Codes) == 0 || !slices.Contains(allowed[0].Codes, code)
					}).Draw(t, "wrong")
				}
				h := s.h
				h.Operations = append(h.Operations[:len(h.Operations):len(h.Operations)], wrong)
				if !violated(h) {
					t.Fatalf("allowed %v, and not found:\n%s", allowed, dump(h))
				}
			}
			op.Outcome = allowed[0].Outcome
			switch {
			case op.Outcome == Accepted && (op.Kind == Detach || op.Kind == Attach):
				op.Activity = activity
			case op.Outcome == Refused && len(allowed[0].Codes) > 0:
				op.Code = allowed[0].Codes[0]
			case op.Outcome == Refused:
				op.Code = foreignI
			}
			s.h.Operations = append(s.h.Operations, op)
			state = next
			if op.Activity != "" { // it runs for as long as anyone may look, or has ended
				s.look(Look{Group: op.Group, Activities: map[string]string{activity: successful}})
				state = state.Settled()
			}
			if violated(s.h) {
				t.Fatalf("allowed %v, and found:\n%s", allowed, dump(s.h))
			}
		}
	})
}

func violated(h History) bool {
	return slices.ContainsFunc(Judge(h, Options{Lag: testLag}), func(v Verdict) bool { return v.Result == Violated })
}
