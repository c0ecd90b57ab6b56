package extreme

import (
	"net"
	"slices"

	"github.com/essconform/essconform/spec"
)

// Null is a target that implements nothing, and answers every call in the same way.
type Null struct {
	Name   string
	Target Behaviour
	// Passes are the cases that its one answer really satisfies, as patterns, and Why says so. Observed are more of
	// them, which it satisfies when others can be seen not to change.
	Passes, Observed []string
	Why              string
	// Code is the documented code that it refuses every call with.
	Code string
	// Format is the only one in which it answers; "" for the one that is asked for.
	Format spec.Format
	// Blind tells that it satisfies Passes only as long as no effect can be looked at.
	Blind bool
}

// anyRefusal are the cases that demand a refusal of which no document prints status or code: a target that refuses
// everything passes these.
var anyRefusal = []string{"both.*", "detach.too-many", "param.group-missing", "param.instance-missing"}

// anyRefusalObserved are those of them that also look whether the call changed anything.
var anyRefusalObserved = []string{
	"instance.of-another-group", "instance.of-another-group-among-valid", "instance.of-another-group-before-valid",
	"instance.of-another-group.*", "instance.of-another-group-beside-unknown",
	"near-miss.instance-list", "near-miss.instance-space-before", "near-miss.instance-space-behind",
	"no-effect.group-missing", "no-effect.instance-missing", "no-effect.too-many", "sequence.denied-and-more",
}

// inJSONOnly are the variants of cases in which JSON is asked for.
func inJSONOnly(cases []string) []string {
	out := make([]string, len(cases))
	for i, c := range cases {
		out[i] = c + "/json/*"
	}
	return out
}

// Nulls gives every null target. Those whose answer says something come last.
func Nulls() []Null {
	const page = "<!DOCTYPE html>\n<html><head><title>It works</title></head><body><p>It works!</p></body></html>\n"
	return []Null{
		{Name: "always 500", Target: same("500 Internal Server Error", contentType("text/plain"), "oops\n")},
		{Name: "empty 200", Target: same("200 OK", "", "")},
		{Name: "empty 400", Target: same("400 Bad Request", "", "")},
		{Name: "204", Target: same("204 No Content", "", "")},
		{Name: "an empty JSON object", Target: same("200 OK", contentType(typeJSON), "{}")},
		{Name: "an empty JSON object, 400", Target: same("400 Bad Request", contentType(typeJSON), "{}")},
		{Name: "null", Target: same("200 OK", contentType(typeJSON), "null")},
		{Name: "an empty element", Target: same("200 OK", contentType(typeXML), "<x/>")},
		{
			Name:   "an empty root, in the format asked for",
			Target: whole(func(c Call) string { return rendered(c, "200 OK", successRoot) }),
		},
		{
			Name:   "an empty error, in the format asked for",
			Target: whole(func(c Call) string { return rendered(c, "404 Not Found", errorRoot) }),
		},
		{Name: "an HTML page", Target: same("200 OK", contentType("text/html; charset=utf-8"), page)},
		{Name: "an HTML page, 404", Target: same("404 Not Found", contentType("text/html; charset=utf-8"), page)},
		{
			Name:   "the request echoed",
			Target: whole(func(c Call) string { return response("200 OK", contentType("text/plain"), c.Text) }),
		},
		{Name: "the request echoed as JSON", Target: whole(func(c Call) string {
			return response("200 OK", contentType(typeJSON),
				inJSON([]field{{"Action", c.Action}, {"Format", c.Format}}))
		})},
		{Name: "a redirect to itself", Target: same("302 Found", "Location: /\r\n", "")},
		{Name: "a permanent redirect to itself", Target: same("308 Permanent Redirect", "Location: /\r\n", "")},
		{Name: "reset", Target: reset},
		{Name: "closed without a word", Target: func(net.Conn, Call, <-chan struct{}) {}},
		{Name: "hang", Target: hang},
		{Name: "right answers as plain text", Target: whole(func(c Call) string {
			body := inXML(successRoot, success(freshID(), "asa-"+freshID()))
			if c.Format == "json" {
				body = inJSON(success(freshID(), "asa-"+freshID()))
			}
			return response("200 OK", contentType("text/plain"), body)
		})},
		{Name: "right answers with the content type of the other format", Target: whole(func(c Call) string {
			if c.Format == "json" {
				return response("200 OK", contentType(typeXML), inJSON(success(freshID(), "asa-"+freshID())))
			}
			return response("200 OK", contentType(typeJSON), inXML(successRoot, success(freshID(), "asa-"+freshID())))
		})},
		{Name: "an internal error, as documented", Target: whole(func(c Call) string {
			return rendered(c, "500 Internal Server Error", errorRoot,
				failure(freshID(), "InternalError", "The request processing has failed due to some unknown error.")...)
		})},
		{Name: "always accepted, ids that repeat", Target: whole(func(c Call) string {
			return rendered(c, "200 OK", successRoot, success(recordedID, "asa-1")...)
		})},
		{Name: "always an unknown group, ids that repeat", Target: whole(func(c Call) string {
			return rendered(c, "404 Not Found", errorRoot,
				failure(recordedID, "InvalidScalingGroupId.NotFound", unknownGroup)...)
		})},
		{Name: "a static server that replays one success for each format", Target: whole(func(c Call) string {
			if c.Format == "json" {
				return response("200 OK", contentType(typeJSON), inJSON(success(recordedID, "asa-1")))
			}
			return response("200 OK", contentType(typeXML), "<?xml version='1.0' encoding='UTF-8'?>"+
				inXML(successRoot, success("B1A9B2E5-3B5D-4D04-9F2D-2C4AB0F4D3A7", "asa-2")))
		})},
		{
			Name: "an unknown operation",
			Target: whole(func(c Call) string {
				return rendered(c, "404 Not Found", errorRoot,
					failure(freshID(), "InvalidAction.NotFound",
						"Specified api is not found, please check your url and method.")...)
			}),
			Passes: slices.Concat(anyRefusal, []string{"action.unknown"}), Observed: anyRefusalObserved,
			Why: "it is the known answer to an unknown Action, and a refusal",
		},
		{
			Name: "always accepted", Target: Accepts, Passes: acceptances,
			Blind: true,
			Why:   "an acceptance is what they ask for, and no effect of it is looked at",
		},
		{
			Name: "always an unknown group", Target: RefusesGroups, Code: "InvalidScalingGroupId.NotFound",
			Passes:   slices.Concat(anyRefusal, groupRefusals, []string{"format.same-answer.group"}),
			Observed: slices.Concat(anyRefusalObserved, groupRefusalsObserved),
			Why:      "it is the documented answer to an unknown group, and a refusal",
		},
		{
			Name: "always an unknown group, in JSON",
			Target: whole(func(Call) string {
				return rendered(Call{Format: "json"}, "404 Not Found", errorRoot,
					failure(freshID(), "InvalidScalingGroupId.NotFound", unknownGroup)...)
			}),
			Format: spec.JSON, Code: "InvalidScalingGroupId.NotFound",
			Passes:   slices.Concat(inJSONOnly(anyRefusal), inJSONOnly(groupRefusals[1:]), groupRefusals[:1]),
			Observed: inJSONOnly(slices.Concat(anyRefusalObserved, groupRefusalsObserved)),
			Why:      "as before, where JSON or nothing was asked for",
		},
		{
			Name: "always unauthorized", Code: "Forbidden.Unauthorized",
			Target: whole(func(c Call) string {
				return rendered(c, "403 Forbidden", errorRoot,
					failure(freshID(), "Forbidden.Unauthorized",
						"A required authorization for the specified action is not supplied.")...)
			}),
			Passes: slices.Concat(anyRefusal, []string{
				"error.Forbidden.Unauthorized", "error.Forbidden.Unauthorized.full-list",
			}),
			Observed: slices.Concat(anyRefusalObserved, []string{"no-effect.Forbidden.Unauthorized"}),
			Why:      "it is the documented answer to a caller without permission, and a refusal",
		},
	}
}

const (
	recordedID   = "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E"
	unknownGroup = "The specified scaling group does not exist."
)

// acceptances are the cases that a documented acceptance with fresh ids satisfies.
var acceptances = []string{
	"detach.one", "detach.many", "detach.max", "detach.to-min-size", "detach.during-cooldown", "encoding.gzip",
	"encoding.percent",
	"format.absent", "format.lower-case", "format.same-answer", "ids.unique", "method.works", "params.later-editions",
	"params.empty", "params.reversed", "params.shuffled", "params.sorted", "params.unknown",
}

// groupRefusals are the cases that the documented refusal of a group satisfies.
var groupRefusals = []string{
	"format.absent-error", "error.InvalidScalingGroupId.NotFound", "escaping.group", "format.lower-case-error",
	"ids.unique-errors", "error.InvalidScalingGroupId.NotFound.full-list",
}

// groupRefusalsObserved are those of them that also look whether the call changed anything.
var groupRefusalsObserved = []string{
	"no-effect.InvalidScalingGroupId.NotFound", "near-miss.group-longer", "near-miss.group-other-case",
	"near-miss.group-shorter", "late.bystander",
}

// Accepts is the documented acceptance, with fresh ids.
var Accepts = whole(func(c Call) string {
	return rendered(c, "200 OK", successRoot, success(freshID(), "asa-"+freshID())...)
})

// RefusesGroups is the documented refusal of an unknown group, with a fresh RequestId.
var RefusesGroups = whole(func(c Call) string {
	return rendered(c, "404 Not Found", errorRoot,
		failure(freshID(), "InvalidScalingGroupId.NotFound", unknownGroup)...)
})
