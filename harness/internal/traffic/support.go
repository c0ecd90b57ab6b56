package traffic

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/internal/body"
	"github.com/essconform/essconform/harness/internal/judge/history"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/reports/har"
)

// ecsVersion is the API version of ECS, whose DescribeInstances shows whether an instance still runs (facts, section
// 6).
const ecsVersion = "2014-05-26"

// event is what one exchange says of a group.
type event struct {
	sent, done time.Duration // since the first entry that is followed
	op         *history.Operation
	look       *history.Look
	created    *history.GroupStart
	lost       bool // the group may have changed in a way that is not followed
}

// supporting reads an exchange of a supporting operation, and notes what it says of groups. What cannot be read, or
// is no whole list, says nothing; a change whose answer cannot be read ends what is known.
func (f *follower) supporting(e har.Read, c Call) {
	at, ok := f.time(e)
	if !ok {
		return
	}
	changes := !strings.HasPrefix(c.Action, "Describe") && !strings.HasPrefix(c.Action, "List")
	if c.Version == ecsVersion {
		if changes { // somebody may stop or release instances
			f.noStatuses = true
		} else if c.Action == support.OpInstances {
			f.statuses(e, c, at)
		}
		return
	}
	n, answer := readSupporting(e, c)
	host, group := c.Host, c.Params.Get(f.contract.Group.Name)
	switch {
	case answer == refused: // it changed nothing, and shows nothing
	case !changes && answer == accepted:
		f.describe(host, group, n, c, at)
	case !changes:
	case c.Action == support.OpCreate:
		f.create(host, n, c, at, answer)
	case group == "":
		f.loseAll(host, at)
	default:
		f.change(host, group, n, c, at, answer)
	}
}

// outcome is how a supporting operation was answered.
type outcome int

const (
	unreadable outcome = iota
	accepted
	refused
)

func readSupporting(e har.Read, c Call) (support.Node, outcome) {
	r, err := ReadAnswer(e)
	if err != nil {
		return support.Node{}, unreadable
	}
	text := hider(e.Request, c.Params).Redact(string(r.Body))
	doc := body.Decode([]byte(text), body.Options{Charset: body.Charset(r.Header.Values("Content-Type"))})
	switch {
	case r.Status/100 == 4 && doc.Code() != "":
		return support.Node{}, refused
	case r.Status != http.StatusOK || doc.Fields == nil || doc.Code() != "":
		return support.Node{}, unreadable
	}
	return support.Node{V: doc.Fields}, accepted
}

// create begins with a group of which all is known: it is inactive, and has no members.
func (f *follower) create(host string, n support.Node, c Call, at event, answer outcome) {
	group := n.At("ScalingGroupId").Text()
	if answer != accepted || group == "" {
		return
	}
	start := history.GroupStart{ID: group, MinSize: -1, Lifecycle: support.Inactive}
	if size, err := strconv.Atoi(c.Params.Get("MinSize")); err == nil {
		start.MinSize = size
	}
	at.created = &start
	f.add(host, group, at)
}

// followedParams are the parameters of a change whose effect is known. Any other may do what is not followed.
var followedParams = []string{
	"Action", "Version", "Format", "RegionId", "AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion",
	"SignatureNonce", "SignatureType", "Timestamp", "SecurityToken", "ScalingGroupId", "ScalingGroupName", "MinSize",
	"MaxSize", "DefaultCooldown",
	"OwnerId", "OwnerAccount", "ResourceOwnerId", "ResourceOwnerAccount", "ClientToken",
}

// change is an operation on one group that is meant to change it.
func (f *follower) change(host, group string, n support.Node, c Call, at event, answer outcome) {
	op := history.Operation{Group: group, Outcome: history.Accepted, Activity: n.At("ScalingActivityId").Text()}
	ids := instances(c, f.contract.Instances.Prefix)
	switch c.Action {
	case support.OpAttach:
		op.Kind, op.IDs = history.Attach, ids
	case support.OpEnable:
		op.Kind = history.Enable
	case support.OpDisable:
		op.Kind = history.Disable
	case support.OpModify:
		op.Kind = history.Modify
		if size, err := strconv.Atoi(c.Params.Get("MinSize")); err == nil {
			op.MinSize = &size
		}
	}
	if answer == unreadable && op.Kind == history.Attach {
		op.Outcome = history.Unanswered
	} else if answer == unreadable {
		op.Kind = ""
	}
	if op.Kind == "" || !f.follows(c, op.Kind == history.Attach) {
		at.lost = true
		f.add(host, group, at)
		return
	}
	op.Sent, op.Done = at.sent, at.done
	at.op = &op
	f.add(host, group, at)
}

// follows tells whether the effect of all parameters of a call is known.
func (f *follower) follows(c Call, names bool) bool {
	for name := range c.Params {
		if names && strings.HasPrefix(name, f.contract.Instances.Prefix+".") {
			continue
		}
		if !slices.Contains(followedParams, name) {
			return false
		}
	}
	return true
}

// describe notes what a Describe operation shows.
func (f *follower) describe(host, group string, n support.Node, c Call, at event) {
	list := func(outer, inner string) ([]support.Node, bool) {
		items, ok := n.List(outer, inner)
		return items, ok
	}
	switch c.Action {
	case support.OpGroups:
		items, _ := list("ScalingGroups", "ScalingGroup")
		for _, i := range items {
			look := history.Look{Operation: c.Action, Group: i.At("ScalingGroupId").Text(), Settings: &history.Settings{
				MinSize: number(i, "MinSize"), MaxSize: number(i, "MaxSize"), Cooldown: number(i, "DefaultCooldown"),
				TotalCapacity: number(i, "TotalCapacity"), Lifecycle: support.Lifecycle(i.At("LifecycleState").Text()),
			}}
			f.look(host, look, at)
		}
	case support.OpMembers:
		items, ok := list("ScalingInstances", "ScalingInstance")
		if group == "" || !ok {
			return
		}
		if items, at, ok = f.pages(host, group, c, n, items, at); !ok {
			return
		}
		look := history.Look{Operation: c.Action, Group: group, Members: map[string]string{}}
		for _, i := range items {
			if in := i.At("ScalingGroupId").Text(); in == "" || in == group {
				look.Members[i.At("InstanceId").Text()] = i.At("LifecycleState").Text()
			}
		}
		f.shown(host, look.Members)
		f.look(host, look, at)
	case support.OpActivities:
		f.activities(host, group, n, c, at)
	}
}

func (f *follower) activities(host, group string, n support.Node, c Call, at event) {
	items, ok := n.List("ScalingActivities", "ScalingActivity")
	look := history.Look{Operation: c.Action, Group: group, Activities: map[string]string{}}
	for name, values := range c.Params {
		if strings.HasPrefix(name, "ScalingActivityId") {
			look.Asked = append(look.Asked, values...)
		}
	}
	if ok && len(look.Asked) == 0 && group != "" {
		items, at, ok = f.pages(host, group, c, n, items, at)
	}
	if !ok || len(look.Asked) == 0 && group == "" {
		return
	}
	for _, i := range items {
		status := i.At("StatusCode").Text()
		if look.Group == "" {
			look.Group = i.At("ScalingGroupId").Text() // those that were asked for by id
		}
		if status != "" {
			look.Activities[i.At("ScalingActivityId").Text()] = status
		}
	}
	if look.Group != "" {
		f.look(host, look, at)
	}
}

func (f *follower) look(host string, look history.Look, at event) {
	if look.Group == "" {
		return
	}
	look.Sent, look.Done = at.sent, at.done
	at.look = &look
	f.add(host, look.Group, at)
}

// statuses notes the ECS status of instances. It belongs to no group.
func (f *follower) statuses(e har.Read, c Call, at event) {
	n, answer := readSupporting(e, c)
	var asked []string
	err := json.Unmarshal([]byte(c.Params.Get("InstanceIds")), &asked)
	if answer != accepted || err != nil || len(asked) > support.PageSize {
		return
	}
	items, ok := n.List("Instances", "Instance")
	total, counted := n.At("TotalCount").Number()
	if !ok || filtered(c, "InstanceIds") || !counted || total > len(items) || page(c) != 1 {
		return
	}
	look := history.Look{Operation: c.Action, Status: map[string]string{}, Sent: at.sent, Done: at.done}
	for _, id := range asked {
		look.Status[id] = ""
	}
	for _, i := range items {
		look.Status[i.At("InstanceId").Text()] = i.At("Status").Text()
	}
	if len(f.ecs) < mostStatuses {
		f.ecs = append(f.ecs, look)
	}
}

func number(n support.Node, name string) int {
	if i, ok := n.At(name).Number(); ok {
		return i
	}
	return -1
}

// instances are the ids of a repeated parameter, each once.
func instances(c Call, prefix string) (ids []string) {
	for name, values := range c.Params {
		if strings.HasPrefix(name, prefix+".") {
			ids = append(ids, values...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
