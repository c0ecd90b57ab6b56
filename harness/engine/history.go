package engine

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/reports"
)

// mostEvents bounds the history of one attempt. Programs have tens of events; waiting for a slow activity has hundreds of looks.
const mostEvents = 2000

// event is one thing that a program did or saw, with offsets from the beginning of the attempt.
type event struct {
	sent, done time.Duration
	lane       string
	text       string
	look       bool
}

// history is all that a program did and saw, on one clock.
type history struct {
	mu     sync.Mutex
	events []event
}

func (h *history) add(began, sent time.Time, lane, text string, look bool) {
	h.at(sent.Sub(began), time.Since(began), lane, text, look)
}

func (h *history) at(sent, done time.Duration, lane, text string, look bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.events) < mostEvents {
		h.events = append(h.events, event{sent, done, lane, text, look})
	}
}

func (h *history) call(began time.Time, a answered) {
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
}

func (h *history) attach(began, sent time.Time, group string, ids []string, activity string) {
	h.add(began, sent, "", fmt.Sprintf("%s %s to %s → activity %s", support.OpAttach, clipAll(ids), clip(group, 80), clip(activity, 80)), false)
}

func (h *history) lifecycle(began, sent time.Time, group, state string) {
	h.add(began, sent, "", fmt.Sprintf("group %s set to %s", clip(group, 80), state), false)
}

func (h *history) minSize(began, sent time.Time, group string, size int) {
	h.add(began, sent, "", fmt.Sprintf("%s MinSize=%d of %s", support.OpModify, size, clip(group, 80)), false)
}

func (h *history) ended(began time.Time, group, id, status string) {
	h.add(began, time.Now(), "", fmt.Sprintf("activity %s of %s ended as %s", clip(id, 80), clip(group, 80), clip(status, 40)), false)
}

func (h *history) members(began, sent time.Time, group string, listed []support.Member) {
	var parts []string
	for i, m := range listed {
		if i == 8 {
			parts = append(parts, fmt.Sprintf("and %d more", len(listed)-i))
			break
		}
		parts = append(parts, strings.TrimSpace(clip(m.ID, 80)+" "+clip(m.State, 40)))
	}
	h.add(began, sent, "", fmt.Sprintf("%s of %s shows %d: %s", support.OpMembers, clip(group, 80), len(listed), strings.Join(parts, ", ")), true)
}

func (h *history) settings(began, sent time.Time, g support.Group) {
	text := fmt.Sprintf("%s shows %s %s, MinSize %d, MaxSize %d", support.OpGroups, clip(g.ID, 80), clip(g.Lifecycle, 40), g.MinSize, g.MaxSize)
	if g.Total != nil {
		text += fmt.Sprintf(", TotalCapacity %d", *g.Total)
	}
	h.add(began, sent, "", text, true)
}

func (h *history) activities(began, sent time.Time, group string, all []support.Activity) {
	var parts []string
	for i, a := range all {
		if i == 4 {
			parts = append(parts, fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		parts = append(parts, clip(a.ID, 80)+" "+clip(a.Status, 40))
	}
	h.add(began, sent, "", fmt.Sprintf("%s of %s shows %d: %s", support.OpActivities, clip(group, 80), len(all), strings.Join(parts, ", ")), true)
}

func (h *history) statuses(began, sent time.Time, known map[string]string) {
	var parts []string
	for id, status := range known {
		if status != "Running" {
			parts = append(parts, clip(id, 80)+" "+clip(status, 40))
		}
	}
	slices.Sort(parts)
	text := fmt.Sprintf("%s shows %d instances, all Running", support.OpInstances, len(known))
	if len(parts) > 0 {
		text = fmt.Sprintf("%s shows %d instances; not Running: %s", support.OpInstances, len(known), strings.Join(parts, ", "))
	}
	h.add(began, sent, "", text, true)
}

// lines are the fewest that a reader needs: all calls and changes, and of each run of looks the last one.
func (h *history) lines() (out []reports.HistoryLine) {
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
