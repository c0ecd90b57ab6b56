package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/essconform/essconform/spec"
)

// Comparison is what several answers or observations say together.
type Comparison struct {
	Findings []Finding
	// Cannot says why something could not be judged; "" when all was. Then the requirement was not checked, so it
	// must not count as satisfied, and the target is not to blame.
	Cannot string
	// Passing is set when a finding is on how a member is shown: an activity of the service's own may explain it, and
	// may be shown later than what it does.
	Passing bool
}

// comparison collects the findings of a Comparison.
type comparison struct {
	*sheet
	cannot  []string
	passing bool
}

func newComparison(c *spec.Contract) *comparison { return &comparison{sheet: newSheet(c)} }

func (c *comparison) giveUp(reason string, args ...any) {
	c.cannot = append(c.cannot, printable(fmt.Sprintf(reason, args...), maxText))
}

func (c *comparison) result() Comparison {
	return Comparison{
		Findings: c.findings, Passing: c.passing,
		Cannot: strings.Join(c.cannot[:min(len(c.cannot), maxFindings)], "; "),
	}
}

// Unique judges ids that must all differ, such as those of response.request-id-unique and activity.unique. Empty
// ones are left out: that an id is missing is another requirement's matter.
func Unique(contract *spec.Contract, requirement string, ids []string) []Finding {
	s := newSheet(contract)
	count := map[string]int{}
	for _, id := range ids {
		if count[id]++; id != "" && count[id] == 2 {
			s.find(requirement, "", "ids that never repeat", quoted(id)+" more than once")
		}
	}
	return s.findings
}

// Rendering is the judged answer to a call in one format.
type Rendering struct {
	Format    spec.Format
	Status    int
	Judgement Judgement
}

// SameAnswer judges format.same-answer: two answers to the same call, one in each format, must carry the same. ids
// are what may differ between the two in a message, because each call had resources of its own.
func SameAnswer(contract *spec.Contract, a, b Rendering, ids []string) Comparison {
	const id = "format.same-answer"
	c := newComparison(contract)
	for _, r := range []Rendering{a, b} {
		if r.Judgement.Decision == "" || !r.Judgement.BodyChecked {
			c.giveUp("the answer in %s could not be read", strings.ToUpper(string(r.Format)))
		}
	}
	if len(c.cannot) > 0 {
		return c.result()
	}
	inA, inB := " in "+strings.ToUpper(string(a.Format)), " in "+strings.ToUpper(string(b.Format))
	if a.Status != b.Status {
		c.find(id, "status", fmt.Sprintf("HTTP %d as%s", a.Status, inA), fmt.Sprintf("%d%s", b.Status, inB))
	}
	if a.Judgement.Decision != b.Judgement.Decision {
		c.find(id, "", "the call "+string(a.Judgement.Decision)+" as"+inA, string(b.Judgement.Decision)+inB)
		return c.result()
	}
	answer := c.contract.Success
	if a.Judgement.Decision == Refused {
		answer = c.contract.ErrorAnswer
	}
	shape := answer.Shape[a.Format]
	if shape.Schema != nil {
		c.sameFields(id, a, b, shape.Schema.Required, c.find)
	}
	c.sameFields(id, a, b, shape.Recommended, c.warn)
	for _, name := range []string{fieldCode, fieldMessage} {
		x, inX := a.Judgement.Fields[name]
		y, inY := b.Judgement.Fields[name]
		if a.Judgement.Decision == Refused && inX && inY && blank(x, ids) != blank(y, ids) {
			c.find(id, name, quoted(x)+" as"+inA, quoted(y)+inB)
		}
	}
	return c.result()
}

// sameFields judges that both answers have the named fields, or neither has.
func (c *comparison) sameFields(id string, a, b Rendering, names []string, add func(id, pointer, want, got string)) {
	for _, name := range names {
		_, inA := a.Judgement.Fields[name]
		_, inB := b.Judgement.Fields[name]
		if inA != inB {
			there, gone := a, b
			if inB {
				there, gone = b, a
			}
			add(id, name, "field "+name+" in both formats",
				"it in "+strings.ToUpper(string(there.Format))+" and not in "+strings.ToUpper(string(gone.Format)))
		}
	}
}

// blank is a message without what may differ between two calls: the ids, longest first, and the quotes round them,
// whose style is free.
func blank(message string, ids []string) string {
	sorted := slices.Clone(ids)
	slices.SortFunc(sorted, func(x, y string) int { return len(y) - len(x) })
	for _, id := range sorted {
		if id != "" {
			message = strings.ReplaceAll(message, id, placeholder)
		}
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(quotes, r) {
			return -1
		}
		return r
	}, message)
}
