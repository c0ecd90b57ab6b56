package engine

import (
	"crypto/sha256"
	"fmt"

	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/wire"
)

// withheld stands for what a finding would quote.
const withheld = "not shown: the answer holds a secret of this run"

// judged judges an answer. The verdict is that on the answer as it came. What is quoted of one that holds a secret of
// the run is taken from a judgement on the redacted answer, because findings quote beginnings only, and of half a
// secret a redactor knows nothing.
func judged(e judge.Expectation, ex wire.Exchange) judge.Judgement {
	j := judge.Answer(e, ex)
	if !ex.Echoes() {
		return j
	}
	j.Findings = hushed(j.Findings, judge.Answer(e, ex.Redacted()).Findings)
	for name, value := range j.Fields {
		if shown := ex.Redact(value); shown != value { // still another one than that of any other answer
			j.Fields[name] = fmt.Sprintf("%s (sha256 %.4x)", shown, sha256.Sum256([]byte(value)))
		}
	}
	return j
}

// hushed are the findings with what the shown ones say of the same requirement, in order.
func hushed(findings, shown []judge.Finding) []judge.Finding {
	out := make([]judge.Finding, 0, len(findings))
	for _, f := range findings {
		f.Pointer, f.Want, f.Got = "", withheld, withheld
		for i, s := range shown {
			if s.Requirement == f.Requirement {
				f.Pointer, f.Want, f.Got = s.Pointer, s.Want, s.Got
				shown = append(shown[:i:i], shown[i+1:]...)
				break
			}
		}
		out = append(out, f)
	}
	return out
}

// learn makes the caller that a state returned known, so that it is kept out of all that is written.
func (r *Runner) learn(values states.Values) {
	r.redactor.Add(wire.Credentials{AccessKeyID: values.String("accessKeyId"), AccessKeySecret: values.String("accessKeySecret")})
}
