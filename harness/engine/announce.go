package engine

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/target"
)

// Announce prints what a run of the cases would do, and tells whether all of them could run.
func (p *Plan) Announce(ctx context.Context, w io.Writer, cases []fixtures.Expanded) (able bool, err error) {
	forecast, err := p.Rehearse(ctx, cases)
	if err != nil {
		return false, err
	}
	s := p.Settings
	if !s.Embedded() && !s.ByAPI() && s.Bindings == "" && s.ProviderStates == "" {
		fmt.Fprintf(w, "Plan: none of the %d cases could run against %s: %v\n", forecast.Cases, s.Endpoint, states.ErrNoDriver)
		return false, nil
	}
	where := s.Endpoint
	if s.Embedded() {
		where = "the embedded mock"
	}
	fmt.Fprintf(w, "Plan: %d cases against %s, region %s, signature %s\n\n", forecast.Cases, where, s.Region, s.Signature)
	printCalls(w, s, forecast)
	printTouched(w, s, forecast)
	PrintUnable(w, forecast.Unable, forecast.Cases)
	return len(forecast.Unable) == 0, nil
}

func printCalls(w io.Writer, s target.Settings, f Forecast) {
	fmt.Fprintln(w, "Calls, at least; waiting for a scaling activity adds Describe calls, throttling repeats calls:")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, c := range f.Calls {
		fmt.Fprintf(t, "%d\t  %s\n", c.Count, c.Operation)
	}
	fmt.Fprintf(t, "%d\t  in all\n", f.Total)
	_ = t.Flush() // the writer below says what is wrong, if anything
	if s.Rate > 0 {
		least := time.Duration(float64(f.Total) / s.Rate * float64(time.Second)).Round(time.Second)
		fmt.Fprintf(w, "\nTime: at least %s, at %g requests a second, and the time that scaling activities take\n", least, s.Rate)
	} else {
		fmt.Fprintln(w, "\nTime: as fast as the target answers; -rate N sends at most N requests a second")
	}
}

func printTouched(w io.Writer, s target.Settings, f Forecast) {
	fmt.Fprintln(w)
	switch {
	case s.ByAPI():
		printLent(w, s)
		if f.Assumed != "" {
			fmt.Fprintf(w, "\nAssumed, for nothing could be looked at: groups that are active and have room, instances that are in no group.\n  %s\n", f.Assumed)
		}
	case s.Bindings != "":
		fmt.Fprintf(w, "Resources that change: the groups and instances of %s; detached instances are not put back\n", s.Bindings)
	case s.ProviderStates != "":
		fmt.Fprintf(w, "Resources that change: those that %s makes for each case\n", s.ProviderStates)
	case s.Embedded():
		fmt.Fprintln(w, "Resources that change: none outside this process")
	}
}

// printLent lists the resources that -arrange api changes.
func printLent(w io.Writer, s target.Settings) {
	a := s.API
	fmt.Fprintln(w, "Resources that change, and are put back as they were at the end:")
	group := "group " + a.ScalingGroupID
	if a.Create {
		group = "two new groups"
		fmt.Fprintf(w, "  %s\n    made with CreateScalingGroup, removed with DeleteScalingGroup where the target has it\n", group)
	} else {
		fmt.Fprintf(w, "  %s\n    enabled and disabled; MinSize, MaxSize and DefaultCooldown change\n", group)
		if a.OtherScalingGroupID != "" {
			fmt.Fprintf(w, "  group %s\n    enabled; MinSize and MaxSize change where instances find no room\n", a.OtherScalingGroupID)
		}
	}
	fmt.Fprintf(w, "  %d instances: %s\n    attached to and detached from these groups; never stopped, never released\n", len(a.InstanceIDs), strings.Join(a.InstanceIDs, ", "))
	if a.LoadBalancerID != "" {
		fmt.Fprintf(w, "  load balancer %s\n    switched off and on\n", a.LoadBalancerID)
	}
	if a.DBInstanceID != "" {
		fmt.Fprintf(w, "  DB instance %s\n    stopped and started\n", a.DBInstanceID)
	}
	fmt.Fprintf(w, "Nothing else is changed. Each change is written to %s first;\nafter a crash, `essconform sweep -journal %s` puts everything back.\n", s.JournalFile(), s.JournalFile())
}

// PrintUnable tells which cases could not run, by reason.
func PrintUnable(w io.Writer, unable []Unable, cases int) {
	if len(unable) == 0 {
		fmt.Fprintln(w, "\nAll cases could run, if everything is as it is said to be.")
		return
	}
	fmt.Fprintf(w, "\n%d of %d cases could not run, so that the verdict would be \"could not judge\":\n", len(unable), cases)
	const shown = 4
	by := map[string][]string{}
	var order []string
	for _, u := range unable {
		if by[u.Why] == nil {
			order = append(order, u.Why)
		}
		by[u.Why] = append(by[u.Why], u.Case)
	}
	for _, why := range order {
		names := by[why]
		more := ""
		if len(names) > shown {
			more = fmt.Sprintf(" and %d more", len(names)-shown)
			names = names[:shown]
		}
		fmt.Fprintf(w, "  %s\n    %s%s\n", why, strings.Join(names, ", "), more)
	}
}
