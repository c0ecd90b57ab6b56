package traffic

import (
	"slices"
	"strings"

	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/spec"
)

// Judge judges the answer to a call of the operation by itself: nothing is known of the state of the target, so either decision may be
// right. A refusal with a documented code must have its status and message.
func Judge(contract *spec.Contract, c Call, r wire.Response) judge.Judgement {
	want := judge.Expectation{Contract: contract, Format: c.Format, Outcome: judge.Either, GzipAccepted: c.Gzip}
	ex := wire.Exchange{Response: &r}
	first := judge.Answer(want, ex)
	if c.Params.Get("Format") != "" && c.Format == "" {
		return withoutFormat(first) // a format that does not exist: the call was to be refused
	}
	code := first.Fields["Code"]
	if _, documented := contract.Error(code); first.Decision != judge.Refused || !documented {
		return first
	}
	want.Outcome, want.Code, want.Rule = judge.Refused, code, "error.code."+code
	ids := []string{""} // an id that the call does not name, such as that of a DB instance: any will do
	if named := c.Named(contract); len(named) > 0 && namesOfCall(contract, code) {
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

// mostNamed bounds how many ids of a call are looked for in a message.
const mostNamed = 50

// namesOfCall tells whether the message of a code names the group or an instance of the call.
func namesOfCall(contract *spec.Contract, code string) bool {
	return strings.Contains(code, strings.TrimSuffix(contract.Group.Name, "Id")) || strings.Contains(code, "InstanceId")
}

func withoutFormat(j judge.Judgement) judge.Judgement {
	const requirement = "format.default"
	j.Findings = slices.DeleteFunc(j.Findings, func(f judge.Finding) bool { return f.Requirement == requirement })
	j.Checked = slices.DeleteFunc(j.Checked, func(id string) bool { return id == requirement })
	return j
}
