package engine

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/spec"
)

const (
	// deadAfter is how many exchanges in a row must end without an answer, or in the middle of one when the time is
	// over, before the target counts as gone. More than the four variants of one case, so that a target that hangs on
	// one code is still judged on all others.
	deadAfter = 8
	// impatience is how long a scaling activity gets after one of the same run was waited for in vain.
	impatience = 2 * time.Second
	// teardownTime bounds a teardown, which is sent even when the run was interrupted.
	teardownTime = 10 * time.Second
	// hastyTeardown bounds one after many in a row were not answered in time.
	hastyTeardown = 100 * time.Millisecond
)

// health remembers what one run learned about its target, so that a dead one costs seconds and not hours.
type health struct {
	mu     sync.Mutex
	silent int // exchanges in a row without an answer
	// throttled of them were throttled; answered is set when any call of the run was answered.
	throttled int
	answered  bool
	last      string
	gaveUp    bool // an activity did not end in time
	original  time.Duration
	heard     time.Time // when the last answer came

	activity time.Duration // that activities take

	byItself     bool // the service starts activities of its own
	withActivity bool // groups had activities behind them when their cases began

	setups, teardowns int // in a row that took all the time they had
	setup             string
}

// saw records an exchange.
func (h *health) saw(ex wire.Exchange) {
	h.mu.Lock()
	defer h.mu.Unlock()
	// one that sends a header and then nothing costs as much time as one that is silent
	if !ex.Throttled && ex.Response != nil && !ex.TimedOut {
		h.silent, h.throttled, h.answered, h.heard = 0, 0, true, time.Now()
		return
	}
	h.silent++
	h.last = ex.Failure
	if ex.Throttled {
		h.throttled++
		h.last = "" // said by dead
	}
}

// answeredSince tells whether a call was answered after a moment. A target that answered others while a call waited is
// not gone.
func (h *health) answeredSince(sent time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.heard.After(sent)
}

// silence says what came in the place of answers. It is called with the lock.
func (h *health) silence() string {
	switch {
	case h.throttled == 0:
		return h.last
	case h.throttled < h.silent:
		return strings.TrimSuffix(
			fmt.Sprintf("of the last %d calls it throttled %d: %s", h.silent, h.throttled, h.last), ": ")
	case h.answered:
		return fmt.Sprintf("it throttled each of the last %d calls (-rate sends fewer)", h.silent)
	}
	return "it throttles every call (-rate sends fewer)"
}

// dead says why the target counts as gone; "" when it does not.
func (h *health) dead() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.silent < deadAfter {
		return ""
	}
	return "the target stopped answering: " + h.silence()
}

// arranged records how a setup went. One that fails at once says something of its state only; one that takes all the
// time there is would take it from every case.
func (h *health) arranged(err error, timedOut bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil || !timedOut {
		h.setups = 0
		return
	}
	h.setups++
	h.setup = err.Error()
}

// unarranged says why no more states are asked for; "" when they are.
func (h *health) unarranged() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.setups < deadAfter {
		return ""
	}
	return "states are no longer arranged in time: " + h.setup
}

// tornDown records how a teardown went.
func (h *health) tornDown(timedOut bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.teardowns++; !timedOut {
		h.teardowns = 0
	}
}

// teardownTime bounds the next teardown. It is sent whatever happened to the others, but not waited for as long.
func (h *health) teardownTime() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.teardowns < deadAfter {
		return teardownTime
	}
	return hastyTeardown
}

// patience is how long the next activity may take.
func (h *health) patience() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.gaveUp {
		return min(impatience, h.original)
	}
	return h.original
}

func (h *health) lostPatience() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gaveUp = true
}

// took records how long after its call an activity was last seen to run, 0 for never, and when it was seen to have
// ended. It may have ended long before that: whatever was waited for in between says nothing of it.
func (h *health) took(ran, ended time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.activity == 0 || ended < h.activity:
		h.activity = ended
	case ran > h.activity:
		h.activity += (ran - h.activity) / 16 // slowly: one slow activity must not make all others wait
	}
}

// typical is nearly as long as activities take: before that, it is not worth looking.
func (h *health) typical() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return min(h.activity, time.Minute) * 9 / 10
}

// actsByItself records that the service started an activity by itself.
func (h *health) actsByItself() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.byItself = true
}

// arrangedByActivity records that a group had an activity behind it when its case began.
func (h *health) arrangedByActivity() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.withActivity = true
}

// actingSetups says whether groups were seen to have activities behind them when their cases begin; "" when not.
func (h *health) actingSetups() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.withActivity {
		return ""
	}
	return "states are arranged by activities"
}

// selfActing says whether the service was seen to start activities by itself; "" when it was not.
func (h *health) selfActing() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.byItself {
		return ""
	}
	return "the service starts some by itself"
}

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
	expected := map[judge.Outcome]string{
		judge.Accepted: " that are to be accepted",
		judge.Refused:  " that are to be refused",
	}[k.wanted]
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

// first tells whether the call of a kind that was not answered in time is the first one in a row.
func (h *hangs) first(k kindOfCall) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.silent[k] <= 1
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
