package traffic

import (
	"slices"
	"strconv"
	"time"

	"github.com/essconform/essconform/harness/internal/support"
)

const (
	// mostListed bounds a list of several pages, and mostHeld all those of which some pages came.
	mostListed = 10_000
	mostHeld   = 100_000
	// turning is how long after a page the next one may be asked for, and still be of the same list.
	turning = 10 * time.Second
)

// pages are those of a list that came so far, the first one first.
type pages struct {
	items     []support.Node
	ids       map[string]bool
	next      int // the number of the page that is to follow
	total     int // as each page said
	sent, end time.Duration
}

// selects are the parameters of a Describe operation that leave nothing out, but pages.
var selects = []string{"ScalingGroupId", "PageNumber", "PageSize"}

// filtered tells whether a Describe operation asks for some only, beside by the parameter that is named.
func filtered(c Call, but string) bool {
	for name := range c.Params {
		if name != but && !slices.Contains(followedParams, name) && !slices.Contains(selects, name) {
			return true
		}
	}
	return false
}

// page is the number of the page that is asked for; 0 for none that can be.
func page(c Call) int {
	text := c.Params.Get("PageNumber")
	if text == "" {
		return 1
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0
	}
	return n
}

// pages joins the pages of a list of a group: it gives all its items, and the time from when the first page was asked
// for to the last answer, once all have come; before, and for a list that is filtered, false. Pages make a list
// only when they follow each other, agree on how many items there are, show no item twice, and no call comes in
// between. A change that is under way may still tear them; nothing is claimed of a look from before it was to be seen.
func (f *follower) pages(host, group string, c Call, n support.Node, items []support.Node,
	at event,
) ([]support.Node, event, bool) {
	total, counted := n.At("TotalCount").Number()
	number := page(c)
	if filtered(c, "") || !counted || number == 0 || len(f.tracks) > mostEvents {
		return nil, at, false
	}
	if number == 1 && total <= len(items) {
		return items, at, true
	}
	t := f.track(host, group)
	list := f.take(t, c.Action)
	if number == 1 {
		list = &pages{ids: map[string]bool{}, next: 1, total: total, sent: at.sent, end: at.sent}
	}
	if list == nil || number != list.next || total != list.total || at.sent < list.end || at.sent > list.end+turning ||
		total > mostListed {
		return nil, at, false
	}
	name := map[string]string{support.OpMembers: "InstanceId", support.OpActivities: "ScalingActivityId"}[c.Action]
	for _, item := range items {
		id := item.At(name).Text()
		if id == "" || list.ids[id] {
			return nil, at, false
		}
		list.ids[id] = true
	}
	list.items = append(list.items, items...)
	list.next, list.end = number+1, at.done
	switch {
	case len(list.items) >= total:
		at.sent = list.sent
		return list.items, at, true
	case len(items) > 0 && f.held+len(list.items) <= mostHeld:
		t.lists[c.Action], f.held = list, f.held+len(list.items)
	}
	return nil, at, false
}

// take is a list of which some pages came, which is kept no longer.
func (f *follower) take(t *track, action string) *pages {
	list := t.lists[action]
	if list != nil {
		f.held -= len(list.items)
	}
	delete(t.lists, action)
	return list
}
