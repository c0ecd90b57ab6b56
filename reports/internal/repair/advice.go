package repair

import (
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/wildcard"
)

// advice says what to change in a server that violates a requirement. The first pattern that fits is taken. {want}
// and {got} are those of the finding, {code} is the error code that the requirement's id ends with, and {when} is
// when that error is due.
var advice = []struct{ requirement, text string }{
	{
		"wire.well-formed",
		"Send each answer as one complete document in valid UTF-8, with no field twice and nothing after it.",
	},
	{"format.xml", "Answer a call with Format=XML in XML, errors too, with a Content-Type to match."},
	{"format.json", "Answer a call with Format=JSON in JSON, errors too, with a Content-Type to match."},
	{"format.default", "Answer a call without Format in JSON or XML, with a Content-Type to match."},
	{"format.case", "Read the value of Format without regard to upper and lower case."},
	{"format.unknown", "Refuse a Format that does not exist with InvalidParameter.Format and HTTP 400."},
	{"format.same-answer", "Put the same fields into the XML and the JSON form of an answer."},
	{
		"response.success.json",
		"Answer an accepted call in JSON with an object that holds RequestId and ScalingActivityId as strings.",
	},
	{
		"response.success.xml",
		"Answer an accepted call in XML with the root element DetachInstancesResponse, " +
			"which holds RequestId and ScalingActivityId.",
	},
	{
		"response.error.json",
		"Answer a refused call in JSON with an object that holds RequestId, Code, Message and HostId as strings.",
	},
	{
		"response.error.xml",
		"Answer a refused call in XML with the root element Error, which holds RequestId, Code and Message.",
	},
	{
		"response.error-has-no-activity",
		"Leave ScalingActivityId out of the answer to a refused call, and start no activity for it.",
	},
	{"response.request-id", "Put a RequestId that is not empty into every answer, errors too."},
	{"response.request-id-unique", "Make a new RequestId for every answer."},
	{"header.request-id", "Send the RequestId of the body in the header x-acs-request-id, or leave the header out."},

	{"error.status.*", "Return {want}, not {got}, when {when}."},
	{"error.code.*", "Return the Code {code} when {when}, spelled exactly so."},
	{
		"error.message.*",
		"Return the documented Message when {when}, word for word but for the id and the quotes around it.",
	},
	{"error.no-effect", "Change nothing when a call is refused: check the whole call before detaching any instance."},

	{"detach.one", "Accept a valid call that detaches one instance."},
	{"detach.many", "Accept a valid call that detaches several instances, numbered InstanceId.1 and on."},
	{"detach.max", "Accept a valid call that detaches up to 20 instances."},
	{"detach.range", "Refuse a call that numbers an instance outside 1 to 20."},
	{"detach.independent", "Let an instance that was detached be attached to another scaling group."},
	{"detach.keeps-running", "Leave an instance that is detached running: neither stop nor release it."},
	{
		"detach.leaves-group",
		"Take exactly the instances that the call names out of the scaling group by the end of its activity.",
	},

	{
		"group.enabled",
		"Refuse the call with IncorrectScalingGroupStatus when the scaling group is not Active, and only then.",
	},
	{
		"group.idle",
		"Refuse the call with ScalingActivityInProgress while a scaling activity of the group is in progress, " +
			"and only then.",
	},
	{"group.cooldown", "Accept the call during the cooldown of the scaling group when no activity is in progress."},
	{
		"group.min-size",
		"Refuse the call with IncorrectCapacity.MinSize when fewer than MinSize instances would be left.",
	},
	{"group.min-size-boundary", "Accept a call that leaves exactly MinSize instances."},
	{
		"group.load-balancer",
		"Refuse the call with IncorrectLoadBalancerStatus when a load balancer of the group is not Active.",
	},
	{
		"group.db-instance",
		"Refuse the call with IncorrectDBInstanceStatus when a DB instance of the group is not Running, and name it.",
	},
	{"group.settings-kept", "Leave the settings of the scaling group as they are when a call is accepted."},
	{"group.exists", "Refuse the call with InvalidScalingGroupId.NotFound when the scaling group does not exist."},
	{
		"instance.exists",
		"Refuse the call with InvalidInstanceId.NotFound when an instance does not exist, and name it in the Message.",
	},
	{
		"instance.in-group",
		"Refuse a call that names an instance of another scaling group or of none, and change nothing.",
	},
	{"activity.accepted", "Return the ScalingActivityId of the activity that an accepted call started."},
	{
		"activity.observable",
		"Let DescribeScalingActivities find the activity by its id until it has reached a final state.",
	},
	{"activity.unique", "Start an activity with an id of its own for every accepted call."},

	{"auth.unauthorized", "Refuse a caller who has not been granted DetachInstances with Forbidden.Unauthorized."},
	{"auth.required", "Refuse a call without a signature."},
	{"auth.clock", "Refuse a Timestamp that is 20 minutes off with its documented code and HTTP 400."},
	{"auth.signature", "Refuse a wrong signature with SignatureDoesNotMatch or IncompleteSignature, HTTP 400 or 403."},
	{"auth.unknown-key", "Refuse an unknown AccessKeyId with InvalidAccessKeyId.NotFound, HTTP 404 or 400."},
	{"auth.timestamp", "Refuse a malformed or expired Timestamp with its documented code and HTTP 400."},
	{"auth.nonce", "Refuse a SignatureNonce that was used before with SignatureNonceUsed and HTTP 400."},
	{"action.unknown", "Refuse an unknown Action with InvalidAction.NotFound or InvalidApi.NotFound and HTTP 404."},
	{"version.unknown", "Refuse a wrong Version with InvalidVersion or NoSuchVersion and HTTP 400."},
	{"param.group-required", "Refuse a call without ScalingGroupId."},
	{"param.instance-required", "Refuse a call without any InstanceId.N."},
	{"instance.verbatim", "Take the value of InstanceId.N as it is: neither trim white space nor split it at commas."},
	{"version.required", "Refuse a call without a Version."},
	{"param.placement", "Read parameters from the query and from the form body, also of one call."},
	{"param.encoding", "Read + and %20 as a space, and percent-encoding in names and values."},
	{"param.escaping", "Escape ids in answers as the format asks for, and answer letters beyond ASCII in UTF-8."},
	{"params.unknown-tolerated", "Accept a valid call that has parameters which are not known."},
	{"params.order", "Read the parameters whatever their order is."},
	{"method.get", "Accept the call as a GET with all parameters in the query."},
	{"method.post", "Accept the call as a POST with all parameters in a form body."},
}

// when says when an error is due.
var when = map[string]string{
	"IncorrectScalingGroupStatus":    "the scaling group is not Active",
	"ScalingActivityInProgress":      "a scaling activity of the group is in progress",
	"IncorrectLoadBalancerStatus":    "a load balancer of the group is not Active",
	"IncorrectDBInstanceStatus":      "a DB instance of the group is not Running",
	"IncorrectCapacity.MinSize":      "fewer than MinSize instances would be left",
	"Forbidden.Unauthorized":         "the caller has not been granted DetachInstances",
	"InvalidScalingGroupId.NotFound": "the scaling group does not exist",
	"InvalidInstanceId.NotFound":     "an instance does not exist",
}

// Advice is one plain sentence on what to change, made from the requirement and what was found.
func Advice(f reports.Finding) string {
	if escapedTwice(f) {
		return escapeOnce
	}
	for _, a := range advice {
		if !wildcard.Match(a.requirement, f.Requirement) {
			continue
		}
		code := ""
		if star := strings.IndexByte(a.requirement, '*'); star >= 0 {
			code = f.Requirement[star:]
		}
		due, known := when[code]
		if !known {
			due = code + " is due"
		}
		text := func(s string) string { return printable.Bounded(s, adviceText) }
		return strings.NewReplacer(
			"{want}", text(f.Want), "{got}", text(f.Got), "{code}", text(code), "{when}", text(due)).Replace(a.text)
	}
	if f.Text != "" {
		return "Make this hold: " + printable.Bounded(f.Text, 4*adviceText)
	}
	return "Look at what was wanted and what came."
}

// adviceText bounds what a sentence quotes, in runes.
const adviceText = 80
