// Package history judges what an endpoint did over time: whether the documented rules of one operation can explain
// the answers that came, in an order that the times of the calls allow. Pure: no I/O, and nothing is known of how
// the calls were sent.
package history

import "time"

// Kind is what a call does.
type Kind string

// The kinds. Detach is the operation under test; the others are supporting operations, whose refusals are not judged.
const (
	Detach  Kind = "detach"
	Attach  Kind = "attach"
	Enable  Kind = "enable"
	Disable Kind = "disable"
	Modify  Kind = "modify"
)

// Outcome is how a call was answered.
type Outcome string

// The outcomes.
const (
	Accepted Outcome = "accepted"
	Refused  Outcome = "refused"
	// Unanswered is a call that was sent and not answered: it may have taken effect, at once or later, or not at all.
	Unanswered Outcome = "unanswered"
)

// Operation is one call that changes, or tries to change, something. Times are offsets on the case's one monotonic
// clock.
type Operation struct {
	Kind  Kind
	Lane  string // who called, for the timeline
	Group string // a group that Start does not name does not exist
	IDs   []string
	// MinSize is the new value of a Modify; nil when it leaves MinSize alone.
	MinSize *int
	// Denied says that the caller has no permission, and Unseen that the reason of a refusal is not known: it counts as
	// right.
	Denied, Unseen bool
	Sent, Done     time.Duration
	Outcome        Outcome
	Code           string // of a refusal; "" when none could be read
	Activity       string // of an accepted call; "" when the answer carried none
}

// Look is one answer of a Describe operation: a picture of one moment between Sent minus the lag and Done. What it
// did not show is nil.
type Look struct {
	Operation  string
	Sent, Done time.Duration
	Group      string
	// Members maps each listed instance, whatever its state, to its lifecycle state.
	Members  map[string]string
	Settings *Settings
	// Activities maps the id of each listed activity to its StatusCode. It is the list of the group, or of the ids
	// that Asked names.
	Activities map[string]string
	Asked      []string
	// Status is the ECS status by instance; "" for one that ECS does not know.
	Status map[string]string
	// Aside says that the look came at once after a refusal, to show where that comes from: it says nothing of how
	// things ended.
	Aside bool
}

// Settings are those of a group. A number below 0, or an empty text, was not shown.
type Settings struct {
	MinSize, MaxSize, Cooldown, TotalCapacity int
	Lifecycle                                 string
}

// Start is what was so before the first call.
type Start struct {
	Groups []GroupStart
	Free   []string // instances that exist and are in no group
}

// GroupStart is one group before the first call.
type GroupStart struct {
	ID        string
	Members   []string
	MinSize   int    // below 0: not known
	Lifecycle string // "" when not known
	// BusyWith is the activity that the state of the case keeps in progress; "" for none.
	BusyWith               string
	BadLoadBalancer, BadDB bool
	// Cooling says that the state of the case keeps the group in its cooldown.
	Cooling bool
}

// History is all that the calls and looks of a case did and saw. Looks should begin before the first call: an
// activity that no look shows to be absent may have run since the beginning.
type History struct {
	Start      Start
	Operations []Operation
	Looks      []Look
}

// Options bound a judgement.
type Options struct {
	// Lag is how old a look may be.
	Lag time.Duration
	// Budget bounds one search for an explanation; DefaultBudget when it is 0.
	Budget time.Duration
}

// DefaultBudget is ample: a history of ten calls takes well under a millisecond.
const DefaultBudget = time.Second

// Result is one of three.
type Result string

// The results. CouldNotLook is neither a pass nor a finding.
const (
	Satisfied    Result = "satisfied"
	Violated     Result = "violated"
	CouldNotLook Result = "could-not-look"
)

// Verdict is what a history says of one requirement.
type Verdict struct {
	Result      Result
	Requirement string // id of the catalogue
	Want, Got   string // of Violated: complete the sentence "wanted …; got …"; printable, bounded
	Reason      string // of CouldNotLook
	// Steps are, of Violated, the fewest steps that nothing explains.
	Steps []Line
}

// Line is one step of a shortened history.
type Line struct {
	At     time.Duration // when the call was sent, or the look begun
	Until  time.Duration // when its answer was complete
	Lane   string        // "" for a look
	Text   string        // printable
	Marked bool          // the first answer that nothing explains
}
