package dryrun

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/target"
)

// arranged tells whether anything arranges states.
func arranged(s target.Settings) bool {
	return s.Embedded() || s.UserResources() || s.ProviderStates != ""
}

// Text is the estimate as the commands print it.
func (e Estimate) Text(s target.Settings) string {
	var b strings.Builder
	if !arranged(s) {
		fmt.Fprintf(&b, "Plan: none of the %d cases could run against %s: %v\n", e.Cases, s.Endpoint,
			states.ErrNoDriver)
		return b.String()
	}
	where := s.Endpoint
	if s.Embedded() {
		where = "the embedded mock"
	}
	fmt.Fprintf(&b, "Plan: %d cases against %s, region %s, signature %s\n\n", e.Cases, where, s.Region, s.Signature)
	e.calls(&b, s)
	e.resources(&b, s)
	b.WriteString(UnableText(e.Unable, e.Cases))
	return b.String()
}

func (e Estimate) calls(w io.Writer, s target.Settings) {
	fmt.Fprintln(w, "Calls, at least; slow answers of Describe operations and throttling add to them:")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, c := range e.Calls {
		fmt.Fprintf(t, "%d\t  %s\n", c.Count, c.Operation)
	}
	fmt.Fprintf(t, "%d\t  in all\n", e.Total)
	_ = t.Flush() // writes to memory
	fmt.Fprintf(w, "\nScaling activities: %d\nTime: about %s, with\n", e.Activities, round(e.Duration))
	fmt.Fprintf(w, "  %s for an activity%s (-plan-activity)\n", e.basis.Activity, e.basis.ActivityFrom)
	fmt.Fprintf(w, "  %s for a call%s\n", e.basis.Latency.Round(10*time.Microsecond), e.basis.LatencyFrom)
	if !s.UserResources() {
		fmt.Fprintf(w, "  %s at a time (-jobs)\n", cases(e.basis.Jobs))
		fmt.Fprintf(w, "  %s until the late look (-late)\n", max(0, s.Late))
	}
	if s.Rate > 0 {
		fmt.Fprintf(w, "  at most %g requests a second (-rate)\n", s.Rate)
	} else {
		fmt.Fprintln(w, "  as many requests as there are (-rate N sends at most N a second)")
	}
}

func cases(n int) string {
	if n <= 1 {
		return "1 case"
	}
	return fmt.Sprintf("%d cases", n)
}

// round leaves two units.
func round(d time.Duration) string {
	switch {
	case d >= time.Hour:
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	case d >= 10*time.Second:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}

func (e Estimate) resources(w io.Writer, s target.Settings) {
	fmt.Fprintln(w)
	switch {
	case s.ByAPI():
		e.owned(w, s)
		if e.Assumed != "" {
			fmt.Fprintf(w, "\nAssumed, because the resources could not be looked at: groups that are active and have "+
				"room, instances in no group.\n  %s\n", e.Assumed)
		}
	case s.Bindings != "":
		fmt.Fprintf(w, "Resources that change: the groups and instances of %s; detached instances are not put back\n",
			s.Bindings)
	case s.ProviderStates != "":
		fmt.Fprintf(w, "Resources that change: those that %s makes for each case\n", s.ProviderStates)
	case s.Embedded():
		fmt.Fprintln(w, "Resources that change: none outside this process")
	}
}

// owned lists the resources that -arrange api changes.
func (e Estimate) owned(w io.Writer, s target.Settings) {
	fmt.Fprintf(w, "Resources that change, are held for about %s, and are put back as they were at the end:\n",
		round(e.Duration))
	for _, lane := range s.API.Lanes() {
		owned(w, lane)
	}
	fmt.Fprintf(w, "Nothing else is changed. Each change is written to %s first;\nafter a crash, `essconform sweep "+
		"-journal %s` puts everything back.\n",
		s.JournalFile(), s.JournalFile())
}

func owned(w io.Writer, a target.API) {
	if a.Create {
		fmt.Fprintln(w, "  two new groups\n    made with CreateScalingGroup, removed with DeleteScalingGroup where "+
			"the target has it")
	} else {
		fmt.Fprintf(w, "  group %s\n    enabled and disabled; MinSize, MaxSize and DefaultCooldown change\n",
			a.ScalingGroupID)
		if a.OtherScalingGroupID != "" {
			fmt.Fprintf(w, "  group %s\n    enabled; MinSize and MaxSize change where instances find no room\n",
				a.OtherScalingGroupID)
		}
	}
	fmt.Fprintf(w,
		"  %d instances: %s\n    attached to and detached from these groups; never stopped, never released\n",
		len(a.InstanceIDs), strings.Join(a.InstanceIDs, ", "))
	if a.LoadBalancerID != "" {
		fmt.Fprintf(w, "  load balancer %s\n    switched off and on\n", a.LoadBalancerID)
	}
	if a.DBInstanceID != "" {
		fmt.Fprintf(w, "  DB instance %s\n    stopped and started\n", a.DBInstanceID)
	}
}

// UnableText lists the cases that could not run, by reason.
func UnableText(unable []states.Unable, cases int) string {
	if len(unable) == 0 {
		return "\nAll cases could run, if everything is as it is said to be.\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%d of %d cases could not run, so that the verdict would be \"could not judge\":\n",
		len(unable), cases)
	const shown = 4
	by := map[string][]string{}
	var order []string
	for _, u := range unable {
		if by[u.Reason] == nil {
			order = append(order, u.Reason)
		}
		by[u.Reason] = append(by[u.Reason], u.Case)
	}
	for _, reason := range order {
		names := by[reason]
		more := ""
		if len(names) > shown {
			more = fmt.Sprintf(" and %d more", len(names)-shown)
			names = names[:shown]
		}
		fmt.Fprintf(&b, "  %s\n    %s%s\n", reason, strings.Join(names, ", "), more)
	}
	return b.String()
}
