package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/essconform/essconform/harness/wire"
)

// neighbours are the operations that effects are observed through (facts: neighbour operations).
var neighbours = []string{
	opGroups, opMembers, opActivities, opAttach, opModify, opInstances,
}

const (
	opGroups     = "DescribeScalingGroups"
	opMembers    = "DescribeScalingInstances"
	opActivities = "DescribeScalingActivities"
	opAttach     = "AttachInstances"
	opModify     = "ModifyScalingGroup"
	opInstances  = "DescribeInstances"

	ecsVersion = "2014-05-26"
	pageSize   = 50 // the most that the Describe operations give
	maxPages   = 20
)

// unobservable says that an effect could not be looked at, which is never a pass and never a finding.
type unobservable struct{ operation, reason string }

func (u *unobservable) Error() string { return u.operation + ": " + u.reason }

// neighbourhood calls the neighbour operations of one target, always as the configured caller, in JSON.
type neighbourhood struct {
	client      *wire.Client
	credentials wire.Credentials
	scheme      wire.Scheme
	region      string
	version     string
	listPrefix  string // "InstanceId" or, in later editions, "InstanceIds"
}

// node is a decoded JSON value, read leniently: numbers may come as strings, a list may be wrapped or bare.
type node struct{ v any }

func (n node) at(path ...string) node {
	for _, key := range path {
		m, _ := n.v.(map[string]any)
		n.v = m[key]
	}
	return n
}

func (n node) text() string {
	switch x := n.v.(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	}
	return ""
}

func (n node) number() (int, bool) {
	i, err := strconv.Atoi(n.text())
	return i, err == nil
}

// list is the elements of {"Outer":{"inner":[…]}} or {"Outer":[…]}; ok is false when neither is there.
func (n node) list(outer, inner string) (out []node, ok bool) {
	v := n.at(outer).v
	if m, isMap := v.(map[string]any); isMap {
		if v = m[inner]; v == nil {
			v = []any{} // an empty list is often rendered as an empty wrapper
		}
	}
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			out = append(out, node{e})
		}
		return out, true
	case map[string]any:
		return []node{{x}}, true // a list of one, as converters from XML write it
	case nil:
		total, has := n.at("TotalCount").number()
		return nil, has && total == 0
	}
	return nil, false
}

// refusal is an error answer of a neighbour operation.
type refusal struct {
	operation, code, message string
	status                   int
}

func (r *refusal) Error() string {
	return fmt.Sprintf("%s answered HTTP %d %s: %s", r.operation, r.status, r.code, r.message)
}

// absent tells a target that does not have the operation from one that refuses the call.
func (r *refusal) absent() bool {
	switch r.code {
	case "", "InvalidAction.NotFound", "InvalidApi.NotFound", "InvalidVersion", "NoSuchVersion", "UnsupportedOperation", "InvalidProduct.NotFound":
		return true
	}
	return r.status == http.StatusNotImplemented || r.status == http.StatusMethodNotAllowed
}

// do sends one call. Errors are *refusal for an error answer and *unobservable for an answer that cannot be read.
func (n *neighbourhood) do(ctx context.Context, action, version string, params ...wire.Param) (node, error) {
	ex := n.client.Do(ctx, wire.Call{
		Method: http.MethodPost, Action: action, Version: version, Format: "JSON", Scheme: n.scheme, Credentials: n.credentials,
		Params: append([]wire.Param{{Name: "RegionId", Value: n.region}}, params...),
	})
	if ex.Failure != "" || ex.Response == nil || ex.Response.Truncated {
		return node{}, &unobservable{action, "no whole answer: " + ex.Failure}
	}
	var v any
	dec := json.NewDecoder(strings.NewReader(string(ex.Response.Body)))
	dec.UseNumber()
	err := dec.Decode(&v)
	answer := node{v}
	if status := ex.Response.Status; status/100 != 2 || err == nil && answer.at("Code").text() != "" {
		return answer, &refusal{action, answer.at("Code").text(), answer.at("Message").text(), status}
	}
	if _, isObject := v.(map[string]any); err != nil || !isObject {
		return answer, &unobservable{action, "the answer is no JSON object"}
	}
	return answer, nil
}

// look is do for operations that only observe: every refusal means that the effect cannot be looked at.
func (n *neighbourhood) look(ctx context.Context, action, version string, params ...wire.Param) (node, error) {
	answer, err := n.do(ctx, action, version, params...)
	if r, ok := err.(*refusal); ok {
		return answer, &unobservable{action, fmt.Sprintf("it answered HTTP %d %s", r.status, r.code)}
	}
	return answer, err
}

// pages collects a paged list.
func (n *neighbourhood) pages(ctx context.Context, action, version, outer, inner string, params ...wire.Param) (out []node, err error) {
	for page := 1; page <= maxPages; page++ {
		answer, err := n.look(ctx, action, version, append(params,
			wire.Param{Name: "PageNumber", Value: strconv.Itoa(page)}, wire.Param{Name: "PageSize", Value: strconv.Itoa(pageSize)})...)
		if err != nil {
			return nil, err
		}
		items, ok := answer.list(outer, inner)
		if !ok {
			return nil, &unobservable{action, "its answer has no " + outer + "." + inner}
		}
		out = append(out, items...)
		if total, ok := answer.at("TotalCount").number(); len(items) == 0 || !ok || len(out) >= total {
			break
		}
	}
	return out, nil
}

type member struct{ ID, State string }

// members are the instances of a group.
func (n *neighbourhood) members(ctx context.Context, group string) (out []member, err error) {
	items, err := n.pages(ctx, opMembers, n.version, "ScalingInstances", "ScalingInstance", wire.Param{Name: "ScalingGroupId", Value: group})
	for _, i := range items {
		if g := i.at("ScalingGroupId").text(); g == "" || g == group {
			out = append(out, member{i.at("InstanceId").text(), i.at("LifecycleState").text()})
		}
	}
	return out, err
}

type groupInfo struct{ MinSize int }

func (n *neighbourhood) group(ctx context.Context, id string) (groupInfo, error) {
	items, err := n.pages(ctx, opGroups, n.version, "ScalingGroups", "ScalingGroup", wire.Param{Name: "ScalingGroupId.1", Value: id})
	if err != nil {
		return groupInfo{}, err
	}
	for _, i := range items {
		if i.at("ScalingGroupId").text() == id {
			if size, ok := i.at("MinSize").number(); ok {
				return groupInfo{size}, nil
			}
		}
	}
	return groupInfo{}, &unobservable{opGroups, "it does not show the MinSize of the state's group"}
}

func (n *neighbourhood) setMinSize(ctx context.Context, group string, size int) error {
	_, err := n.look(ctx, opModify, n.version, wire.Param{Name: "ScalingGroupId", Value: group}, wire.Param{Name: "MinSize", Value: strconv.Itoa(size)})
	return err
}

type activity struct{ ID, Group, Status string }

func (a activity) final() bool {
	switch a.Status {
	case "Successful", "Warning", "Failed", "Rejected":
		return true
	}
	return false
}

// activities are those of a group, or the one with the id.
func (n *neighbourhood) activities(ctx context.Context, group, id string) (out []activity, err error) {
	params := []wire.Param{{Name: "ScalingGroupId", Value: group}}
	if id != "" {
		params = append(params, wire.Param{Name: "ScalingActivityId.1", Value: id})
	}
	items, err := n.pages(ctx, opActivities, n.version, "ScalingActivities", "ScalingActivity", params...)
	for _, i := range items {
		out = append(out, activity{i.at("ScalingActivityId").text(), i.at("ScalingGroupId").text(), i.at("StatusCode").text()})
	}
	return out, err
}

// statuses are the ECS states of instances by id; an instance that does not exist is not in the map.
func (n *neighbourhood) statuses(ctx context.Context, ids []string) (map[string]string, error) {
	list, _ := json.Marshal(ids)
	items, err := n.pages(ctx, opInstances, ecsVersion, "Instances", "Instance", wire.Param{Name: "InstanceIds", Value: string(list)})
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, i := range items {
		out[i.at("InstanceId").text()] = i.at("Status").text()
	}
	return out, nil
}

// attach returns the activity's id.
func (n *neighbourhood) attach(ctx context.Context, group string, ids []string) (string, error) {
	params := []wire.Param{{Name: "ScalingGroupId", Value: group}}
	for i, id := range ids {
		params = append(params, wire.Param{Name: n.listPrefix + "." + strconv.Itoa(i+1), Value: id})
	}
	answer, err := n.do(ctx, opAttach, n.version, params...)
	return answer.at("ScalingActivityId").text(), err
}
