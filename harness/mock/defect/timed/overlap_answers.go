package timed

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/essconform/essconform/harness/mock"
)

// mixed edits an answer to the operation with the answer that goes out at the same time, a copy.
func mixed(edit func(mine, theirs *mock.Answer, first bool)) seam {
	return func(r *mock.Rules) {
		var m meeting[*mock.Answer]
		answered(func(a *mock.Answer) {
			whole := *a
			whole.Fields, whole.Header = slices.Clone(a.Fields), maps.Clone(a.Header)
			if theirs, first, met := m.with("", &whole); met {
				edit(a, theirs, first)
			}
		})(r)
	}
}

// sent puts an answer to the operation on the wire with the body that goes out at the same time.
func sent(how func(w http.ResponseWriter, a *mock.Answer, mine, theirs []byte, next func([]byte))) seam {
	return func(r *mock.Rules) {
		var m meeting[[]byte]
		next := r.Send
		r.Send = func(w http.ResponseWriter, a *mock.Answer, body []byte) {
			if a.Call.Request.Param("Action") == operation {
				if theirs, first, met := m.with("", bytes.Clone(body)); met && !first {
					how(w, a, body, theirs, func(b []byte) { next(w, a, b) })
					return
				}
			}
			next(w, a, body)
		}
	}
}

// mixedAnswers are answers that belong to another call.
func mixedAnswers() []Entry {
	return []Entry{
		{
			Name:         "overlap.answers-swapped",
			Requirements: on(observable, leaves, noEffect, oneWorks),
			Note:         "of two calls at once each gets the answer of the other, in its own format",
			Source:       "mock-server/mockserver-monorepo#427",
			Break: mixed(func(mine, theirs *mock.Answer, _ bool) {
				mine.Status, mine.Root, mine.Fields, mine.Problem = theirs.Status, theirs.Root, theirs.Fields,
					theirs.Problem
				mine.Header.Set("X-Acs-Request-Id", theirs.Header.Get("X-Acs-Request-Id"))
			}),
		},
		{
			Name:         "overlap.answer-of-other",
			Requirements: on(uniqueID, uniqueAct, observable),
			Note:         "of two calls at once both get the answer of the first",
			Source:       "wiremock/wiremock#473",
			Break: mixed(func(mine, theirs *mock.Answer, first bool) {
				if !first {
					mine.Status, mine.Root, mine.Fields, mine.Problem = theirs.Status, theirs.Root, theirs.Fields,
						theirs.Problem
					mine.Header.Set("X-Acs-Request-Id", theirs.Header.Get("X-Acs-Request-Id"))
				}
			}),
		},
		{
			Name:         "overlap.formats-swapped",
			Requirements: on("format.json", "format.xml"),
			Note:         "of two calls at once each gets the format of the other",
			Break: mixed(func(mine, theirs *mock.Answer, _ bool) {
				mine.Format = theirs.Format
				mine.Header.Set("Content-Type", theirs.Header.Get("Content-Type"))
			}),
		},
		{
			Name:         "overlap.message-of-other",
			Requirements: on("error.message.InvalidInstanceId.NotFound", instKnown),
			Note:         "of two refusals at once the second has the message of the first",
			Break: mixed(func(mine, theirs *mock.Answer, first bool) {
				if !first && mine.Problem != nil && theirs.Problem != nil {
					set(mine.Fields, "Message", value(theirs.Fields, "Message"))
				}
			}),
		},
		{
			Name: "overlap.code-of-other",
			Requirements: on(
				"error.code.InvalidInstanceId.NotFound", "error.code.IncorrectCapacity.MinSize",
				"error.code.InvalidScalingGroupId.NotFound", instKnown, groupKnown, sizeKept,
			),
			Note: "of two refusals at once each has the Code of the other",
			Break: mixed(func(mine, theirs *mock.Answer, _ bool) {
				if mine.Problem != nil && theirs.Problem != nil {
					set(mine.Fields, "Code", value(theirs.Fields, "Code"))
				}
			}),
		},
		{
			Name:         "overlap.activity-of-other",
			Requirements: on(uniqueAct, observable),
			Note:         "of two accepted calls at once the second has the ScalingActivityId of the first",
			Break: mixed(func(mine, theirs *mock.Answer, first bool) {
				if !first && mine.Problem == nil && theirs.Problem == nil {
					set(mine.Fields, activityID, value(theirs.Fields, activityID))
				}
			}),
		},
		{
			Name:         "overlap.activities-swapped",
			Requirements: on(observable, uniqueAct),
			Note:         "of two accepted calls at once each has the ScalingActivityId of the other",
			Break: mixed(func(mine, theirs *mock.Answer, _ bool) {
				if mine.Problem == nil && theirs.Problem == nil {
					set(mine.Fields, activityID, value(theirs.Fields, activityID))
				}
			}),
		},
		{
			Name:         "overlap.request-id-of-other",
			Requirements: on(uniqueID),
			Note:         "of two answers at once the second has the RequestId of the first",
			Break: mixed(func(mine, theirs *mock.Answer, first bool) {
				if !first {
					setRequestID(mine, value(theirs.Fields, requestID))
				}
			}),
		},
		{
			Name:         "overlap.shared-buffer",
			Requirements: on("wire.well-formed"),
			Note:         "of two answers at once the second goes out with the first one before its end",
			Break: sent(func(_ http.ResponseWriter, _ *mock.Answer, mine, theirs []byte, next func([]byte)) {
				next(slices.Concat(mine[:len(mine)/2], theirs))
			}),
		},
		{
			Name:         "overlap.body-missing",
			Requirements: on("wire.well-formed", "response.success.json", "response.success.xml"),
			Note:         "of two answers at once the second has no body",
			Source:       "cantaloupe-project/cantaloupe#116",
			Break: sent(func(_ http.ResponseWriter, _ *mock.Answer, _, _ []byte,
				next func([]byte),
			) {
				next(nil)
			}),
		},
		{
			Name:         "overlap.no-answer",
			Requirements: on("wire.well-formed", oneWorks),
			Note:         "of two calls at once the second gets no answer, as its connection is closed",
			Source:       "localstack/localstack#2825",
			Break: sent(func(http.ResponseWriter, *mock.Answer, []byte, []byte, func([]byte)) {
				panic(http.ErrAbortHandler)
			}),
		},
	}
}

// remote is a header that the mock itself adds: from which connection a request came.
const remote = "X-Mock-Connection"

// ids repeat when calls come at the same time.
func ids() []Entry {
	numbered := func(n int64) string { return fmt.Sprintf("asa-%020d", n) }
	request := func(n int64) string { return fmt.Sprintf("473469C7-AA6F-4DC5-B3DB-%012X", n&0xffffffffffff) }
	return []Entry{
		{
			Name:         "overlap.activity-ids-millisecond",
			Requirements: on(uniqueAct),
			Note:         "ScalingActivityIds are made from a clock in milliseconds",
			Source:       "floci-io/floci-gcp#94",
			Break:        activityNamed(func(c *mock.Call) string { return numbered(c.World.Now().UnixMilli()) }),
		},
		{
			Name:         "overlap.activity-ids-second",
			Requirements: on(uniqueAct),
			Note:         "ScalingActivityIds are made from a clock in seconds",
			Break:        activityNamed(func(c *mock.Call) string { return numbered(c.World.Now().Unix()) }),
		},
		{
			Name:         "overlap.activity-ids-per-connection",
			Requirements: on(uniqueAct),
			Note:         "each connection counts its own ScalingActivityIds",
			Break: fresh(func(counts map[string]int64) seam {
				return all(connections, activityNamed(func(c *mock.Call) string {
					from := c.Request.Header.Get(remote)
					counts[from]++
					return numbered(counts[from])
				}))
			}),
		},
		{
			Name:         "overlap.request-ids-millisecond",
			Requirements: on(uniqueID),
			Note:         "RequestIds are made from a clock in milliseconds",
			Source:       "NetsBlox/NetsBlox#2168",
			Break:        answered(func(a *mock.Answer) { setRequestID(a, request(a.Call.Now.UnixMilli())) }),
		},
		{
			Name:         "overlap.request-ids-second",
			Requirements: on(uniqueID),
			Note:         "RequestIds are made from a clock in seconds",
			Break:        answered(func(a *mock.Answer) { setRequestID(a, request(a.Call.Now.Unix())) }),
		},
	}
}

// activityNamed names the activities that the operation starts.
func activityNamed(name func(c *mock.Call) string) seam {
	return func(r *mock.Rules) {
		var current *mock.Call // while the world is held
		usual := r.ActivityID
		r.ActivityID = func(ids *mock.IDs) string {
			if current == nil {
				return usual(ids)
			}
			return name(current)
		}
		instead(operation, func(c *mock.Call, next func(*mock.Call) []mock.Field) []mock.Field {
			current = c
			defer func() { current = nil }()
			return next(c)
		})(r)
	}
}

// connections lets calls know from which connection they came.
func connections(r *mock.Rules) {
	next := r.Parse
	r.Parse = func(q *http.Request, body []byte) *mock.Request {
		parsed := next(q, body)
		parsed.Header = parsed.Header.Clone()
		parsed.Header.Set(remote, q.RemoteAddr)
		return parsed
	}
}
