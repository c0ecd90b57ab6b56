package history

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	show "github.com/essconform/essconform/reports/printable"
)

// lines are the steps of a selection in the order in which they began. The marked one is the call that nothing
// explains, or the look; -1 for none.
func (j *judgement) lines(p *problem, s selection, marked *call, look int) []Line {
	var out []Line
	for _, c := range s.calls {
		out = append(out, operationLine(c.Operation, c == marked))
	}
	looks := s.looks
	if look >= 0 && !slices.Contains(looks, look) {
		looks = append(slices.Clone(looks), look)
	}
	ours := map[string]bool{}
	for _, c := range p.calls {
		if c.Activity != "" {
			ours[c.Activity] = true
		}
	}
	for _, i := range looks {
		out = append(out, lookLine(p.Looks[i], ours, i == look))
	}
	sortLines(out)
	return out
}

func sortLines(lines []Line) {
	slices.SortStableFunc(lines, func(a, b Line) int { return cmp.Compare(a.At, b.At) })
}

// actions are the operations of the calls.
var actions = map[Kind]string{
	Detach: "DetachInstances", Attach: "AttachInstances", Enable: "EnableScalingGroup", Disable: "DisableScalingGroup",
	Modify: "ModifyScalingGroup",
}

func operationLine(o Operation, marked bool) Line {
	text := actions[o.Kind] + " " + printable(o.Group)
	if len(o.IDs) > 0 {
		text += ": " + list(o.IDs)
	}
	if o.MinSize != nil {
		text += " MinSize=" + strconv.Itoa(*o.MinSize)
	}
	if o.Denied {
		text += " (caller without permission)"
	}
	if o.Unseen {
		text += " (reason not recorded)"
	}
	return Line{At: o.Sent, Until: o.Done, Lane: o.Lane, Text: text + " -> " + answerText(o), Marked: marked}
}

// answerText is the answer of a call in words.
func answerText(o Operation) string {
	switch {
	case o.Outcome == Accepted && o.Activity != "":
		return "accepted " + printable(o.Activity)
	case o.Outcome == Accepted:
		return "accepted"
	case o.Outcome == Refused && o.Code != "":
		return "refused with " + printable(o.Code)
	case o.Outcome == Refused:
		return "refused"
	default:
		return "no answer"
	}
}

// LineOf is a look as a line of a history.
func LineOf(l Look) Line { return lookLine(l, nil, false) }

// lookLine is what a look showed, of the activities only those in ours unless it is nil.
func lookLine(l Look, ours map[string]bool, marked bool) Line {
	text := printable(l.Operation)
	if l.Group != "" {
		text += " " + printable(l.Group)
	}
	var shown []string
	if l.Members != nil {
		shown = append(shown, fmt.Sprintf("%d members", len(l.Members)), list(slices.Sorted(maps.Keys(l.Members))))
	}
	for _, id := range slices.Sorted(maps.Keys(l.Activities)) {
		if ours == nil || ours[id] {
			shown = append(shown, printable(id)+" "+printable(l.Activities[id]))
		}
	}
	if s := l.Settings; s != nil {
		shown = append(shown, fmt.Sprintf("%s, MinSize %d, MaxSize %d, DefaultCooldown %d, TotalCapacity %d",
			printable(s.Lifecycle), s.MinSize, s.MaxSize, s.Cooldown, s.TotalCapacity))
	}
	for _, id := range slices.Sorted(maps.Keys(l.Status)) {
		shown = append(shown, printable(id)+" "+statusName(l.Status[id]))
	}
	if len(shown) > 8 {
		shown = append(shown[:7], "…")
	}
	return Line{At: l.Sent, Until: l.Done, Text: text + " -> " + strings.Join(shown, ", "), Marked: marked}
}

// String is the line as text: "3 ms  A  DetachInstances asg-1: i-1, i-2 -> accepted asa-7".
func (l Line) String() string {
	lane := l.Lane
	if lane == "" {
		lane = "-"
	}
	text := fmt.Sprintf("%d ms  %s  %s", l.At/time.Millisecond, printable(lane), l.Text)
	if l.Marked {
		text += "  <- nothing explains this"
	}
	return text
}

// maxWord bounds, in runes, one name that a target sent.
const maxWord = 80

// printable is a name of the target's on one line, bounded.
func printable(s string) string { return show.Text(s, maxWord) }

// lastOf is when the last call was answered, or its activity seen to have ended.
func (e *evidence) lastOf() time.Duration {
	last := time.Duration(0)
	for i, o := range e.Operations {
		last = max(last, o.Done)
		if end := e.ends[i]; end.to < never {
			last = max(last, end.to)
		}
	}
	return last
}
