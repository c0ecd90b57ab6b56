package repair

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/summary"
	"github.com/essconform/essconform/reports/internal/wildcard"
	"github.com/essconform/essconform/spec"
)

// Every requirement of the catalogue says what to change, in one sentence.
func TestEveryRequirementHasAdvice(t *testing.T) {
	g := NewWithT(t)
	contract, err := spec.Default()
	g.Expect(err).NotTo(HaveOccurred())
	for _, r := range contract.Requirements {
		if r.Excluded != "" {
			continue
		}
		got := Advice(reports.Finding{Requirement: r.ID, Text: r.Text, Want: "HTTP 404", Got: "HTTP 400"})
		if strings.HasPrefix(got, "Make this hold") || strings.ContainsAny(got, "{}") || !strings.HasSuffix(got, ".") ||
			strings.Contains(got, "is due") {
			t.Errorf("%s: wanted a sentence on what to change in advice.go; got %q", r.ID, got)
		}
	}
	for _, a := range advice {
		if !slices.ContainsFunc(
			contract.Requirements,
			func(r spec.Requirement) bool { return wildcard.Match(a.requirement, r.ID) },
		) {
			t.Errorf("%s: no requirement of the catalogue is that; remove it", a.requirement)
		}
	}
}

func TestAdvice(t *testing.T) {
	g := NewWithT(t)
	for _, c := range []struct {
		f    reports.Finding
		want string
	}{
		{
			reports.Finding{Requirement: "error.status.InvalidInstanceId.NotFound", Want: "HTTP 404", Got: "HTTP 400"},
			"Return HTTP 404, not HTTP 400, when an instance does not exist.",
		},
		{
			reports.Finding{Requirement: "error.status.Some.Other", Want: "HTTP 404", Got: "{want}"},
			"Return HTTP 404, not {want}, when Some.Other is due.",
		},
		{reports.Finding{Requirement: "of.another.description", Text: "It rains."}, "Make this hold: It rains."},
		{
			reports.Finding{
				Requirement: "error.message.InvalidInstanceId.NotFound", Want: `"Instance “i-1” does not exist."`,
				Got: `"Instance &#34;i-1&#34; does not exist."`,
			},
			escapeOnce,
		},
		{reports.Finding{}, "Look at what was wanted and what came."},
	} {
		g.Expect(Advice(c.f)).To(Equal(c.want))
	}
}

// failed makes n failed cases with findings on the requirements.
func failed(prefix string, n int, body string, fs ...reports.Finding) (out []reports.CaseResult) {
	for i := range n {
		c := reports.CaseResult{ID: fmt.Sprintf("%s.%02d/xml/get", prefix, i), Outcome: reports.Failed, Findings: fs}
		c.Exchange = &reports.Exchange{Response: &reports.Message{StartLine: "HTTP/1.1 500 Oops", Body: body}}
		out = append(out, c)
	}
	return out
}

func on(requirement, want, got string) reports.Finding {
	return reports.Finding{Requirement: requirement, Level: reports.Must, Want: want, Got: got}
}

func at(requirement, pointer, want, got string) reports.Finding {
	f := on(requirement, want, got)
	f.Pointer = pointer
	return f
}

func TestOrder(t *testing.T) {
	passed := reports.CaseResult{ID: "z", Outcome: reports.Passed}
	for name, c := range map[string]struct {
		cases []reports.CaseResult
		want  string // the cards, each with what it hides
	}{
		"nothing failed": {[]reports.CaseResult{passed}, ""},
		"the most cases first": {
			append(append(failed("a", 2, "", on("detach.many", "accepted", "no")),
				failed("b", 3, "", on("error.no-effect", "nothing", "gone"))...), passed),
			"error.no-effect(); detach.many()",
		},
		"an answer that is no XML has no code either": {
			append(failed("a", 3, "", on("format.xml", "XML", "text"), on("error.code.X", "X", "none"),
				on("error.status.X", "HTTP 404", "500")), passed),
			"format.xml(error.code.X, error.status.X)",
		},
		"but what fails elsewhere, too, is another thing": {
			slices.Concat(failed("a", 3, "", on("format.xml", "XML", "text"), on("error.code.X", "X", "none")),
				failed("b", 1, "", on("error.code.X", "X", "none")), []reports.CaseResult{passed}),
			"error.code.X(); format.xml()",
		},
		"a status and a message are two things": {
			append(failed("a", 3, "", on("error.status.X", "HTTP 404", "400"),
				on("error.message.X", "this text", "that text")), passed),
			"error.message.X(); error.status.X()",
		},
		"one difference on several requirements": {
			append(slices.Concat(failed("a", 3, "", on("detach.one", "the call accepted", "HTTP 500")),
				failed("b", 2, "", on("params.order", "the call accepted", "HTTP 500"))), passed),
			"detach.one(params.order)",
		},
		"one text escaped twice, on several requirements": {
			append(slices.Concat(failed("a", 3, "", on("error.message.X", `"No “i-1”."`, `"No &quot;i-1&quot;."`)),
				failed("b", 2, "", on("error.message.Y", `"Not “i-2”."`, `"Not &#34;i-2&#34;."`)),
				failed("c", 1, "", on("format.same-answer", `"Not &#34;i-2&#34;." as in XML`, `"Not "i-2"." in JSON`)),
				failed("d", 1, "", on("error.message.Z", `"All."`, `"None."`))), passed),
			"error.message.X(error.message.Y, format.same-answer); error.message.Z()",
		},
		"a text escaped twice, and wrong in another way, too": {
			append(slices.Concat(failed("a", 3, "", on("error.message.X", `"No “i-1”."`, `"No &quot;i-1&quot;."`)),
				failed("b", 2, "", on("error.message.Y", `"Not “i-2”."`, `"Not &#34;i-2&#34;."`)),
				failed("c", 1, "", on("error.message.Y", `"Not “i-2”."`, `"None."`))), passed),
			"error.message.X(); error.message.Y()",
		},
		"an id with an escape of its own": {
			append(slices.Concat(failed("a", 3, "", on("error.message.X", `"No “i&amp;”."`, `"None &amp;."`)),
				failed("b", 2, "", on("error.message.Y", `"Not “i-2”."`, `"Not &#34;i-2&#34;."`))), passed),
			"error.message.X(); error.message.Y()",
		},
		"the same answer everywhere": {
			slices.Concat(
				failed("a", 4, `{"RequestId":"A1-B2-C3-D4"}`, on("format.xml", "XML", "text")),
				failed("b", 4, `{"RequestId":"E5-F6-G7-H8"}`, on("detach.one", "accepted", "500"), on("response.request-id", "one", "none")),
			),
			"every answer is the same(detach.one, format.xml, response.request-id)",
		},
		"a server that fails at every call": {
			slices.Concat(
				failed("a", 4, `<Error/>`, on("response.error.xml", "Code", "nothing")),
				failed("b", 4, `{}`, on("detach.one", "accepted", "500"), on("response.request-id", "one", "none")),
			),
			"every answer is the same(detach.one, response.error.xml, response.request-id)",
		},
		"the same answer, but something passes": {
			append(slices.Concat(
				failed("a", 4, `oops`, on("format.xml", "XML", "text")),
				failed("b", 4, `oops`, on("detach.one", "accepted", "500"), on("response.request-id", "one", "none")),
			), passed),
			"format.xml(); detach.one(); response.request-id()",
		},
		"a rule that repeats what is wrong with the answer": {
			slices.Concat(
				failed("a", 3, "", on("error.code.Some.Code", "Some.Code", "Other.Code")),
				failed("b", 2, "", on("auth.unauthorized", "a refusal with Some.Code", "refused with Other.Code")),
				failed("c", 1, "", on("group.idle", "a refusal with Some.Code", "accepted")),
				[]reports.CaseResult{passed},
			),
			"error.code.Some.Code(auth.unauthorized); group.idle()",
		},
		"a field that one format lacks": {
			slices.Concat(failed("a", 3, "", at("response.error.json", "/Code", "field Code", "none")),
				failed("b", 2, "", at("format.same-answer", "Code", "field Code in both formats", "it in XML only")),
				[]reports.CaseResult{passed}),
			"response.error.json(format.same-answer)",
		},
		"without a finding": {append(failed("a", 2, ""), passed), "failed without a finding()"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, card := range Order(c.cases) {
				var hides []string
				for _, g := range card.Hides {
					hides = append(hides, g.Requirement)
				}
				got = append(got, card.Name()+"("+strings.Join(hides, ", ")+")")
				if card.Advice == "" || len(card.Differences) == 0 {
					t.Errorf("%s: wanted advice and a difference; got %+v", card.Name(), card)
				}
			}
			if got := strings.Join(got, "; "); got != c.want {
				t.Errorf("wanted %s; got %s", c.want, got)
			}
		})
	}
}

// What comes with another card is no reason for a card of its own, and the example is the shortest.
func TestDifferencesOfACard(t *testing.T) {
	cases := slices.Concat(
		failed("a", 3, "", on("response.error.json", "field Code", "none"), on("error.code.X", "Some.Code", "no Code")),
		failed("b", 2, "a long body", on("error.code.X", "Some.Code", "Other.Code")),
		failed("c", 1, "", on("error.code.X", "Some.Code", "Other.Code")),
		[]reports.CaseResult{{ID: "z", Outcome: reports.Passed}},
	)
	for _, card := range Order(cases) {
		if card.Requirement != "error.code.X" {
			continue
		}
		first := card.Differences[0]
		if first.Got != "Other.Code" || first.Cases[0].ID != "c.00/xml/get" || len(first.Cases) != 3 ||
			len(card.Differences) != 2 {
			t.Errorf("wanted the difference of its own first, by the shortest exchange; got %s in %v", first.Got,
				summary.IdsOf(first.Cases))
		}
		return
	}
	t.Error("wanted a card of its own; got none")
}

// What was wanted and what came are written alike.
func TestWantAndGotHaveOneForm(t *testing.T) {
	g := NewWithT(t)
	for _, c := range [][3]string{
		{"HTTP 404", "400", "HTTP 400"},
		{"HTTP 404", "no answer", "no answer"},
		{"404", "400", "400"},
	} {
		g.Expect(summary.Got(reports.Finding{Want: c[0], Got: c[1]})).To(Equal(c[2]))
	}
}
