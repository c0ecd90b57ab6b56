package extreme

import (
	"slices"
	"testing"
	"time"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// some are cases of every kind: accepted and refused, with and without supporting operations, several calls, no format,
// gzip.
var some = []string{
	"detach.one/xml/get", "error.InvalidInstanceId.NotFound/json/post", "encoding.gzip/*/get",
	"ids.unique-errors/*/get", "format.same-answer/*/get",
	"format.absent*/none/get", "effect.leaves-group/json/get", "instance.detached-before/xml/post",
	"no-effect.Forbidden.Unauthorized/json/get",
	"detach.too-many/*/get",
}

func TestHostileTargets(t *testing.T) {
	credentials(t)
	for _, h := range Hostiles() {
		t.Run(h.Name, func(t *testing.T) {
			m := newMock(t, func(o *mock.Options) {
				if o.Rules = mock.DefaultRules(); h.Unseen {
					o.Rules.Operations = slices.DeleteFunc(o.Rules.Operations,
						func(o *mock.Operation) bool { return o.Name == "DescribeScalingActivities" })
				}
			})
			tr := trial{front: Front{Target: h.Target, Support: m, States: m}, adjust: func(s *target.Settings) {
				if !h.Heavy {
					s.Cover = target.CoverLean // every requirement in every form: the same bytes need no more
				}
				if h.Waits {
					s.Timeout = 300 * time.Millisecond
				}
			}}
			switch {
			case slow && !h.Waits:
				tr.cases = some[:4]
			case h.Heavy:
				tr.cases = some
			case !h.Waits:
				tr.cases = byGET
			}
			v := tr.run(t)
			if h.Like == nil {
				wantPassed(t, v, nil)
				return
			}
			tr.front.Target = h.Like
			wantSame(t, v.outcomes(reports.Passed), tr.run(t).outcomes(reports.Passed))
		})
	}
}
