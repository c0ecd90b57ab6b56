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
		fields := Fields{
			fieldRequestID: string(f), "HostId": "h", fieldCode: instanceCode,
			fieldMessage: "Instance “" + string(f) + "” does not exist.",
		}
		maps.Copy(fields, change)
		for _, name := range drop {
			delete(fields, name)
		}
		return Rendering{Format: f, Status: 404, Judgement: Judgement{
			Decision: Refused, BodyChecked: true,
			Fields: fields,
		}}
	}
	ids := []string{"xml", "json"}
	inXML, inJSON := refused(spec.XML, nil), refused(spec.JSON, nil)
	wantComparison(t, SameAnswer(c, inXML, inJSON, ids), "")
	wantComparison(t, SameAnswer(c, inXML, refused(spec.JSON, map[string]string{fieldMessage: `Instance "json" does not exist.`, "Recommend": "u"}), ids), "")
	wantComparison(t, SameAnswer(c, inXML, refused(spec.JSON, map[string]string{fieldCode: "Other"}, "HostId",
		fieldRequestID), ids), "",
		"format.same-answer: wanted field RequestId in both formats; got it in XML and not in JSON (RequestId)",
		"warning: format.same-answer: wanted field HostId in both formats; got it in XML and not in JSON (HostId)",
		`format.same-answer: wanted "InvalidInstanceId.NotFound" as in XML; got "Other" in JSON (Code)`)
	wantComparison(t, SameAnswer(c, inXML, inJSON, nil), "",
		`format.same-answer: wanted "Instance “xml” does not exist." as in XML; got "Instance “json” does not exist." in JSON (Message)`)
	accepted := Rendering{Format: spec.JSON, Status: 200, Judgement: Judgement{Decision: Accepted, BodyChecked: true}}
	wantComparison(t, SameAnswer(c, inXML, accepted, ids), "",
		"format.same-answer: wanted HTTP 404 as in XML; got 200 in JSON (status)",
		"format.same-answer: wanted the call refused as in XML; got accepted in JSON")
	wantComparison(t, SameAnswer(c, inXML, Rendering{Format: spec.JSON, Status: 404}, ids),
		"the answer in JSON could not be read")
}

func TestActivityObservable(t *testing.T) {
	c := contract(t)
	for _, status := range finalStatuses {
		wantComparison(t, ActivityObservable(c, "asa-1", "g",
			[]Activity{{"asa-0", "h", "InProgress"}, {"asa-1", "g", status}}), "")
	}
	wantComparison(t, ActivityObservable(c, "asa-1", "g", []Activity{{"asa-1", "", "Successful"}}), "")
	wantComparison(t, ActivityObservable(c, "asa-1", "g", nil), "",
		"activity.observable: wanted activity asa-1 of the answer to be found; got none with this id")
	wantComparison(t, ActivityObservable(c, "asa-1", "g", []Activity{{"asa-1", "h", "InProgress"}}), "",
		"activity.observable: wanted activity asa-1 in group g; got it in group h",
		`activity.observable: wanted activity asa-1 ended as one of Successful, Warning, Failed, Rejected; got status "InProgress"`)
	wantComparison(t, ActivityObservable(c, "", "g", nil), "the answer carried no ScalingActivityId to look for")
}
