package defect

import (
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

const observable = "activity.observable"

// listed edits the activities that DescribeScalingActivities shows; keep drops those for which it is false.
func listed(keep func(fields []mock.Field) bool, edit func(f *mock.Field)) seam {
	return func(r *mock.Rules) {
		o := r.Operation("DescribeScalingActivities")
		next := o.Effect
		o.Effect = func(c *mock.Call) []mock.Field {
			fields := next(c)
			for i := range fields {
				if fields[i].Name != "ScalingActivities" {
					continue
				}
				fields[i].Fields = slices.DeleteFunc(fields[i].Fields,
					func(a mock.Field) bool { return !keep(a.Fields) })
				for _, a := range fields[i].Fields {
					for n := range a.Fields {
						edit(&a.Fields[n])
					}
				}
			}
			return fields
		}
	}
}

func every([]mock.Field) bool { return true }

func untouched(*mock.Field) {}

func named(fields []mock.Field, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return f.Text
		}
	}
	return ""
}

// activities cannot be followed by the answered id.
func activities() []single {
	return []single{
		{"activity.never-final", on(observable), "activities stay in progress for ever", func(r *mock.Rules) {
			r.Ends = func(time.Time, time.Duration) time.Time { return time.Time{} }
		}},
		{"activity.hours", on(observable), "activities take an hour", func(r *mock.Rules) {
			r.Ends = func(start time.Time, _ time.Duration) time.Time { return start.Add(time.Hour) }
		}},
		{
			"activity.unlisted", on(observable), "detaching activities cannot be looked up",
			listed(func(a []mock.Field) bool {
				return !strings.HasPrefix(named(a, "Description"), "detach")
			}, untouched),
		},
		{
			"activity.gone-when-final", on(observable), "an activity is gone as soon as it has ended",
			listed(func(a []mock.Field) bool {
				return named(a, "StatusCode") == mock.InProgress
			}, untouched),
		},
		{
			"activity.unknown-status", on(observable), "an activity ends in a status that is not documented",
			listed(every, func(f *mock.Field) {
				if f.Name == "StatusCode" && f.Text == mock.Successful {
					f.Text = "Done"
				}
			}),
		},
		{
			"activity.other-group", on(observable), "an activity is shown in another group",
			listed(every, func(f *mock.Field) {
				if f.Name == "ScalingGroupId" {
					f.Text = "asg-another"
				}
			}),
		},
		{
			"activity.made-up-id", on(observable), "the answered id is not that of the activity",
			answer(edited(activityID, func(id string) string { return id + "0" }), accepted),
		},
		{
			"activity.made-up-id-xml", on(observable), "in XML the answered id is not that of the activity",
			answer(edited(activityID, func(id string) string { return id + "0" }), accepted, inXML),
		},
		{
			"activity.id-upper-case-post", on(observable), "by POST the answered id is in upper case",
			answer(edited(activityID, strings.ToUpper), accepted, byPOST),
		},
		{
			"activity.id-without-prefix", on(observable), "the answered id has no prefix",
			answer(edited(activityID, func(id string) string { return strings.TrimPrefix(id, "asa-") }), accepted),
		},
		{
			"activity.id-is-request-id", on(observable), "the answered id is the RequestId",
			answer(func(a *mock.Answer) { set(activityID, value(a, requestID))(a) }, accepted),
		},
	}
}
