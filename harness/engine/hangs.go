package engine

import (
	"fmt"
	"strings"
	"sync"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/spec"
)

// hangAfter is how many calls of a kind in a row are not answered in time before no more of that kind are sent. More
// than the four variants of one case, so that a target that hangs on one code is still judged on all others.
const hangAfter = 8

// kindOfCall is what calls have in common on which a target may hang as a whole.
type kindOfCall struct {
	format spec.Format
	method string
	wanted judge.Outcome
}

func (k kindOfCall) String() string {
	expected := map[judge.Outcome]string{judge.Accepted: " that are to be accepted", judge.Refused: " that are to be refused"}[k.wanted]
	return strings.TrimSpace(strings.ToUpper(string(k.format))+" calls by "+k.method) + expected
}

// hangs counts for each kind of call how many in a row were not answered in time, so that waiting for one reason does
// not cost the time of all cases.
type hangs struct {
	mu     sync.Mutex
	silent map[kindOfCall]int
}

// saw records an exchange.
func (h *hangs) saw(k kindOfCall, ex wire.Exchange) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.silent == nil {
		h.silent = map[kindOfCall]int{}
	}
	if h.silent[k]++; !ex.TimedOut {
		h.silent[k] = 0
	}
}

// known says why no more calls of a kind are sent; "" when they are.
func (h *hangs) known(k kindOfCall) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.silent[k] < hangAfter {
		return ""
	}
	return fmt.Sprintf("not sent: the last %d %s were not answered in time", h.silent[k], k)
}

// kindOf is the kind of a call of the case.
func (c *attempt) kindOf(call fixtures.Call) kindOfCall {
	return kindOfCall{c.x.FormatOf(call), c.x.MethodOf(call), wanted(call)}
}
