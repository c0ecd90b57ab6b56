package selftest

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/mock/defect"
	"github.com/essconform/essconform/harness/mock/variant"
)

// loaded is a bench for all tests: it may be used by many at once.
var loaded = sync.OnceValues(NewBench)

func bench(t *testing.T) *Bench {
	t.Helper()
	b, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func some(t *testing.T, names ...string) (out []defect.Defect) {
	t.Helper()
	for _, name := range names {
		d, ok := defect.Find(name)
		if !ok {
			t.Fatalf("no defect %q", name)
		}
		out = append(out, d)
	}
	return out
}

// A handful; `make selftest` does them all.
func TestDefectsAreCaughtAndVariantsNotAccused(t *testing.T) {
	t.Parallel()
	unseen, _ := variant.Find("no-ecs")
	m, err := bench(t).Fill(context.Background(), some(t,
		"format.always-json", "message.IncorrectDBInstanceStatus-placeholder", "params.nineteen-only",
		"wire.length-too-short", "auth.nonce-forgotten",
		"activity.gone-when-final", "rule.cooldown-enforced", "habit.plus-literal", "habit.empty-group-gone",
		"sequence.activity-forgotten",
	), []variant.Variant{unseen}, 4)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range [][]string{m.clean(), m.defectsMissed(), m.variantsAccused(), m.rejudgedOtherwise()} {
		for _, line := range f {
			t.Error(line)
		}
	}
	if got := m.provenBy()["format.xml"]; len(got) != 1 || got[0] != "format.always-json" {
		t.Errorf("wanted format.xml proven by one defect; got %v", got)
	}
	var table bytes.Buffer
	if err := m.Write(&table); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(table.String(),
		"| `auth.nonce-forgotten` | single | a nonce may be used again | `auth.nonce` | `auth.repeated-nonce` 4 |") {
		t.Errorf("wanted the defect in a row; got %s", table.String())
	}
}

// The demands themselves must be able to fail.
func TestDemandsFail(t *testing.T) {
	t.Parallel()
	b := bench(t).Only(func(x fixtures.Expanded) bool { return x.ID == "detach.one" || x.ID == "ids.unique-in-group" })
	missed := defect.Defect{
		Name: "none.at-all", Requirements: []string{"detach.one"}, Note: "nothing is wrong",
		Break: func(*mock.Rules) {},
	}
	wrong := variant.Variant{
		Name: "broken", Note: "not legal at all",
		Options: func(o *mock.Options) { some(t, "status.success-201")[0].Break(o.Rules) },
	}
	m, err := b.Fill(context.Background(), []defect.Defect{missed}, []variant.Variant{wrong}, 2)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(m.Failures(), "\n")
	m.Generated = map[string]bool{"one": true, "another": false}
	found := Caught{Defect: missed, By: map[string]map[string]int{"detach.one": {"detach.one": 1}}}
	m.Defects, m.Catchers, m.Rejudged = []Caught{found},
		map[string][]string{"none.at-all": {"ids.unique-in-group/none"}},
		[]string{"none.at-all: detach.one/xml/get: was failed"}
	all += "\n" + strings.Join(m.Failures(), "\n")
	for _, want := range []string{
		"the generated programs alone find 1 of 2 sequence defects; wanted 85%",
		"judged again from its recording: none.at-all: detach.one/xml/get: was failed",
		`the lean cover finds 0 of 1 defects; wanted 99%; it misses ["none.at-all"]`,
		"without a defect: requirement group.enabled is unverified",
		"defect none.at-all: wanted a finding on one of [detach.one]; got findings on []",
		"requirement detach.one: no defect is reported on it",
		"case detach.one: it catches no defect",
		"case ids.unique-in-group: it catches no defect",
		"the explained case detach.too-many does not exist",
		"variant broken: case detach.one/json/get accuses it: response.success.json: wanted HTTP 200; got 201",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("wanted %q among the failures; got\n%s", want, all)
		}
	}
}
