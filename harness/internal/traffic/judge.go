package traffic

import (
	"slices"
	"strings"

	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/spec"
)

// Judge judges the answer to a call of the operation by itself: nothing is known of the state of the target, so either
// decision may be right. A refusal with a documented code must have its status and message.
func Judge(contract *spec.Contract, c Call, r wire.Response) judge.Judgement {
	want := judge.Expectation{Contract: contract, Format: c.Format, Outcome: judge.Either, GzipAccepted: c.Gzip}
	if c.Format != "" && c.Params.Get("Format") != c.Format.Parameter() {
		want.FormatRequirement = "format.case"
	}
	ex := wire.Exchange{Response: &r}
	first := judge.Answer(want, ex)
	if rule := missing(contract, c, first); rule != "" {
		want.Outcome, want.Rule = judge.Refused, rule
		return judge.Answer(want, ex)
	}
	if first.Decision == judge.Accepted {
		first.Checked = append(first.Checked, "method."+strings.ToLower(c.Method))
	}
	if c.Params.Get("Format") != "" && c.Format == "" {
		return withoutFormat(first) // a format that does not exist: the call was to be refused
	}
	code := first.Fields["Code"]
	if first.Decision != judge.Refused {
		return first
	}
	if _, documented := contract.Error(code); documented {
		return asError(want, c, ex, code)
	}
	for _, e := range contract.Errors { // one of these may be meant
		meant := asError(want, c, ex, e.Code)
		message := "error.message." + e.Code
		said := slices.Contains(meant.Checked, message) &&
			!slices.ContainsFunc(meant.Findings, func(f judge.Finding) bool {
				return f.Requirement == message
			})
		if said || strings.EqualFold(e.Code, code) {
			return meant
		}
	}
	return first
}

// asError judges an answer as the refusal with a documented code.
func asError(want judge.Expectation, c Call, ex wire.Exchange, code string) judge.Judgement {
	contract := want.Contract
	want.Outcome, want.Code, want.Rule = judge.Refused, code, "error.code."+code
	ids := []string{""} // an id that the call does not name, such as that of a DB instance: any will do
	if named := instances(c, contract.Instances.Prefix); len(named) > 0 && namesInstance(contract, code) {
		ids = named
	}
	var best judge.Judgement
	for i, id := range ids[:min(len(ids), mostNamed)] { // the message may name any of them
		want.ID = id
		if j := judge.Answer(want, ex); i == 0 || len(j.Findings) < len(best.Findings) {
			best = j
		}
	}
	return best
}

// missing is the rule that a call breaks which leaves out what every call must name; "" for none, and for a refusal
// that says something else.
func missing(contract *spec.Contract, c Call, j judge.Judgement) string {
	if j.Decision == "" || j.Decision == judge.Refused && !strings.HasPrefix(j.Fields["Code"], "Missing") {
		return ""
	}
	switch {
	case c.Params.Get(contract.Group.Name) == "":
		return "param.group-required"
	case len(instances(c, contract.Instances.Prefix)) == 0:
		return "param.instance-required"
	}
	return ""
}

// mostNamed bounds how many ids of a call are looked for in a message.
const mostNamed = 50

// namesInstance tells whether the message of a code names an instance of the call.
func namesInstance(contract *spec.Contract, code string) bool {
	return strings.Contains(code, strings.TrimSuffix(contract.Instances.Prefix, "s")+".")
}

func withoutFormat(j judge.Judgement) judge.Judgement { return without(j, "format.default") }

// withoutMessage is the judgement on a call that names an instance which exists: where it is refused because the
// instance is in another group, no document says with what.
func withoutMessage(j judge.Judgement, contract *spec.Contract) judge.Judgement {
	if code := j.Fields["Code"]; j.Decision == judge.Refused && namesInstance(contract, code) {
		return without(j, "error.message."+code)
	}
	return j
}

func without(j judge.Judgement, requirement string) judge.Judgement {
	j.Findings = slices.DeleteFunc(j.Findings, func(f judge.Finding) bool { return f.Requirement == requirement })
	j.Checked = slices.DeleteFunc(j.Checked, func(id string) bool { return id == requirement })
	return j
}
