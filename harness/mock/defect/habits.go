package defect

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/mock/defect/timed"
)

// The requirements about how other clients write a call.
const (
	placement  = "param.placement"
	encoding   = "param.encoding"
	escaping   = "param.escaping"
	clock      = "auth.clock"
	settings   = "group.settings-kept"
	groupKnown = "group.exists"
	instKnown  = "instance.exists"
	verbatim   = "instance.verbatim"
)

// habits misread what clients other than the usual one send: another place, another encoding, a special id, another
// time.
func habits() []timed.Entry {
	return []timed.Entry{
		{
			Name:         "habit.post-query-ignored",
			Requirements: on(placement),
			Note:         "by POST the parameters in the query do not count",
			Break: reread(func(q *mock.Request,
				_ string,
			) url.Values {
				return choose(isPOST(q), q.Form, q.Params)
			}),
		},
		{
			Name:         "habit.post-body-ignored",
			Requirements: on(placement, "method.post"),
			Note:         "by POST the parameters in the body do not count",
			Break: reread(func(q *mock.Request,
				_ string,
			) url.Values {
				return choose(isPOST(q), q.Query, q.Params)
			}),
		},
		{
			Name:         "habit.post-in-one-place",
			Requirements: on(placement),
			Note:         "by POST the body does not count when there is a query",
			Break: reread(func(q *mock.Request, _ string) url.Values {
				return choose(isPOST(q) && len(q.Query) > 0, q.Query, q.Params)
			}),
		},
		{
			Name:         "habit.post-query-beside-body",
			Requirements: on(placement),
			Note:         "by POST the operation's parameters in the query do not count when some are in the body",
			Break: reread(func(q *mock.Request, _ string) url.Values {
				values := maps.Clone(q.Params)
				for name := range q.Query {
					own := name == "ScalingGroupId" || strings.HasPrefix(name, "InstanceId.")
					if isPOST(q) && len(q.Form) > 0 && own && !q.Form.Has(name) {
						delete(values, name)
					}
				}
				return values
			}),
		},
		{
			Name:         "habit.region-required",
			Requirements: on("detach.one"),
			Note:         "a call without RegionId is a server error",
			Break:        fails(func(c *mock.Call) bool { return !c.Request.Params.Has("RegionId") }),
		},
		{
			Name:         "habit.empty-parameter-fails",
			Requirements: on("params.unknown-tolerated"),
			Note:         "a parameter without a value is a server error",
			Break: fails(func(c *mock.Call) bool {
				return slices.ContainsFunc(slices.Collect(maps.Values(c.Request.Params)),
					func(values []string) bool { return slices.Contains(values, "") })
			}),
		},
		{
			Name:         "habit.headers-mean-v3",
			Requirements: on(placement),
			Note:         "x-acs-action in the header asks for a signature in the header, too",
			Break: fails(func(c *mock.Call) bool {
				return c.Request.Header.Get("X-Acs-Action") != "" && c.Request.Header.Get("Authorization") == ""
			}),
		},
		{
			Name:         "habit.form-charset-unread",
			Requirements: on(placement),
			Note:         "a form body whose Content-Type has a parameter is not read",
			Break: reread(func(q *mock.Request, _ string) url.Values {
				return choose(strings.Contains(q.Header.Get("Content-Type"), ";"), q.Query, q.Params)
			}),
		},
		{
			Name:         "habit.plus-literal",
			Requirements: on(encoding),
			Note:         "a plus sign stays a plus sign, so that a signature over a space does not fit",
			Source:       "ceph/ceph#10919",
			Break:        signedOver(func(raw string) string { return strings.ReplaceAll(raw, "+", "%2B") }),
		},
		{
			Name:         "habit.space-refused",
			Requirements: on(encoding),
			Note:         "a signature over a value with a space does not fit, however the space is written",
			Source:       "scireum/s3ninja#153", Break: signedOver(func(raw string) string {
				return strings.NewReplacer("+", "%252B", "%20", "%2520").Replace(raw)
			}),
		},
		{
			Name:         "habit.names-encoded",
			Requirements: on(encoding),
			Note:         "percent-encoding in names of parameters is not decoded",
			Break: reread(func(_ *mock.Request, raw string) url.Values {
				return decoded(strings.Join(namesEncoded(strings.Split(raw, "&")), "&"))
			}),
		},
		{
			Name:         "habit.values-encoded",
			Requirements: on(encoding),
			Note:         "percent-encoding in values of parameters is not decoded",
			Break: reread(func(_ *mock.Request, raw string) url.Values {
				return decoded(strings.ReplaceAll(raw, "%", "%25"))
			}),
		},
		{
			Name:         "habit.values-decoded-twice",
			Requirements: on(encoding),
			Note:         "values of parameters are percent-decoded twice",
			Break: reread(func(_ *mock.Request, raw string) url.Values {
				values := decoded(raw)
				for _, all := range values {
					for i, v := range all {
						if again, err := url.PathUnescape(v); err == nil {
							all[i] = again
						}
					}
				}
				return values
			}),
		},
		{
			Name:         "habit.xml-unescaped",
			Requirements: on(escaping, "wire.well-formed"),
			Note:         "an id stands in XML as it was sent, whatever is in it",
			Source:       "scality/cloudserver#66",
			Break:        body(strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">").Replace, inXML, refused),
		},
		{
			Name:         "habit.json-unescaped",
			Requirements: on(escaping, "wire.well-formed"),
			Note:         "quotes in an id end the text in JSON",
			Break:        quotesBare,
		},
		{
			Name:         "habit.not-utf8",
			Requirements: on(escaping, "wire.well-formed"),
			Note:         "letters outside ASCII go out as Latin-1",
			Break:        body(latin1, refused),
		},
		{
			Name:         "habit.special-id-fails",
			Requirements: on(escaping),
			Note:         "an id with a character that a format must escape is a server error",
			Break: fails(func(c *mock.Call) bool {
				return anyID(c, func(id string) bool { return strings.ContainsAny(id, `&<>"'`) })
			}),
		},
		{
			Name:         "habit.foreign-letters-fail",
			Requirements: on(escaping),
			Note:         "an id with a letter outside ASCII is a server error",
			Break:        fails(nonASCII),
		},
		{
			Name:         "habit.foreign-letters-page",
			Requirements: on(escaping),
			Note:         "an id with a letter outside ASCII gets a page of HTML with status 500",
			Break: both(
				answer(func(a *mock.Answer) {
					a.Status = http.StatusInternalServerError
					a.Header.Set("Content-Type", "text/html")
				}, foreignID),
				body(instead(page), foreignID),
			),
		},
		{
			Name:         "habit.long-id-fails",
			Requirements: on(instKnown, escaping, "error.code.InvalidInstanceId.NotFound"),
			Note:         "an id of more than 64 characters is a server error",
			Break: fails(func(c *mock.Call) bool {
				return anyID(c,
					func(id string) bool { return len(id) > 64 })
			}),
		},
		{
			Name:         "habit.group-by-prefix",
			Requirements: on(groupKnown),
			Note:         "a group whose id begins with the ScalingGroupId is taken for it",
			Break: lookedUp(func(sent, id string) bool { return sent != "" && strings.HasPrefix(id, sent) },
				nil),
		},
		{
			Name: "habit.group-any-case", Requirements: on(groupKnown), Note: "a ScalingGroupId counts in any case",
			Break: lookedUp(strings.EqualFold, nil),
		},
		{
			Name: "habit.group-cut", Requirements: on(groupKnown), Note: "a ScalingGroupId that is too long is cut",
			Break: lookedUp(func(sent, id string) bool { return strings.HasPrefix(sent, id) }, nil),
		},
		{
			Name:         "habit.instance-by-prefix",
			Requirements: on(instKnown),
			Note:         "a member whose id begins with the InstanceId is taken for it",
			Break:        lookedUp(nil, func(sent, id string) bool { return strings.HasPrefix(id, sent) }),
		},
		{
			Name:         "habit.instance-any-case",
			Requirements: on(instKnown),
			Note:         "an InstanceId counts in any case",
			Break:        lookedUp(nil, strings.EqualFold),
		},
		{
			Name:         "habit.instance-zeros-skipped",
			Requirements: on(instKnown),
			Note:         "an InstanceId counts without the zeros before its number",
			Break: lookedUp(nil, func(sent, id string) bool {
				return strings.Replace(sent, "-0", "-", 1) == id
			}),
		},
		{
			Name: "habit.instance-trimmed", Requirements: on(verbatim),
			Note:  "an InstanceId counts without white space round it",
			Break: lookedUp(nil, func(sent, id string) bool { return strings.TrimSpace(sent) == id }),
		},
		{
			Name: "habit.instance-space-skipped", Requirements: on(verbatim),
			Note:  "an InstanceId counts without the space before it",
			Break: lookedUp(nil, func(sent, id string) bool { return strings.TrimLeft(sent, " ") == id }),
		},
		{
			Name: "habit.instance-space-cut", Requirements: on(verbatim),
			Note:  "an InstanceId counts without the space behind it",
			Break: lookedUp(nil, func(sent, id string) bool { return strings.TrimRight(sent, " ") == id }),
		},
		{
			Name: "habit.instance-list", Requirements: on(verbatim),
			Note: "an InstanceId counts up to its first comma",
			Break: lookedUp(nil, func(sent, id string) bool {
				first, _, list := strings.Cut(sent, ",")
				return list && first == id
			}),
		},
		{
			Name: "habit.instance-cut", Requirements: on(instKnown), Note: "an InstanceId that is too long is cut",
			Break: lookedUp(nil, func(sent, id string) bool { return strings.HasPrefix(sent, id) }),
		},
		{
			Name:         "habit.only-one-unknown",
			Requirements: on(instKnown),
			Note:         "several unknown instances at once are passed over",
			Break: both(enforced(instThere, func(c *mock.Call) bool {
				return len(c.Instances)-len(existing(c)) < 2
			}), isAccepted),
		},
		{
			Name:         "habit.empty-group-gone",
			Requirements: on(groupKnown, leaves, "activity.observable"),
			Note:         "a group that loses its last instance is gone",
			Break: afterwards(func(w *mock.World, a *mock.Activity) {
				if len(a.Group.Members) == 0 {
					w.RemoveGroup(a.Group)
				}
			}),
		},
		{
			Name:         "habit.total-capacity-stale",
			Requirements: on(leaves),
			Note:         "TotalCapacity does not follow what has left",
			Break:        capacityStale,
		},
		{
			Name:         "habit.unsigned-accepted",
			Requirements: on("auth.required"),
			Note:         "a call without a signature is accepted",
			Source:       "localstack/localstack#2921",
			Break:        authenticatedWhen(func(p mock.Proof) bool { return p.Scheme != mock.SchemeNone }),
		},
		{
			Name:         "habit.anonymous-accepted",
			Requirements: on("auth.required"),
			Note:         "a call without an access key is accepted",
			Break:        authenticatedWhen(func(p mock.Proof) bool { return p.AccessKeyID != "" }),
		},
		{
			Name: "habit.clock-past-hour", Requirements: on(clock), Note: "a timestamp may be an hour old",
			Source: "noobaa/noobaa-core#8493",
			Break:  clockFrom(func(age time.Duration) bool { return age > 0 && age < time.Hour }),
		},
		{
			Name: "habit.clock-future", Requirements: on(clock), Note: "a timestamp may be in the future, however far",
			Break: clockFrom(func(age time.Duration) bool { return age < 0 }),
		},
		{
			Name: "habit.clock-future-hour", Requirements: on(clock), Note: "a timestamp may be an hour in the future",
			Break: clockFrom(func(age time.Duration) bool { return age < 0 && age > -time.Hour }),
		},
		{
			Name:         "habit.format-unknown-json",
			Requirements: on("format.unknown"),
			Note:         "an unknown Format means JSON",
			Break:        formatAccepted(mock.JSON),
		},
		{
			Name:         "habit.format-unknown-xml",
			Requirements: on("format.unknown"),
			Note:         "an unknown Format means XML",
			Break:        formatAccepted(mock.XML),
		},
		{
			Name:         "habit.version-optional",
			Requirements: on("version.required"),
			Note:         "a call without Version is accepted",
			Break:        versionOptional,
		},
		{
			Name:         "habit.settings-min-size",
			Requirements: on(settings),
			Note:         "an accepted call lowers MinSize by the instances that leave",
			Break: onceAccepted(func(c *mock.Call) {
				c.Group.MinSize = max(0,
					c.Group.MinSize-len(c.Instances))
			}),
		},
		{
			Name:         "habit.settings-max-size",
			Requirements: on(settings),
			Note:         "an accepted call lowers MaxSize by the instances that leave",
			Break:        onceAccepted(func(c *mock.Call) { c.Group.MaxSize -= len(c.Instances) }),
		},
		{
			Name: "habit.settings-cooldown", Requirements: on(settings),
			Note:  "an accepted call sets the cooldown to 0",
			Break: onceAccepted(func(c *mock.Call) { c.Group.DefaultCooldown = 0 }),
		},
		{
			Name: "habit.settings-lifecycle", Requirements: on(settings), Note: "an accepted call disables the group",
			Break: onceAccepted(func(c *mock.Call) { c.Group.Lifecycle = mock.GroupInactive }),
		},
	}
}
