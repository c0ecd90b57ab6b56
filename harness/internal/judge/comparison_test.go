package judge

import (
	"maps"
	"testing"

	"github.com/essconform/essconform/spec"
)

func wantComparison(t *testing.T, got Comparison, cannot string, lines ...string) {
	t.Helper()
	wantLines(t, got.Findings, lines...)
	if got.Cannot != cannot {
		t.Errorf("wanted cannot %q; got %q", cannot, got.Cannot)
	}
}

func TestUnique(t *testing.T) {
	c := contract(t)
	wantLines(t, Unique(c, "activity.unique", []string{"a", "b", "", "", "c"}))
	wantLines(t, Unique(c, "activity.unique", []string{"a", "b", "a", "a", "b"}),
		`activity.unique: wanted ids that never repeat; got "a" more than once`, `activity.unique: wanted ids that never repeat; got "b" more than once`)
}

func TestSameAnswer(t *testing.T) {
	c := contract(t)
	refused := func(f spec.Format, change map[string]string, drop ...string) Rendering {
		fields := Fields{fieldRequestID: string(f), "HostId": "h", fieldCode: instanceCode, fieldMessage: "Instance “" + string(f) + "” does not exist."}
		maps.Copy(fields, change)
		for _, name := range drop {
			delete(fields, name)
		}
		return Rendering{Format: f, Status: 404, Judgement: Judgement{Decision: Refused, BodyChecked: true, Fields: fields}}
	}
	ids := []string{"xml", "json"}
	inXML, inJSON := refused(spec.XML, nil), refused(spec.JSON, nil)
	wantComparison(t, SameAnswer(c, inXML, inJSON, ids), "")
	wantComparison(t, SameAnswer(c, inXML, refused(spec.JSON, map[string]string{fieldMessage: `Instance "json" does not exist.`, "Recommend": "u"}), ids), "")
	wantComparison(t, SameAnswer(c, inXML, refused(spec.JSON, map[string]string{fieldCode: "Other"}, "HostId", fieldRequestID), ids), "",
		"format.same-answer: wanted field RequestId in both formats; got it in XML and not in JSON (RequestId)",
		"warning: format.same-answer: wanted field HostId in both formats; got it in XML and not in JSON (HostId)",
		`format.same-answer: wanted "InvalidInstanceId.NotFound" as in XML; got "Other" in JSON (Code)`)
	wantComparison(t, SameAnswer(c, inXML, inJSON, nil), "",
		`format.same-answer: wanted "Instance “xml” does not exist." as in XML; got "Instance “json” does not exist." in JSON (Message)`)
	accepted := Rendering{Format: spec.JSON, Status: 200, Judgement: Judgement{Decision: Accepted, BodyChecked: true}}
	wantComparison(t, SameAnswer(c, inXML, accepted, ids), "",
		"format.same-answer: wanted HTTP 404 as in XML; got 200 in JSON (status)",
		"format.same-answer: wanted the call refused as in XML; got accepted in JSON")
	wantComparison(t, SameAnswer(c, inXML, Rendering{Format: spec.JSON, Status: 404}, ids), "the answer in JSON could not be read")
}

func TestLeftGroup(t *testing.T) {
	c := contract(t)
	with := func(members ...string) Snapshot { return Snapshot{Groups: []Group{{ID: "g", Instances: members}}} }
	before := with("a", "b", "c")
	wantComparison(t, LeftGroup(c, before, with("c", "new"), "g", []string{"a", "b"}), "")
	wantComparison(t, LeftGroup(c, before, with("a"), "g", []string{"a", "b"}), "",
		"detach.leaves-group: wanted instance a out of group g; got it still a member",
		"detach.leaves-group: wanted instance c still in group g, because it was not to be detached; got it gone")
	wantComparison(t, LeftGroup(c, before, with("b", "c"), "g", []string{"a", "x"}), "instance x was not seen in group g before the call")
	wantComparison(t, LeftGroup(c, before, Snapshot{}, "g", []string{"a"}), "group g was not observed after the call")
}

func TestUnchanged(t *testing.T) {
	c := contract(t)
	before := Snapshot{
		Groups: []Group{{ID: "g", Instances: []string{"a", "b"}}, {ID: "h", Instances: []string{"c"}}},
		Status: map[string]string{"a": running, "b": "Starting", "c": stopped, "d": ""},
	}
	same := Snapshot{
		Groups: []Group{{ID: "h", Instances: []string{"c"}}, {ID: "g", Instances: []string{"b", "a"}}},
		Status: map[string]string{"a": running, "b": running, "c": stopped, "d": ""},
	}
	wantComparison(t, Unchanged(c, "error.no-effect", before, same), "")
	changed := Snapshot{
		Groups: []Group{{ID: "g", Instances: []string{"b", "x"}}},
		Status: map[string]string{"a": ""},
	}
	wantComparison(t, Unchanged(c, "instance.in-group", before, changed),
		"group h was not observed after the call; the status of instance c was not observed after the call",
		"instance.in-group: wanted no effect of a refused call; got instance a gone from group g",
		"instance.in-group: wanted no effect of a refused call; got instance x new in group g",
		"instance.in-group: wanted no effect of a refused call; got instance a released, which was Running")
	wantComparison(t, Unchanged(c, "error.no-effect", Snapshot{}, same), "nothing was observed before the call")
}

func TestUnchangedSettingsAndActivities(t *testing.T) {
	c := contract(t)
	group := func(lifecycle string, activities []Activity) Snapshot {
		return Snapshot{Groups: []Group{{ID: "g", Settings: map[string]string{"LifecycleState": lifecycle, "MinSize": "1"}, Activities: activities}}}
	}
	old := Activity{"asa-0", "g", "Successful"}
	before := group("Active", []Activity{old})
	wantComparison(t, Unchanged(c, "error.no-effect", before, group("Active", []Activity{{"asa-1", "g", "Rejected"}, {"asa-2", "g", "Failed"}, old})), "")
	wantComparison(t, Unchanged(c, "error.no-effect", before, Snapshot{Groups: []Group{{ID: "g"}}}), "")
	wantComparison(t, Unchanged(c, "error.no-effect", group("Active", nil), group("Active", []Activity{old})), "")
	wantComparison(t, Unchanged(c, "error.no-effect", before, group("Inactive", []Activity{{"asa-1", "g", "InProgress"}})), "",
		`error.no-effect: wanted no effect of a refused call; got group g with LifecycleState "Inactive", which was "Active"`,
		`error.no-effect: wanted no effect of a refused call; got a new activity "asa-1" in group g, "InProgress"`)
}

func TestKeepsRunning(t *testing.T) {
	c := contract(t)
	before := Snapshot{Status: map[string]string{"a": running, "b": running, "c": stopped, "d": "", "e": running, "f": running}}
	after := Snapshot{Status: map[string]string{"a": running, "b": "Stopping", "c": running, "d": running, "e": ""}}
	wantComparison(t, KeepsRunning(c, before, after, []string{"a"}), "")
	wantComparison(t, KeepsRunning(c, before, after, []string{"a", "b", "c", "d", "e", "f"}),
		"instance c was Stopped before the call, not Running; the status of instance d before the call is not known; "+
			"the status of instance f was not observed after the call",
		"detach.keeps-running: wanted instance b still Running; got it Stopping",
		"detach.keeps-running: wanted instance e still Running; got it released")
}

func TestActivityObservable(t *testing.T) {
	c := contract(t)
	for _, status := range finalStatuses {
		wantComparison(t, ActivityObservable(c, "asa-1", "g", []Activity{{"asa-0", "h", "InProgress"}, {"asa-1", "g", status}}), "")
	}
	wantComparison(t, ActivityObservable(c, "asa-1", "g", []Activity{{"asa-1", "", "Successful"}}), "")
	wantComparison(t, ActivityObservable(c, "asa-1", "g", nil), "",
		"activity.observable: wanted activity asa-1 of the answer to be found; got none with this id")
	wantComparison(t, ActivityObservable(c, "asa-1", "g", []Activity{{"asa-1", "h", "InProgress"}}), "",
		"activity.observable: wanted activity asa-1 in group g; got it in group h",
		`activity.observable: wanted activity asa-1 ended as one of Successful, Warning, Failed, Rejected; got status "InProgress"`)
	wantComparison(t, ActivityObservable(c, "", "g", nil), "the answer carried no ScalingActivityId to look for")
}
