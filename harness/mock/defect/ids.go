package defect

import (
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/essconform/essconform/harness/mock"
)

const (
	uniqueID    = "response.request-id-unique"
	uniqueActID = "activity.unique"
	headerID    = "header.request-id"
	sampleID    = "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E"
)

// bodyID sets the RequestId in body and header.
func bodyID(id func(a *mock.Answer) string) func(*mock.Answer) {
	return func(a *mock.Answer) {
		own := id(a)
		set(requestID, own)(a)
		a.Header.Set("X-Acs-Request-Id", own)
	}
}

func fixed(id string) func(*mock.Answer) string { return func(*mock.Answer) string { return id } }

// repeating gives the same id to a number of answers in a row.
func repeating(n int64, id func(counter int64) string, edit func(id string) func(*mock.Answer), when ...filter) seam {
	return func(r *mock.Rules) {
		var count atomic.Int64
		answer(func(a *mock.Answer) { edit(id((count.Add(1) - 1) / n))(a) }, when...)(r)
	}
}

func numberedRequest(n int64) string  { return fmt.Sprintf("473469C7-AA6F-4DC5-B3DB-%012X", n) }
func numberedActivity(n int64) string { return fmt.Sprintf("asa-%020d", n) }

// requestIDs are missing, empty or not the answer's own.
func requestIDs() []single {
	return []single{
		{"id.request-constant", on(uniqueID), "every answer has the same RequestId", answer(bodyID(fixed(sampleID)))},
		{
			"id.request-constant-success", on(uniqueID), "every success has the same RequestId",
			answer(bodyID(fixed(sampleID)), accepted),
		},
		{
			"id.request-constant-errors", on(uniqueID), "every error has the same RequestId",
			answer(bodyID(fixed(sampleID)), refused),
		},
		{
			"id.request-constant-xml-errors", on(uniqueID), "every error in XML has the same RequestId",
			answer(bodyID(fixed(sampleID)), refused, inXML),
		},
		{
			"id.request-in-pairs", on(uniqueID), "two answers in a row share a RequestId",
			repeating(2, numberedRequest, func(id string) func(*mock.Answer) { return bodyID(fixed(id)) }),
		},
		{
			"id.request-in-tens", on(uniqueID), "ten answers in a row share a RequestId",
			repeating(10, numberedRequest, func(id string) func(*mock.Answer) { return bodyID(fixed(id)) }),
		},
		{
			"id.request-wraps", on(uniqueID), "RequestIds come again after 50 answers",
			repeating(1, func(n int64) string { return numberedRequest(n % 50) },
				func(id string) func(*mock.Answer) { return bodyID(fixed(id)) }),
		},
		{
			"id.request-of-code", on(uniqueID), "the RequestId of an error is made from its code",
			answer(bodyID(func(a *mock.Answer) string { return "ID-" + value(a, "Code") }), refused),
		},
		{
			"id.request-of-group", on(uniqueID), "the RequestId is made from the ScalingGroupId",
			answer(bodyID(func(a *mock.Answer) string {
				return "ID-" + a.Call.Request.Param("ScalingGroupId")
			})),
		},
		{
			"id.request-of-call", on(uniqueID), "the RequestId of an error is made from what was asked",
			answer(bodyID(func(a *mock.Answer) string {
				q := a.Call.Request
				return strings.Join([]string{
					"ID", q.Method, q.Param("Format"), q.Param("ScalingGroupId"),
					strings.Join(a.Call.InstanceIDs, "."), value(a, "Code"),
				}, "-")
			}), refused),
		},
		{"id.request-missing", on(hasID), "no answer has a RequestId", answer(without(requestID))},
		{"id.request-missing-errors", on(hasID), "errors have no RequestId", answer(without(requestID), refused)},
		{
			"id.request-missing-unauthorized", on(hasID), "Forbidden.Unauthorized has no RequestId",
			answer(without(requestID), coded("Forbidden.Unauthorized")),
		},
		{
			"id.request-missing-gateway", on(hasID), "a call without ScalingGroupId is refused without a RequestId",
			answer(without(requestID), coded("MissingScalingGroupId")),
		},
		{"id.request-empty", on(hasID), "every RequestId is empty", answer(bodyID(fixed("")))},
		{
			"id.request-empty-success", on(hasID), "the RequestId of success is empty",
			answer(set(requestID, ""), accepted),
		},
		{"id.request-blank", on(hasID), "every RequestId is a space", answer(set(requestID, " "))},
		{
			"id.request-in-header-only", on(hasID), "the RequestId of an error stands in the header only, by GET",
			answer(without(requestID), refused, byGET),
		},
		{
			"id.request-empty-later", on(hasID), "from the seventh answer on the RequestId is empty",
			answerFrom(7, set(requestID, "")),
		},
		{
			"id.header-differs", on(headerID), "the header has another RequestId",
			answer(func(a *mock.Answer) { a.Header.Set("X-Acs-Request-Id", sampleID) }),
		},
		{
			"id.header-differs-errors", on(headerID), "the header of an error has another RequestId",
			answer(func(a *mock.Answer) { a.Header.Set("X-Acs-Request-Id", sampleID) }, refused),
		},
		{
			"id.header-lower-case", on(headerID), "the header has the RequestId in lower case",
			answer(func(a *mock.Answer) {
				a.Header.Set("X-Acs-Request-Id", strings.ToLower(a.Header.Get("X-Acs-Request-Id")))
			}, inJSON),
		},
	}
}

// activityIDs are missing, empty or not the call's own.
func activityIDs() []single {
	return []single{
		{
			"id.activity-constant", on(uniqueActID), "every success has the same ScalingActivityId",
			answer(set(activityID, "asa-00000000000000000000"), accepted),
		},
		{
			"id.activity-sample", on(uniqueActID), "every success has the ScalingActivityId of the page's sample",
			answer(set(activityID, "asa-****"), accepted),
		},
		{
			"id.activity-in-pairs", on(uniqueActID), "two calls in a row share a ScalingActivityId",
			repeating(2, numberedActivity, func(id string) func(*mock.Answer) { return set(activityID, id) }, accepted),
		},
		{
			"id.activity-wraps", on(uniqueActID, "activity.observable"), "ScalingActivityIds come again after 30 calls",
			repeating(1, func(n int64) string { return numberedActivity(n % 30) },
				func(id string) func(*mock.Answer) { return set(activityID, id) }, accepted),
		},
		{
			"id.activity-of-group", on(uniqueActID),
			"every success of a group has the ScalingActivityId of the group's first activity",
			effect(func(next func(*mock.Call) []mock.Field) func(*mock.Call) []mock.Field {
				return func(c *mock.Call) []mock.Field {
					next(c)
					return []mock.Field{text(activityID, c.Group.Activities[0].ID)}
				}
			}),
		},
		{
			"id.activity-constant-xml", on(uniqueActID), "every success in XML has the same ScalingActivityId",
			answer(set(activityID, "asa-00000000000000000000"), accepted, inXML),
		},
		{
			"id.activity-missing", on(hasActID), "success has no ScalingActivityId",
			answer(without(activityID), accepted),
		},
		{
			"id.activity-missing-many", on(hasActID), "success with more than one instance has no ScalingActivityId",
			answer(without(activityID), accepted, func(a *mock.Answer) bool { return len(a.Call.Instances) > 1 }),
		},
		{"id.activity-empty", on(hasActID), "every ScalingActivityId is empty", answer(set(activityID, ""), accepted)},
		{
			"id.activity-blank", on(hasActID), "every ScalingActivityId is a space",
			answer(set(activityID, " "), accepted),
		},
		{
			"id.activity-empty-later", on(hasActID), "from the fourth success on the ScalingActivityId is empty",
			answerFrom(4, set(activityID, ""), accepted),
		},
		{
			"id.activity-in-errors", on("response.error-has-no-activity"), "errors carry a ScalingActivityId",
			answer(added(text(activityID, "asa-none")), refused),
		},
		{
			"id.activity-in-one-error", on("response.error-has-no-activity"),
			"IncorrectCapacity.MinSize carries a ScalingActivityId",
			answer(added(text(activityID, "asa-none")), coded("IncorrectCapacity.MinSize")),
		},
	}
}
