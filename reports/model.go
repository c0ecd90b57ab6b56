// Package reports holds what was found: the report's model, its JSON Schema, and what draws it. It knows results and
// no room's internals.
package reports

import (
	"time"

	"github.com/essconform/essconform/reports/har"
)

// SchemaVersion is the version of the model below and of report.schema.json, which describes every field. ReadJSON
// reads this version and the one before; version.go says what may change within one.
const SchemaVersion = 1

// Kind of every report file.
const Kind = "ConformanceReport"

// Outcome of one case.
type Outcome string

// The outcomes. Only Passed is a pass.
const (
	Passed         Outcome = "passed"
	Failed         Outcome = "failed"
	Waived         Outcome = "waived"
	UnexpectedPass Outcome = "unexpected-pass"
	CouldNotRun    Outcome = "could-not-run"
	Unsupported    Outcome = "unsupported"
)

// Report is one run of the suite against one target.
type Report struct {
	SchemaVersion int           `json:"schemaVersion"`
	Kind          string        `json:"kind"`
	Suite         Suite         `json:"suite"`
	Contract      Contract      `json:"contract"`
	Target        Target        `json:"target"`
	Run           Run           `json:"run"`
	Verdict       Verdict       `json:"verdict"`
	Counts        Counts        `json:"counts"`
	Requirements  []Requirement `json:"requirements"`
	Cases         []CaseResult  `json:"cases"`
	Waivers       []Waiver      `json:"waivers"`
	// LeftOut says which cases of the case set were not for this target, and how to have them run.
	LeftOut []LeftOut `json:"leftOut,omitempty"`
	// WaiverProblems tells what is wrong with the waivers: expired, matching nothing, given twice, needed no longer.
	WaiverProblems []string `json:"waiverProblems,omitempty"`
	// MissingStates are the provider states that the target does not know, ready to paste.
	MissingStates []State `json:"missingStates,omitempty"`
	// Recording holds the entries of exchanges.har, in the run that made them; nil elsewhere.
	Recording *har.Recording `json:"-"`
	// Complete stands last: a file without it was cut off.
	Complete bool `json:"complete"`
}

// Suite identifies what judged.
type Suite struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	CaseSet string `json:"caseSet"` // sha256 of the expanded case ids and contents
}

// Contract identifies the description that drove the run.
type Contract struct {
	File       string `json:"file"`
	SHA256     string `json:"sha256"`
	APIVersion string `json:"apiVersion"`
	Operation  string `json:"operation"`
}

// KindRecording is the kind of a target of which only recorded traffic is known.
const KindRecording = "recording"

// Target identifies what was judged.
type Target struct {
	Name        string `json:"name"`
	Kind        string `json:"kind"` // "embedded mock", "endpoint" or KindRecording
	Endpoint    string `json:"endpoint"`
	Region      string `json:"region"`
	Signature   string `json:"signature"`
	Arrangement string `json:"arrangement"` // "embedded mock", "provider states", "none"
}

// Run tells how and when.
type Run struct {
	ID        string            `json:"id"`
	StartedAt time.Time         `json:"startedAt"`
	EndedAt   time.Time         `json:"endedAt"`
	Seed      int64             `json:"seed"`
	Procs     int               `json:"procs"`
	Config    map[string]string `json:"config"`    // effective settings, redacted
	Selection string            `json:"selection"` // what was selected, in words; "everything"
	Command   string            `json:"command"`
	// Partial says why the run ended before every selected case had run; "" when it did not.
	Partial string `json:"partial,omitempty"`
	// Notes are warnings about the target that belong to no case, such as answers of a supporting operation in another
	// shape than documented. They change no outcome.
	Notes []string `json:"notes,omitempty"`
	// Shard says which part of the selection this run was; nil when it was all of it.
	Shard *Shard `json:"shard,omitempty"`
}

// Shard is one part of a selection that several runs share.
type Shard struct {
	Index int `json:"index"` // 1 to Count
	Count int `json:"count"`
	// Of is how many cases all shards have together: the selection.
	Of int `json:"of"`
}

// Verdict is the answer to "is it compatible?".
type Verdict struct {
	Conformant bool   `json:"conformant"`
	Reason     string `json:"reason"`
	ExitCode   int    `json:"exitCode"`
}

// WithWaivers tells whether r is conformant only because waivers excuse what failed.
func (r Report) WithWaivers() bool { return r.Verdict.Conformant && r.Counts.Waived > 0 }

// Whole tells whether r is conformant in everything: nothing was left out, waived, unsupported or could not run. A
// SHOULD that the target does not follow was judged. Only what is whole is drawn green.
func (r Report) Whole() bool {
	n := r.Counts
	return r.Verdict.Conformant && r.Run.Shard == nil && n.NotSelected == 0 && n.Passed+n.NotMet == n.Selected
}

// Counts of cases by outcome. Warnings counts findings of level SHOULD.
type Counts struct {
	Selected       int `json:"selected"`
	Passed         int `json:"passed"`
	Failed         int `json:"failed"`
	Waived         int `json:"waived"`
	UnexpectedPass int `json:"unexpectedPass"`
	CouldNotRun    int `json:"couldNotRun"`
	Unsupported    int `json:"unsupported"`
	NotSelected    int `json:"notSelected"`
	Warnings       int `json:"warnings"`
	// NotMet counts those of the unsupported cases that are about a SHOULD which the target does not follow.
	NotMet int `json:"notMet,omitempty"`
	// Throttled counts answers that asked for patience, and were asked again.
	Throttled int `json:"throttled,omitempty"`
	// Calls counts the requests that were sent for all cases, states and looks included.
	Calls int `json:"calls,omitempty"`
}

// LeftOut is a number of cases that could not have been selected.
type LeftOut struct {
	Cases int    `json:"cases"`
	Why   string `json:"why"`
	Flag  string `json:"flag"` // what brings them back, such as "-verifies-signatures"
}

// Requirement is one entry of the catalogue with what the run says of it.
type Requirement struct {
	ID      string `json:"id"`
	Level   string `json:"level"`
	Profile string `json:"profile"`
	Text    string `json:"text"`
	Source  string `json:"source"`
	// SpecLine is "file:line" of the description.
	SpecLine string   `json:"specLine,omitempty"`
	Status   string   `json:"status"` // satisfied, violated, waived, unverified, excluded
	Reason   string   `json:"reason,omitempty"`
	Cases    []string `json:"cases"` // ids of the cases that cover it
}

// CaseResult is what one expanded case found.
type CaseResult struct {
	ID           string   `json:"id"`
	Title        string   `json:"title"`
	Requirements []string `json:"requirements"`
	Format       string   `json:"format"`
	Method       string   `json:"method"`
	Labels       []string `json:"labels"`
	State        State    `json:"state"`
	Outcome      Outcome  `json:"outcome"`
	// NotMet marks an unsupported case about a SHOULD that the target does not follow.
	NotMet bool `json:"notMet,omitempty"`
	// StartedAt is when its setup began.
	StartedAt time.Time `json:"startedAt,omitzero"`
	Reason    string    `json:"reason,omitempty"` // why it could not run, is unsupported, or was waived
	Findings  []Finding `json:"findings"`
	// Exchange is the one that the findings speak of, or the last one. Others are in Trail.
	Exchange *Exchange `json:"exchange,omitempty"`
	// Exchanges are the entries of exchanges.har that this case recorded, from 0, in order.
	Exchanges   []int  `json:"exchanges,omitempty"`
	Trail       []Step `json:"trail,omitempty"` // every step in order, one line each
	BodyChecked bool   `json:"bodyChecked"`
	// Checked lists the requirements that this case really checked; a subset of Requirements.
	Checked    []string  `json:"checked"`
	DurationMs float64   `json:"durationMs"`
	Throttled  int       `json:"throttled,omitempty"` // answers that asked for patience, to all calls of the case
	Calls      int       `json:"calls,omitempty"`     // requests that were sent for it, states and looks included
	Reproduce  Reproduce `json:"reproduce"`
	// RequestIDs and ActivityIDs are what DetachInstances answered in this case, in order, so that the whole run can be
	// searched for one that was issued twice.
	RequestIDs  []string      `json:"requestIds,omitempty"`
	ActivityIDs []string      `json:"activityIds,omitempty"`
	Waiver      *WaiverReason `json:"waiver,omitempty"`
}

// State is a provider state as a case asked for it.
type State struct {
	Name   string         `json:"name"`
	Params map[string]any `json:"params,omitempty"`
	// Outcome is "arranged", "unknown", "failed: …", "teardown failed: …" or "not reached".
	Outcome string `json:"outcome,omitempty"`
}

// Finding is one difference; see judge.Finding.
type Finding struct {
	Requirement string `json:"requirement"`
	Level       string `json:"level"`
	Pointer     string `json:"pointer,omitempty"`
	Want        string `json:"want"`
	Got         string `json:"got"`
	SpecLine    string `json:"specLine"`
	Text        string `json:"text"` // the sentence of the document, in the project's words
	// Offset and Length, in bytes, are the place in the body of the answer that the finding speaks of; a length of 0 is
	// no place.
	Offset int `json:"offset,omitempty"`
	Length int `json:"length,omitempty"`
	// History are the fewest steps that cannot be explained, in order; empty when one answer shows it all.
	History []HistoryLine `json:"history,omitempty"`
}

// HistoryLine is one thing that happened: a call, an answer, an activity or a look.
type HistoryLine struct {
	AtMs float64 `json:"atMs"` // since the case began
	// EndMs is when it was over; 0 for what took no time.
	EndMs float64 `json:"endMs,omitempty"`
	Lane  string  `json:"lane"` // who did it: a caller, the activity, the observer
	Text  string  `json:"text"`
	// Marked is the step that nothing explains.
	Marked bool `json:"marked,omitempty"`
}

// Exchange is a request and its answer, redacted and bounded.
type Exchange struct {
	Request  Message  `json:"request"`
	Response *Message `json:"response,omitempty"`
	Failure  string   `json:"failure,omitempty"`
	Attempts int      `json:"attempts"`
	Timings  Timings  `json:"timings"`
}

// Message is one direction of an exchange.
type Message struct {
	StartLine string   `json:"startLine"` // "POST / HTTP/1.1", "HTTP/1.1 200 OK"
	Headers   []Header `json:"headers"`
	Body      string   `json:"body"`               // valid UTF-8; base64 when Encoding says so
	Encoding  string   `json:"encoding,omitempty"` // "base64" for a body that is not text
	Truncated bool     `json:"truncated,omitempty"`
}

// Header is one header field.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Timings in milliseconds.
type Timings struct {
	FirstByteMs float64 `json:"firstByteMs"`
	TotalMs     float64 `json:"totalMs"`
}

// Step is one line of a case's trail.
type Step struct {
	What   string  `json:"what"` // "setup …", "DetachInstances", "DescribeScalingInstances", "teardown …"
	Result string  `json:"result"`
	Ms     float64 `json:"ms"`
}

// Reproduce says how to run the case again.
type Reproduce struct {
	Curl  string `json:"curl"`
	Rerun string `json:"rerun"`
}

// WaiverReason is the waiver that excused a case.
type WaiverReason struct {
	Reason  string `json:"reason"`
	Issue   string `json:"issue,omitempty"`
	Expires string `json:"expires,omitempty"`
}

// Waiver is one entry of the waivers file, with what it matched.
type Waiver struct {
	Case        string   `json:"case"`
	Requirement string   `json:"requirement,omitempty"`
	Reason      string   `json:"reason"`
	Issue       string   `json:"issue,omitempty"`
	Expires     string   `json:"expires,omitempty"`
	Matched     []string `json:"matched"`
}
