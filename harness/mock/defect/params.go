package defect

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/essconform/essconform/harness/mock"
)

// list edits InstanceId.N: keep tells which of the numbers are read.
func list(keep func(q *mock.Request, n int) bool) seam {
	return parse(func(q *mock.Request) {
		kept := copied(q.Params)
		for name := range q.Params {
			if n, ok := instance(name); ok && !keep(q, n) {
				delete(kept, name)
			}
		}
		q.Params = kept
	})
}

// copied keeps an edit of the operation's parameters away from those that are signed.
func copied(v url.Values) url.Values {
	out := make(url.Values, len(v))
	for name, values := range v {
		out[name] = slices.Clone(values)
	}
	return out
}

// instance is the N of InstanceId.N.
func instance(name string) (int, bool) {
	rest, ok := strings.CutPrefix(name, "InstanceId.")
	n, err := strconv.Atoi(rest)
	return n, ok && err == nil
}

// refuse adds a precondition that no document has.
func refuse(code, message string, violated func(*mock.Call) bool) seam {
	return func(r *mock.Rules) {
		o := r.Operation(operation)
		o.Preconditions = slices.Insert(o.Preconditions, 0, mock.Precondition{
			Name: "undocumented", Error: mock.Problem{Status: http.StatusBadRequest, Code: code, Message: message},
			Violated: func(c *mock.Call) (string, bool) { return "", violated(c) },
		})
	}
}

func atMost(n int) func(*mock.Call) bool {
	return func(c *mock.Call) bool { return len(c.Listed) > n }
}

const invalid = "The specified value of a parameter is not valid."

// parameters reads the parameters wrongly.
func parameters() []single {
	return []single{
		{
			"params.first-instance-only", on("detach.leaves-group", "detach.many"), "only InstanceId.1 is read",
			list(func(_ *mock.Request, n int) bool { return n == 1 }),
		},
		{
			"params.two-instances-only", on("detach.leaves-group", "detach.max"), "only InstanceId.1 and .2 are read",
			list(func(_ *mock.Request, n int) bool { return n <= 2 }),
		},
		{
			"params.one-digit-only", on("detach.leaves-group", "detach.max", "instance.exists"),
			"InstanceId.10 and up are ignored", list(func(_ *mock.Request, n int) bool { return n < 10 }),
		},
		{
			"params.one-digit-only-post", on("detach.leaves-group", "detach.max", "instance.exists"),
			"InstanceId.10 and up are ignored by POST",
			list(func(q *mock.Request, n int) bool { return n < 10 || isGET(q) }),
		},
		{
			"params.nineteen-only", on("detach.leaves-group", "detach.max", "instance.exists"),
			"InstanceId.20 is ignored", list(func(_ *mock.Request, n int) bool { return n < 20 }),
		},
		{
			"params.from-two", on("detach.one", "instance.exists"), "InstanceId.1 is ignored in a list",
			list(func(q *mock.Request, n int) bool { return n > 1 || !q.Params.Has("InstanceId.2") }),
		},
		{
			"params.last-instance-only", on("detach.leaves-group"), "only the last of a list is read",
			list(func(q *mock.Request, n int) bool { return !q.Params.Has("InstanceId." + strconv.Itoa(n+1)) }),
		},
		{
			"params.two-refused", on("detach.many"), "more than one instance is refused",
			refuse("InvalidParameter", invalid, atMost(1)),
		},
		{
			"params.more-than-ten-refused", on("detach.max"), "more than 10 instances are refused",
			refuse("InvalidParameter", invalid, atMost(10)),
		},
		{
			"params.twenty-refused", on("detach.max"), "20 instances are refused",
			refuse("InvalidParameter", invalid, atMost(19)),
		},
		{
			"params.twenty-refused-json-get", on("detach.max"), "20 instances are refused by GET in JSON",
			refuse("InvalidParameter", invalid, func(c *mock.Call) bool {
				return len(c.Listed) > 19 && c.Format == mock.JSON && isGET(c.Request)
			}),
		},
		{
			"params.one-refused", on("detach.one"), "a list of one instance is refused",
			refuse("InvalidParameter", invalid, func(c *mock.Call) bool { return len(c.Listed) == 1 }),
		},
		{
			"params.twenty-one-accepted", on("detach.range"), "21 instances are accepted",
			dropped("InstanceId.N is in range"),
		},
		{
			"params.twenty-one-server-error", on("detach.range"), "21 instances are a server error",
			rule("InstanceId.N is in range", serverError),
		},
		{
			"params.group-not-required", on("param.group-required"),
			"without ScalingGroupId the group of the first instance is meant", both(
				dropped("ScalingGroupId is there"),
				func(r *mock.Rules) {
					o := r.Operation(operation)
					read := o.Read
					o.Read = func(c *mock.Call) {
						read(c)
						if c.Request.Param("ScalingGroupId") == "" && len(c.Instances) > 0 && c.Instances[0] != nil {
							c.Group = c.Instances[0].Group
						}
					}
				},
			),
		},
		{
			"params.group-missing-server-error", on("param.group-required"),
			"a call without ScalingGroupId is a server error", rule("ScalingGroupId is there", serverError),
		},
		{
			"params.instances-not-required", on("param.instance-required"),
			"without InstanceId.N nothing is detached, and the call accepted", dropped("InstanceId is there"),
		},
		{
			"params.instances-all", on("param.instance-required"), "without InstanceId.N the whole group is detached",
			both(
				both(dropped("InstanceId is there"), dropped("MinSize is kept")),
				effect(func(next func(*mock.Call) []mock.Field) func(*mock.Call) []mock.Field {
					return func(c *mock.Call) []mock.Field {
						if len(c.Listed) == 0 {
							c.Instances = slices.Clone(c.Group.Members)
						}
						return next(c)
					}
				}),
			),
		},
		{
			"params.instances-missing-server-error", on("param.instance-required"),
			"a call without InstanceId.N is a server error", rule("InstanceId is there", serverError),
		},
		{
			"params.later-editions-refused", on("params.unknown-tolerated"),
			"parameters of later editions are refused",
			refuse("InvalidParameter", invalid, sends("DecreaseDesiredCapacity")),
		},
		{
			"params.unknown-refused", on("params.unknown-tolerated"), "a parameter that is not documented is refused",
			refuse("InvalidParameter", invalid, func(c *mock.Call) bool {
				for name := range c.Request.Params {
					if !known(name) {
						return true
					}
				}
				return false
			}),
		},
		{
			"params.token-refused-post", on("params.unknown-tolerated"), "ClientToken is refused by POST",
			refuse("UnsupportedParameter", "The parameter ClientToken is not supported.", func(c *mock.Call) bool {
				return isPOST(c.Request) && sends("ClientToken")(c)
			}),
		},
		{
			"params.list-in-order-only", on("params.order"),
			"InstanceId.N is refused unless it comes in rising order",
			ordered(func(names []string) bool {
				before := 0
				for _, name := range names {
					n, ok := instance(name)
					if ok && n < before {
						return false
					}
					before = max(before, n)
				}
				return true
			}),
		},
		{
			"params.list-in-one-piece", on("params.order"), "InstanceId.N is refused unless it comes in one piece",
			ordered(func(names []string) bool {
				pieces, inside := 0, false
				for _, name := range names {
					_, ok := instance(name)
					if ok && !inside {
						pieces++
					}
					inside = ok
				}
				return pieces <= 1
			}),
		},
		{
			"params.group-before-instances", on("params.order"), "ScalingGroupId is seen only before InstanceId.N",
			ordered(func(names []string) bool {
				group, first := slices.Index(names, "ScalingGroupId"), slices.IndexFunc(names,
					func(name string) bool { _, ok := instance(name); return ok })
				return group < first || first < 0
			}),
		},
		{
			"params.action-first", on("params.order"), "Action is seen only before ScalingGroupId",
			ordered(func(names []string) bool {
				return slices.Index(names, "Action") < slices.Index(names, "ScalingGroupId")
			}),
		},
	}
}

func serverError(p *mock.Precondition) {
	p.Error = mock.Problem{
		Status: http.StatusInternalServerError, Code: "InternalError",
		Message: "The request processing has failed due to some unknown error.",
	}
}

func sends(name string) func(*mock.Call) bool {
	return func(c *mock.Call) bool { return c.Request.Params.Has(name) }
}

// known tells whether a name is among the parameters of all editions and of the gateway.
func known(name string) bool {
	_, numbered := instance(name)
	return numbered || slices.Contains([]string{
		"Action", "Version", "Format", "RegionId", "ScalingGroupId", "DecreaseDesiredCapacity", "DetachOption",
		"LifecycleHook", "IgnoreInvalidInstance",
		"ClientToken", "AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce",
		"SignatureType", "Timestamp", "SecurityToken",
	}, name)
}

// ordered refuses a call whose parameters do not come in an order that the server can read.
func ordered(readable func(names []string) bool) seam {
	return func(r *mock.Rules) {
		next := r.Parse
		r.Parse = func(q *http.Request, body []byte) *mock.Request {
			p := next(q, body)
			raw := q.URL.RawQuery
			if raw == "" {
				raw = string(body)
			}
			var names []string
			for pair := range strings.SplitSeq(raw, "&") {
				name, _, _ := strings.Cut(pair, "=")
				names = append(names, name)
			}
			if p.Param("Action") == operation && !readable(names) {
				p.Broken = fmt.Sprintf("%d parameters out of order", len(names))
			}
			return p
		}
	}
}
