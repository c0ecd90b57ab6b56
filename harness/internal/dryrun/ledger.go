package dryrun

import (
	"time"

	"github.com/essconform/essconform/harness/internal/support"
)

// ledger adds up what a run does.
type ledger struct {
	pace     support.Pace
	activity time.Duration // how long a scaling activity takes
	latency  time.Duration // of one call
	learned  bool          // the run learns how long activities take, and looks for their end when it is near

	calls      map[string]int
	activities int           // that are waited for
	pauses     time.Duration // between looks
	// running: an activity was started that nothing has waited for yet.
	running bool
}

func (l *ledger) call(operations ...string) {
	for _, o := range operations {
		l.calls[o]++
	}
}

func (l *ledger) callN(operation string, n int) {
	if n > 0 {
		l.calls[operation] += n
	}
}

// time is how long it all takes, one after the other.
func (l *ledger) time() time.Duration {
	total := l.pauses
	for _, n := range l.calls {
		total += time.Duration(n) * l.latency
	}
	return total
}

// add takes in what another one has counted.
func (l *ledger) add(o *ledger) {
	for operation, n := range o.calls {
		l.callN(operation, n)
	}
	l.activities += o.activities
	l.pauses += o.pauses
}

// starts notes an activity that begins.
func (l *ledger) starts() {
	l.activities++
	l.running = true
}

// wait looks for the end of the activity that runs: once when none does.
func (l *ledger) wait() {
	looks, pauses := 1, time.Duration(0)
	if l.running {
		looks, pauses = untilEnd(l.pace, l.activity, l.latency)
		if l.learned && l.activity > 0 {
			looks, pauses = learnedLooks, l.activity+l.activity/20
		}
	}
	l.callN(support.OpActivities, looks)
	l.pauses += pauses
	l.running = false
}

// learnedLooks are those for an activity whose length is known: one short of its end, and one behind it.
const learnedLooks = 2

// move is AttachInstances or DetachInstances for n instances, with the wait for each activity.
func (l *ledger) move(operation string, n int) {
	for ; n > 0; n -= support.MostIDs {
		l.call(operation)
		l.starts()
		l.wait()
	}
}

// untilEnd is how many looks it takes to see the end of an activity, and how long they pause in between; see
// support.Pace.Poll.
func untilEnd(pace support.Pace, activity, latency time.Duration) (looks int, pauses time.Duration) {
	for pause := pace.First; ; pause = min(pause*3/2, pace.Last) {
		looks++
		if pauses+time.Duration(looks)*latency >= activity || pause <= 0 {
			return looks, pauses
		}
		pauses += pause
	}
}

// throughout is how often a call is sent once more while an activity runs.
func (l *ledger) throughout() int {
	looks, _ := untilEnd(l.pace.Throughout(), l.activity, 2*l.latency)
	return looks - 1
}

// pages is how many calls a list of n takes.
func pages(n, size int) int { return max(1, (n+size-1)/size) }
