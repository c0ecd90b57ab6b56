package html

import (
	"fmt"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/summary"
)

// differenceView is a finding with the cases in which it was made and what one of them saw.
type differenceView struct {
	Want, Got                []part
	Level, Pointer, SpecLine string
	Cases                    []caseLink
	More                     int
	Varies                   bool // what is not marked differs from case to case
	Sample                   *sampleView
	Steps                    *stepsView // how it came to it
}

// sampleView is the exchange of one case and how to see it again.
type sampleView struct {
	ID       string
	Exchange *exchangeView
	Curl     string
	Rerun    string
}

// kindOfDifference is findings that look the same but for what want and got share, such as the ids in a message.
type kindOfDifference struct {
	summary.Difference
	varies bool
}

// kinds joins differences of the same kind, the one with the most cases first.
func (d *drawing) kinds(ds []summary.Difference) []kindOfDifference {
	var out []kindOfDifference
	position := map[string]int{}
	for _, diff := range ds {
		key := d.look(diff.Finding)
		at, seen := position[key]
		if !seen {
			position[key] = len(out)
			out = append(out, kindOfDifference{Difference: diff})
			continue
		}
		k := &out[at]
		k.Cases = append(slices.Clone(k.Cases), diff.Cases...)
		k.varies = k.varies || k.Want != diff.Want || k.Got != diff.Got
	}
	slices.SortStableFunc(out, func(a, b kindOfDifference) int { return len(b.Cases) - len(a.Cases) })
	return out
}

// look is what differs in a finding, and where: equal for findings of one kind.
func (d *drawing) look(f reports.Finding) string {
	pair := d.compare(f, htmlText)
	look := []string{f.Level, f.SpecLine, f.Pointer[strings.LastIndexByte(f.Pointer, '/')+1:], ""}
	shared := false
	for _, side := range pair {
		for _, p := range side {
			if p.Differs {
				look = append(look, p.Text)
			} else {
				look = append(look, "")
				shared = shared || len(p.Text) > 2
			}
		}
		look = append(look, "")
	}
	if !shared { // all of it differs
		look = append(look, f.Pointer)
	}
	return strings.Join(look, "\x00")
}

// difference draws a kind of finding with at most limit of its cases. sample adds what the first of them saw.
func (d *drawing) difference(k kindOfDifference, limit int, sample bool) differenceView {
	v := d.findingView(k.Finding)
	v.Varies = k.varies
	for _, c := range k.Cases[:min(limit, len(k.Cases))] {
		v.Cases = append(v.Cases, d.link(d.byID[c.ID]))
	}
	v.More = len(k.Cases) - len(v.Cases)
	if sample {
		c := k.Cases[0]
		v.Sample = &sampleView{
			ID:       printable.Bounded(c.ID, htmlID),
			Exchange: d.pen.exchange(c.Exchange, []reports.Finding{k.Finding}),
		}
		v.Sample.Curl, v.Sample.Rerun = commands(c.Reproduce)
	}
	return v
}

func (d *drawing) findingView(f reports.Finding) differenceView {
	v := differenceView{
		Level:    printable.Bounded(f.Level, htmlID),
		Pointer:  printable.Bounded(place(f), htmlText),
		SpecLine: printable.Bounded(f.SpecLine, htmlID),
	}
	v.Steps = drawSteps(f.History)
	limit := htmlText
	if !d.pen.full() {
		limit = shortText
	}
	pair := d.compare(f, limit)
	v.Want, v.Got = pair[0], pair[1]
	d.pen.spend(findingSize + partSize*(len(v.Want)+len(v.Got)))
	for _, p := range slices.Concat(v.Want, v.Got) {
		d.pen.spend(0, p.Text)
	}
	return v
}

// compare compares want and got, each at most limit runes of it.
func (d *drawing) compare(f reports.Finding, limit int) [2][]part {
	key := [2]string{printable.Bounded(f.Want, limit), printable.Bounded(summary.Got(f), limit)}
	pair, known := d.compared[key]
	if !known {
		pair[0], pair[1] = compareTexts(key[0], key[1])
		d.compared[key] = pair
	}
	return pair
}

// About how many bytes of HTML a finding takes beside its texts.
const (
	findingSize = 300
	partSize    = 7
)

// place is where a finding points at. One on the status of an answer may come without a pointer.
func place(f reports.Finding) string {
	if f.Pointer == "" && strings.HasPrefix(f.Want, "HTTP ") {
		return statusPlace
	}
	return f.Pointer
}

// commands are the curl line, unless it is the other one, and the line that runs the case again. A line that had to be
// cut would not run, so it says where the whole one is.
func commands(r reports.Reproduce) (curl, rerun string) {
	show := func(s string) string {
		if len(s) > htmlLine {
			return fmt.Sprintf("# %d bytes long; it is in report.json", len(s))
		}
		return printable.Visible(s)
	}
	if r.Curl != "" && r.Curl != r.Rerun {
		curl = show(r.Curl)
	}
	if r.Rerun != "" {
		rerun = show(r.Rerun)
	}
	return curl, rerun
}
