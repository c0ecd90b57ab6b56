package dryrun

import (
	"fmt"
	"strings"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/target"
)

// apiCost is what -arrange api does around the cases; see states.API.
type apiCost struct {
	*ledger
	with target.API
	inv  Inventory
	at   states.Places
	// filled: instances were attached to the group for the case under way.
	filled bool
}

func (c *apiCost) hasOther() bool { return c.with.Create || c.with.OtherScalingGroupID != "" }

// whereabouts counts the instances in the group, in the second one and in none.
func (c *apiCost) whereabouts() (main, other, none int) {
	for _, id := range c.with.InstanceIDs {
		switch g := c.inv.where[id]; {
		case g == "":
			none++
		case g == c.with.OtherScalingGroupID:
			other++
		default:
			main++
		}
	}
	return main, other, none
}

// members is a look at the members of the group.
func (c *apiCost) members() {
	c.callN(support.OpMembers, pages(c.at.Inside+c.inv.strangers, support.PageSize))
}

func (c *apiCost) find() {
	c.callN(support.OpMembers, pages(len(c.with.InstanceIDs), support.MostIDs))
}

// begin brings the resources to where every case begins.
func (c *apiCost) begin() {
	if c.with.Create {
		c.callN(support.OpCreate, 2)
	}
	c.find()
	main, other, none := c.whereabouts()
	c.open(c.inv.main, true, main)
	if c.hasOther() {
		c.open(c.inv.other, false, other)
	}
	if none+other > 0 {
		c.wait()
	}
	if other > 0 {
		c.wait()
	}
	c.move(support.OpDetach, other)
	c.move(support.OpAttach, none+other)
	c.at = states.Places{Inside: len(c.with.InstanceIDs)}
}

func (c *apiCost) open(g support.Group, main bool, members int) {
	c.call(support.OpGroups)
	strangers := 0
	if main {
		strangers = c.inv.strangers
	}
	c.callN(support.OpMembers, pages(members+strangers, support.PageSize))
	if states.SizesFor(g.Sizes, strangers, len(c.with.InstanceIDs), main) != g.Sizes {
		c.call(support.OpModify)
	}
	if g.Lifecycle != support.Active {
		c.call(support.OpEnable)
	}
}

// setup makes the states of a case.
func (c *apiCost) setup(x fixtures.Expanded, kinds func(string) (fixtures.StateKind, bool)) {
	all := x.States()
	c.fill(states.Wants(all[0], all[1:], kinds))
	kind, _ := kinds(all[0].Name)
	cost := states.CostOf(kind)
	if cost.Ends && c.filled {
		return
	}
	for _, o := range cost.Setup {
		switch {
		case o == support.OpActivities:
			c.wait()
			continue
		case o == support.OpAttach || o == support.OpDetach:
			c.starts()
		}
		c.call(o)
	}
}

// fill puts instances where a case wants them; see states.API.
func (c *apiCost) fill(wanted, second int, empty bool) {
	c.members()
	moves := c.at.For(wanted, second, empty)
	c.move(support.OpDetach, moves.Fetch)
	c.move(support.OpAttach, moves.Attach)
	c.move(support.OpDetach, moves.Detach)
	c.move(support.OpAttach, moves.Bring)
	c.at, c.filled = c.at.After(moves), moves.Attach > 0
}

// teardown brings the groups back. run is what the case did.
func (c *apiCost) teardown(x fixtures.Expanded, run *caseRun, kinds func(string) (fixtures.StateKind, bool)) {
	if x.Other != nil {
		c.wait()
		c.call(support.OpMembers)
	}
	kind, _ := kinds(x.State.Name)
	cost := states.CostOf(kind)
	c.call(cost.Teardown...)
	if cost.Moves && !(cost.Ends && c.filled) {
		c.at.Inside--
		c.at.Outside++
	}
	c.wait()
	for k := range run.left {
		switch {
		case isOf(k, "other"):
			c.at.Away--
			c.at.Outside++
		case run.joined[k]:
			c.at.Inside--
			c.at.Away++
		case isOf(k, "given"):
			c.at.Inside--
			c.at.Outside++
		}
	}
}

// end puts everything back as it was before the run.
func (c *apiCost) end() {
	groups := 1
	if c.hasOther() {
		groups++
	}
	for range groups {
		c.wait()
	}
	c.find()
	_, other, none := c.whereabouts()
	rest := states.SizesFor(c.inv.main.Sizes, c.inv.strangers, len(c.with.InstanceIDs), true)
	out := c.at.Outside + c.at.Away
	if leave := none + other - out; leave > 0 { // which the group is opened for
		c.call(support.OpGroups)
		c.members()
		c.move(support.OpDetach, leave)
	}
	c.move(support.OpDetach, max(0, c.at.Away-other))
	c.move(support.OpAttach, max(0, out-none-other))
	c.move(support.OpAttach, max(0, other-c.at.Away))
	c.call(support.OpGroups)
	if rest != c.inv.main.Sizes {
		c.call(support.OpModify)
	}
	c.close(c.inv.main)
	if c.hasOther() {
		if states.SizesFor(c.inv.other.Sizes, 0, len(c.with.InstanceIDs), false) != c.inv.other.Sizes {
			c.call(support.OpGroups, support.OpModify)
		}
		c.close(c.inv.other)
	}
	if c.with.Create {
		c.callN(support.OpDelete, 2)
	}
}

func (c *apiCost) close(g support.Group) {
	if g.Lifecycle != support.Active {
		c.call(support.OpGroups, support.OpDisable)
	}
}

// key names one instance of a case.
func key(from string, n int) string { return fmt.Sprintf("%s.%d", from, n) }

func isOf(key, from string) bool { return strings.HasPrefix(key, from+".") }
