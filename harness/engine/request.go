package engine

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/unknown"
	"github.com/essconform/essconform/harness/internal/wire"
)

// arranged is what the states of a case returned, by the name that the case gives them, and what was made up from it.
type arranged struct {
	values    map[string]states.Values                    // given, other, copyN
	unknown   map[string]string                           // made up: "instance unknown.2", "group unknown"
	told      func(what string, ask func() string) string // see attempt.told
	exists    func(group string) bool                     // looks a group up
	lastNonce string
	undo      []func(context.Context) error // of what the case changed beside its states, in the order of the changes
}

func arrange(
	given states.Values, told func(string, func() string) string, exists func(group string) bool,
) *arranged {
	return &arranged{
		values: map[string]states.Values{"given": given}, unknown: map[string]string{}, told: told, exists: exists,
	}
}

func (a *arranged) given() states.Values { return a.values["given"] }

// refs are the names of the states, in order.
func (a *arranged) refs() []string { return slices.Sorted(maps.Keys(a.values)) }

// instances are all that the states handed out.
func (a *arranged) instances() (ids []string) {
	for _, ref := range a.refs() {
		ids = append(ids, a.values[ref].Strings("instanceIds")...)
	}
	return ids
}

func (a *arranged) group(ref string) string {
	switch ref {
	case "none":
		return ""
	case "":
		ref = "given"
	}
	if _, unknown := fixtures.IsUnknown(ref); unknown {
		return a.madeUp("group", ref, a.given().String("scalingGroupId"))
	}
	return a.values[ref].String("scalingGroupId")
}

// instance is an instance that does not exist.
func (a *arranged) instance(ref string) string {
	like := "i-000000000000"
	if ids := a.instances(); len(ids) > 0 {
		like = ids[0]
	}
	return a.madeUp("instance", ref, like)
}

// madeUp is an id that does not exist, the same one each time that a case refers to it.
func (a *arranged) madeUp(what, ref, like string) string {
	key := what + " " + ref
	if a.unknown[key] == "" {
		a.unknown[key] = a.told(key, func() string {
			near, _ := fixtures.IsUnknown(ref)
			if near == "" {
				return unknown.ID(like)
			}
			return unknown.Near(near, like, func(id string) bool {
				return slices.Contains(a.instances(), id) || slices.ContainsFunc(a.refs(),
					func(r string) bool { return a.group(r) == id }) || what == "group" && a.counted(near, id)
			})
		})
	}
	return a.unknown[key]
}

// counted tells whether a shorter id names another group. Where a target counts its groups, as asg-7 and asg-71, it
// easily does.
func (a *arranged) counted(near, id string) bool {
	return near == "shorter" && !unknown.Surely(id) && a.exists(id)
}

// named is the id that stands for XXX in the documented message.
func (a *arranged) named(names string) string {
	if _, unknown := fixtures.IsUnknown(names); unknown {
		return a.instance(names)
	}
	return a.given().String(names)
}

// call makes the request of a case.
func (r *attempt) call(ctx context.Context, x fixtures.Expanded, c fixtures.Call, a *arranged) (wire.Call, error) {
	req := c.Request
	out := wire.Call{
		Method:      x.MethodOf(c),
		Action:      r.plan.Contract.Operation,
		Version:     r.plan.Contract.APIVersion,
		Scheme:      wire.Scheme(r.plan.Settings.Signature),
		Credentials: r.credentials,
		AcceptGzip:  req.Gzip,
	}
	if req.Action != "" {
		out.Action = req.Action
	}
	switch req.Version {
	case "":
	case "none":
		out.Version = ""
	default:
		out.Version = req.Version
	}
	if out.Method == http.MethodPost {
		out.Placement = wire.Placement(req.Placement)
	}
	out.Encoding = wire.Encoding(req.Encoding)
	if f := x.FormatOf(c); f != "" {
		out.Format = f.Parameter()
		if req.Format == "lower" {
			out.Format = strings.ToLower(out.Format)
		}
	}
	if req.Format == "unknown" {
		out.Format = "YAML"
	}
	if req.Caller == "state" {
		out.Credentials = wire.Credentials{
			AccessKeyID:     a.given().String("accessKeyId"),
			AccessKeySecret: a.given().String("accessKeySecret"),
		}
	}
	ids, err := r.instances(ctx, req.Instances, a)
	if err != nil {
		return out, err
	}
	written := strings.NewReplacer("<action>", out.Action, "<version>", out.Version)
	for name, value := range req.Headers {
		if out.Header == nil {
			out.Header = map[string]string{}
		}
		out.Header[name] = written.Replace(value)
	}
	out.Params = r.params(req, a.group(req.Group), ids)
	out.Shuffle = wire.ByName
	switch req.Order {
	case "reversed":
		out.Shuffle = func(p []wire.Param) { wire.ByName(p); slices.Reverse(p) }
	case "shuffled":
		seed := seedOf(x.Name) // the same order again for the reproduction, and on every run
		out.Shuffle = func(p []wire.Param) {
			rand.New(rand.NewPCG(seed, seed)).Shuffle(len(p), func(i, j int) { p[i], p[j] = p[j], p[i] })
		}
	}
	tamper(&out, req.Tamper, a)
	return out, nil
}

func (r *Runner) params(req fixtures.Request, group string, ids []string) []wire.Param {
	var params []wire.Param
	if req.Region != "none" {
		params = append(params, wire.Param{Name: "RegionId", Value: r.plan.Settings.Region})
	}
	if group != "" {
		params = append(params, wire.Param{Name: r.plan.Contract.Group.Name, Value: group})
	}
	for i, id := range ids {
		params = append(params, wire.Param{Name: r.plan.Contract.Instances.Name(i + 1), Value: id})
	}
	for _, name := range slices.Sorted(maps.Keys(req.Extra)) {
		params = append(params,
			wire.Param{Name: name, Value: strings.ReplaceAll(req.Extra[name], "<uuid>", uuid.NewString())})
	}
	return params
}

// tamper gets one thing wrong.
func tamper(c *wire.Call, what string, a *arranged) {
	switch what {
	case "unsigned":
		c.Scheme, c.Credentials = wire.SignNone, wire.Credentials{}
	case "clock-behind":
		c.Tamper.Skew = -20 * time.Minute
	case "clock-ahead":
		c.Tamper.Skew = 20 * time.Minute
	case "signature":
		c.Tamper.Signature = true
	case "unknown-key":
		c.Credentials.AccessKeyID = unknown.ID(c.Credentials.AccessKeyID)
	case "expired-timestamp":
		c.Tamper.Skew = -time.Hour // the tolerance is 15 minutes (facts, section 1)
	case "malformed-timestamp":
		c.Tamper.Timestamp = time.Now().UTC().Format(http.TimeFormat)
	case "repeated-nonce":
		c.Tamper.Nonce = a.lastNonce
	}
}

// instances resolves the selectors of a call to ids.
func (r *attempt) instances(ctx context.Context, selectors []fixtures.Selector, a *arranged) (ids []string, err error) {
	for _, s := range selectors {
		switch s {
		case fixtures.DownToMinSize, fixtures.OneBelowMinSize:
			some, err := r.relativeToMinSize(ctx, a, s == fixtures.OneBelowMinSize)
			if err != nil {
				return nil, err
			}
			ids = append(ids, some...)
		default:
			if _, unknown := fixtures.IsUnknown(string(s)); unknown {
				ids = append(ids, a.instance(string(s)))
				continue
			}
			from, first, last, _ := s.Range()
			ids = append(ids, a.values[from].Strings("instanceIds")[first-1:last]...)
		}
	}
	return ids, nil
}

// relativeToMinSize picks as many members of the group as leave exactly MinSize, or one more. The state's own instances
// come first. How many that are depends on how the target arranges the state, so it is what the first look showed and
// not assumed. Where even all members would not break the rule by their sum alone, MinSize is raised.
func (r *attempt) relativeToMinSize(ctx context.Context, a *arranged, below bool) ([]string, error) {
	id := a.group("given")
	group, ok := r.before.Group(id)
	if !ok || group.Settings == nil {
		return nil, support.Unseen(support.OpGroups, "it did not show the group with its MinSize")
	}
	members, minSize := r.ledger.Members(id), r.minSizeBefore(id)
	pool := slices.Clone(a.given().Strings("instanceIds"))
	for _, m := range members {
		// Members of the user's own group that were not named are never touched.
		if !slices.Contains(pool, m) && !r.plan.Settings.UserResources() {
			pool = append(pool, m)
		}
	}
	room := len(members) - minSize
	if below && (room < 1 || room+1 > len(pool)) {
		room = min(len(pool), r.plan.Contract.Instances.Max) - 1
		if room < 1 {
			return nil, support.Unseen("DescribeScalingInstances",
				"the group has too few members to break MinSize by a sum")
		}
		r.restoreMinSize(id, minSize)
		if err := r.supported(support.OpModify, r.support.SetMinSize(ctx, id, len(members)-room)); err != nil {
			return nil, err
		}
		r.ledger.Set(id, "MinSize", strconv.Itoa(len(members)-room))
	}
	n := room
	if below {
		n++
	}
	if n < 1 || n > len(pool) || n > r.plan.Contract.Instances.Max {
		return nil, support.Unseen("DescribeScalingGroups",
			fmt.Sprintf("the group has %d members and MinSize %d: no call of 1 to %d of them leads to the wanted size",
				len(members), minSize, r.plan.Contract.Instances.Max))
	}
	return pool[:n], nil
}

// seedOf is a number of its own for each case.
func seedOf(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // never fails
	return h.Sum64()
}
