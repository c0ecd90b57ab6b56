package defect

import (
	"slices"
	"strconv"
	"strings"

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
				before := len(fields[i].Fields)
				fields[i].Fields = slices.DeleteFunc(fields[i].Fields,
					func(a mock.Field) bool { return !keep(a.Fields) })
				if hidden := before - len(fields[i].Fields); hidden > 0 { // what is not listed is not counted either
					count(fields, -hidden)
				}
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

// count changes the TotalCount of a listing.
func count(fields []mock.Field, by int) {
	for i := range fields {
		if fields[i].Name == "TotalCount" {
			total, _ := strconv.Atoi(fields[i].Text) // the mock wrote it
			fields[i].Text = strconv.Itoa(total + by)
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
