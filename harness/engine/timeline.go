package engine

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/judge/history"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/reports"
)

// mostEvents bounds the history of one attempt. Programs have tens of events; waiting for a slow activity has hundreds
// of looks.
const mostEvents = 2000

// event is one thing that a program did or saw, with offsets from the beginning of the attempt.
type event struct {
	sent, done time.Duration
	lane       string
	text       string
	look       bool
}

// timeline is all that a program did and saw, on one clock.
type timeline struct {
	mu     sync.Mutex
	events []event
	pace   support.Pace
	past   history.History // the same, for the judge
	aside  bool            // looks are aside
}

// did notes an operation for the judge.
func (h *timeline) did(o history.Operation) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.past.Operations = append(h.past.Operations, o)
}

// saw notes a look for the judge.
func (h *timeline) saw(began, sent time.Time, l history.Look) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.past.Looks) < mostEvents {
		l.Sent, l.Done, l.Aside = sent.Sub(began), h.pace.Since(began), h.aside
		h.past.Looks = append(h.past.Looks, l)
	}
}

func (h *timeline) add(began, sent time.Time, lane, text string, look bool) {
	h.at(sent.Sub(began), h.pace.Since(began), lane, text, look)
}

func (h *timeline) at(sent, done time.Duration, lane, text string, look bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.events) < mostEvents {
		h.events = append(h.events, event{sent, done, lane, text, look})
	}
}

func (h *timeline) call(began time.Time, a answered) {
	text := a.wire.Action + " " + clipAll(a.ids)
	if a.group != "" {
		text += " of " + clip(a.group, 80)
	}
	if activity := a.Fields["ScalingActivityId"]; a.Decision == judge.Accepted {
		text += " → accepted, activity " + clip(activity, 80)
	} else {
		text += " → " + summary(a)
	}
	h.at(a.begin.Sub(began), a.done.Sub(began), a.lane, text, false)
	if a.group == "" || len(a.ids) == 0 {
		return // what it must be answered is no matter of the state
	}
	o := history.Operation{
		Kind: history.Detach, Lane: a.lane, Group: a.group, IDs: a.ids, Denied: a.call.Request.Caller == "state",
		Sent: a.begin.Sub(began), Done: a.done.Sub(began), Outcome: history.Unanswered,
	}
	switch a.Decision {
	case judge.Accepted:
		o.Outcome, o.Activity = history.Accepted, a.Fields["ScalingActivityId"]
	case judge.Refused:
		o.Outcome, o.Code = history.Refused, a.Fields["Code"]
	}
	h.did(o)
}

func (h *timeline) attach(began, sent time.Time, group string, ids []string, activity string) {
	h.add(began, sent, "",
		fmt.Sprintf("%s %s to %s → activity %s", support.OpAttach, clipAll(ids), clip(group, 80), clip(activity, 80)),
		false)
	h.did(history.Operation{
		Kind: history.Attach, Group: group, IDs: ids, Sent: sent.Sub(began), Done: h.pace.Since(began),
		Outcome: history.Accepted, Activity: activity,
	})
}

func (h *timeline) lifecycle(began, sent time.Time, group, state string) {
	h.add(began, sent, "", fmt.Sprintf("group %s set to %s", clip(group, 80), state), false)
	kind := history.Enable
	if state == support.Inactive {
		kind = history.Disable
	}
	h.did(history.Operation{
		Kind: kind, Group: group, Sent: sent.Sub(began), Done: h.pace.Since(began),
		Outcome: history.Accepted,
	})
}

func (h *timeline) minSize(began, sent time.Time, group string, size int) {
	h.add(began, sent, "", fmt.Sprintf("%s MinSize=%d of %s", support.OpModify, size, clip(group, 80)), false)
	h.did(history.Operation{
		Kind: history.Modify, Group: group, MinSize: &size, Sent: sent.Sub(began), Done: h.pace.Since(began),
		Outcome: history.Accepted,
	})
}

func (h *timeline) ended(began time.Time, group, id, status string) {
	h.add(began, h.pace.Now(), "",
		fmt.Sprintf("activity %s of %s ended as %s", clip(id, 80), clip(group, 80), clip(status, 40)), false)
}

func (h *timeline) members(began, sent time.Time, group string, listed []support.Member) {
	members := map[string]string{}
	for _, m := range listed {
		members[m.ID] = m.State
	}
	h.saw(began, sent, history.Look{Operation: support.OpMembers, Group: group, Members: members})
	var parts []string
	for i, m := range listed {
		if i == 8 {
			parts = append(parts, fmt.Sprintf("and %d more", len(listed)-i))
			break
		}
		parts = append(parts, strings.TrimSpace(clip(m.ID, 80)+" "+clip(m.State, 40)))
	}
	h.add(began, sent, "", fmt.Sprintf("%s of %s shows %d: %s", support.OpMembers, clip(group, 80), len(listed),
		strings.Join(parts, ", ")), true)
}

func (h *timeline) settings(began, sent time.Time, g support.Group) {
	total := -1
	if g.Total != nil {
		total = *g.Total
	}
	h.saw(began, sent, history.Look{Operation: support.OpGroups, Group: g.ID, Settings: &history.Settings{
		MinSize: g.MinSize, MaxSize: g.MaxSize, Cooldown: g.Cooldown, TotalCapacity: total, Lifecycle: g.Lifecycle,
	}})
	text := fmt.Sprintf("%s shows %s %s, MinSize %d, MaxSize %d", support.OpGroups, clip(g.ID, 80),
		clip(g.Lifecycle, 40), g.MinSize, g.MaxSize)
	if g.Total != nil {
		text += fmt.Sprintf(", TotalCapacity %d", *g.Total)
	}
	h.add(began, sent, "", text, true)
}

func (h *timeline) activities(began, sent time.Time, group, asked string, all []support.Activity) {
	look := history.Look{Operation: support.OpActivities, Group: group, Activities: map[string]string{}}
	if asked != "" {
		look.Asked = []string{asked}
	}
	for _, a := range all {
		if asked == "" || a.ID == asked {
			look.Activities[a.ID] = a.Status
		}
	}
	h.saw(began, sent, look)
	var parts []string
	for i, a := range all {
		if i == 4 {
			parts = append(parts, fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		parts = append(parts, clip(a.ID, 80)+" "+clip(a.Status, 40))
	}
	h.add(began, sent, "", fmt.Sprintf("%s of %s shows %d: %s", support.OpActivities, clip(group, 80), len(all),
		strings.Join(parts, ", ")), true)
}

func (h *timeline) statuses(began, sent time.Time, known map[string]string) {
	h.saw(began, sent, history.Look{Operation: support.OpInstances, Status: known})
	var parts []string
	for id, status := range known {
		if status != "Running" {
			parts = append(parts, clip(id, 80)+" "+clip(status, 40))
		}
	}
	slices.Sort(parts)
	text := fmt.Sprintf("%s shows %d instances, all Running", support.OpInstances, len(known))
	if len(parts) > 0 {
		text = fmt.Sprintf("%s shows %d instances; not Running: %s", support.OpInstances, len(known),
			strings.Join(parts, ", "))
	}
	h.add(began, sent, "", text, true)
}

// lines are the fewest that a reader needs: all calls and changes, and of each run of looks the last one.
func (h *timeline) lines() (out []reports.HistoryLine) {
	h.mu.Lock()
	defer h.mu.Unlock()
	sorted := slices.Clone(h.events)
	slices.SortStableFunc(sorted, func(a, b event) int { return int(a.sent - b.sent) })
	for i, e := range sorted {
		if e.look && i+1 < len(sorted) && sorted[i+1].look && strings.HasPrefix(sorted[i+1].text, firstWord(e.text)) {
			continue
		}
		out = append(out, reports.HistoryLine{AtMs: milliseconds(e.sent), Lane: e.lane, Text: e.text})
	}
	if len(out) > 0 {
		out[len(out)-1].Marked = true
	}
	return out
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}
