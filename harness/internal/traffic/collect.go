package traffic

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/recording"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/har"
	"github.com/essconform/essconform/reports/printable"
	"github.com/essconform/essconform/spec"
)

const (
	// mostCalls bounds the calls of the operation that one report holds.
	mostCalls = 20_000
	keptText  = 1 << 10
	keptID    = 200
)

// ErrTooMany is the error of Add when a recording has more calls than one report holds.
var ErrTooMany = fmt.Errorf("more than %d calls of the operation; judge parts of the recording by themselves",
	mostCalls)

// Collector judges the calls of one operation among the entries of recordings, and counts the others.
type Collector struct {
	// Contract is the description of an edition of the API; the entries of other editions are counted only.
	Contract *spec.Contract

	// Lag is how old an answer of a Describe operation may be; below 0: LagOf the host.
	Lag time.Duration
	// Found, when not nil, is called with each result as soon as it is there.
	Found func(reports.CaseResult)

	Results    []reports.CaseResult
	Supporting int // entries that call a supporting operation
	Checks     int // calls with which essconform itself checks the credentials, beside those of the traffic
	Others     int // all other entries
	Editions   map[string]int
	Stopped    []string // why groups were not followed to the end
	Notes      []string // what else Summary is to say

	calls, groups int
	seen          map[string]bool
	follower      *follower
}

// LagOf is how old an answer of a Describe operation of a host may be, as for a run.
func LagOf(host string) time.Duration {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	if ip := net.ParseIP(strings.Trim(name, "[]")); name == "localhost" || ip != nil && ip.IsLoopback() {
		return time.Second
	}
	return 15 * time.Second
}

// Add takes in one entry.
func (c *Collector) Add(e har.Read) error {
	if c.follower == nil {
		c.follower = newFollower(c.Contract)
	}
	call := ReadCall(e.Request)
	if call.Action != c.Contract.Operation || call.Method != http.MethodGet && call.Method != http.MethodPost {
		if call.Action != "" && (call.Version == c.Contract.APIVersion || call.Version == ecsVersion) {
			c.Supporting++
			c.follower.supporting(e, call)
		} else {
			c.Others++
		}
		return nil
	}
	if call.Version != c.Contract.APIVersion {
		if c.Editions == nil {
			c.Editions = map[string]int{}
		}
		if len(c.Editions) < 100 {
			c.Editions[printable.Text(cmp.Or(call.Version, "none"), 40)]++
		}
		c.Others++
		return nil
	}
	if c.again(e, call) {
		return nil
	}
	if call.Header.Get("User-Agent") == wire.CheckAgent {
		c.Checks++
		return nil
	}
	if c.calls == mostCalls {
		return ErrTooMany
	}
	c.calls++
	result, j := c.result(e, call)
	c.follower.detach(e, call, j)
	c.add(result)
	return nil
}

func (c *Collector) add(r reports.CaseResult) {
	c.Results = append(c.Results, r)
	if c.Found != nil {
		c.Found(r)
	}
}

// again tells an entry that is in the recordings twice, as when two of them overlap: the nonce is new in every call.
func (c *Collector) again(e har.Read, call Call) bool {
	nonce := call.Params.Get("SignatureNonce") + call.Header.Get("X-Acs-Signature-Nonce")
	if nonce == "" || e.StartedDateTime == "" {
		return false
	}
	key := nonce + " " + e.StartedDateTime
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	was := c.seen[key]
	c.seen[key] = true
	return was
}

func (c *Collector) result(e har.Read, call Call) (reports.CaseResult, *judge.Judgement) {
	redactor := hider(e.Request, call.Params)
	format := string(call.Format)
	if format == "" {
		format = "none"
	}
	out := reports.CaseResult{
		ID:    fmt.Sprintf("recorded.%05d/%s/%s", c.calls, format, strings.ToLower(call.Method)),
		Title: fmt.Sprintf("call %d of the recording", c.calls), Format: format, Method: strings.ToLower(call.Method),
		State: reports.State{Name: "as recorded", Outcome: "not known"}, Labels: []string{"recording"},
	}
	out.StartedAt, _ = time.Parse(time.RFC3339Nano, e.StartedDateTime) // what is no time is left out
	answer, err := ReadAnswer(e)
	shown := wire.Exchange{Request: wire.Request{
		Method: call.Method, URL: shownURL(e.Request.URL), Header: shownHeader(call.Header, redactor.Redact),
		Body: shownQuery(form(e.Request.PostData)),
	}}
	if err != nil {
		out.Outcome, out.Reason = reports.CouldNotRun, err.Error()
		out.Exchange = recording.Shown(shown)
		return out, nil
	}
	// What is quoted of an answer is cut, and of half a secret a redactor knows nothing: so it is judged without them.
	answer.Body = []byte(redactor.Redact(string(answer.Body)))
	answer.Header = shownHeader(answer.Header, redactor.Redact)
	shown.Response = &answer
	out.Exchange = recording.Shown(shown)
	j := Judge(c.Contract, call, answer)
	if c.follower.existing(call) {
		j = withoutMessage(j, c.Contract)
	}
	out.Checked, out.BodyChecked, out.Requirements = j.Checked, j.BodyChecked, slices.Clone(j.Checked)
	for _, f := range j.Findings {
		out.Findings = append(out.Findings, c.finding(f))
		if !slices.Contains(out.Requirements, f.Requirement) {
			out.Requirements = append(out.Requirements, f.Requirement)
		}
	}
	if len(j.Checked) > 0 && !j.BodyChecked && len(j.Findings) == 0 {
		out.Reason = "the body could not be judged"
	}
	if id := j.Fields["RequestId"]; id != "" {
		out.RequestIDs = []string{printable.Text(id, keptID)}
	}
	if id := j.Fields["ScalingActivityId"]; id != "" && j.Decision == judge.Accepted {
		out.ActivityIDs = []string{printable.Text(id, keptID)}
	}
	return out, &j
}

func (c *Collector) finding(f judge.Finding) reports.Finding {
	clip := func(text string) string { return printable.Text(text, keptText) }
	out := reports.Finding{
		Requirement: f.Requirement, Level: string(f.Level), Pointer: clip(f.Pointer),
		Want: clip(f.Want), Got: clip(f.Got),
	}
	if req, ok := c.Contract.Requirement(f.Requirement); ok {
		out.Text, out.SpecLine = req.Text, c.Contract.At(req.Line)
	}
	return out
}

// Catalogue are the requirements, with the calls that show them.
func (c *Collector) Catalogue() (out []reports.CatalogueEntry) {
	cases := map[string][]string{}
	for _, r := range c.Results {
		for _, id := range r.Requirements {
			cases[id] = append(cases[id], r.ID)
		}
	}
	for _, r := range c.Contract.Requirements {
		out = append(out, reports.CatalogueEntry{
			ID: r.ID, Level: string(r.Level), Profile: string(r.Profile), Text: r.Text, Source: r.Source,
			Excluded: r.Excluded, SpecLine: c.Contract.At(r.Line), Cases: cases[r.ID],
		})
	}
	return out
}

// Summary says what was read, in one line.
func (c *Collector) Summary() string {
	text := fmt.Sprintf("%d calls of %s judged, %d of supporting operations read, %d other entries", c.calls,
		c.Contract.Operation, c.Supporting, c.Others)
	if c.Checks > 0 {
		text += fmt.Sprintf("; %d calls beside these check the credentials at the start of essconform", c.Checks)
	}
	if len(c.Editions) > 0 {
		text += fmt.Sprintf("; calls of another edition (%s) are among these: judge them with -spec",
			strings.Join(slices.Sorted(maps.Keys(c.Editions)), ", "))
	}
	for _, why := range c.Stopped {
		text += "; groups were not followed to the end: " + why
	}
	for _, note := range c.Notes {
		text += "; " + note
	}
	return text
}

// Entries is how many entries were read.
func (c *Collector) Entries() int { return c.calls + c.Checks + c.Supporting + c.Others }
