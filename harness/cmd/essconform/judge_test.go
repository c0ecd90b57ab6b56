package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
)

const (
	good    = `{"RequestId":"4A0B7A2C-AAAA-4444-8888-111111111111","ScalingActivityId":"asa-1"}`
	noGroup = `{"RequestId":"4A0B7A2C-AAAA-4444-8888-22222222222%d","HostId":"h","Code":"InvalidInstanceId.NotFound","Message":"%s"}`
	call    = "http://ess.aliyuncs.com/?Action=DetachInstances&Version=2014-08-28&Format=JSON" +
		"&ScalingGroupId=asg-1&InstanceId.1=i-1"
)

// harEntry is an entry as a browser writes it.
func harEntry(url string, status int, body string, more ...string) map[string]any {
	headers := []map[string]string{
		{"name": "content-type", "value": "application/json;charset=utf-8"},
		{"name": "content-encoding", "value": "gzip"},
	}
	request := map[string]any{"method": "GET", "url": url, "headers": []map[string]string{
		{"name": "Accept-Encoding", "value": "gzip, deflate, br"}, {"name": "Cookie", "value": "sid=" + testSecret},
	}}
	content := map[string]any{"size": len(body), "mimeType": "application/json", "text": body}
	for _, m := range more {
		switch m {
		case "base64":
			content["text"], content["encoding"] = base64.StdEncoding.EncodeToString([]byte(body)), "base64"
		case "cut":
			content["size"] = len(body) + 100
		case "no body":
			delete(content, "text")
		}
	}
	return map[string]any{
		"startedDateTime": "2026-01-01T00:00:00Z", "request": request, "comment": "x",
		"response": map[string]any{"status": status, "headers": headers, "content": content},
	}
}

// twoTypes adds a second header of the same name.
func twoTypes(entry map[string]any) map[string]any {
	response := entry["response"].(map[string]any)
	response["headers"] = append(response["headers"].([]map[string]string),
		map[string]string{"name": "Content-Type", "value": "text/html"})
	return entry
}

func harFile(t *testing.T, entries ...any) string {
	t.Helper()
	g := NewWithT(t)
	data, err := json.Marshal(map[string]any{"log": map[string]any{
		"version": "1.2", "pages": []any{map[string]any{"id": "entries"}}, "entries": entries,
		"_more": map[string]any{"a": []int{1}},
	}})
	g.Expect(err).NotTo(HaveOccurred())
	return written(t, string(data))
}

func written(t *testing.T, text string) string {
	t.Helper()
	g := NewWithT(t)
	path := filepath.Join(t.TempDir(), "traffic.har")
	g.Expect(os.WriteFile(path, []byte(text), 0o600)).To(Succeed())
	return path
}

// judged runs `essconform judge`, and returns its report when it wrote one.
func judged(t *testing.T, files ...string) (code int, text string, r reports.Report) {
	t.Helper()
	dir := t.TempDir()
	code, out, stderr := essconform(t, nil, append([]string{"judge", "-report-dir", dir}, files...)...)
	text = out + stderr
	if all, err := os.ReadFile(filepath.Join(dir, "report.json")); err == nil {
		text += string(all)
		if r, err = readReport(filepath.Join(dir, "report.json")); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(text, testSecret) {
		t.Errorf("a secret of the recording is shown:\n%s", text)
	}
	return code, text, r
}

func status(r reports.Report, id string) string {
	for _, req := range r.Requirements {
		if req.ID == id {
			return req.Status
		}
	}
	return "no such requirement"
}

func TestJudgeRecordedTraffic(t *testing.T) {
	named := fmt.Sprintf(noGroup, 1, strings.ReplaceAll(messageOf(t, "InvalidInstanceId.NotFound"), "XXX", "i-1"))
	foreign := harEntry("https://example.com/app.js", 500, "<html>")
	for _, c := range []struct {
		name    string
		entries []any
		code    int
		want    string // in what is printed or reported
	}{
		{"an accepted call", []any{harEntry(call, 200, good), foreign}, 0, "1 other entries"},
		{"without a group, and accepted", []any{harEntry(strings.Replace(call, "ScalingGroupId", "Group", 1), 200,
			good)}, 1, "param.group-required"},
		{"in base64", []any{harEntry(call, 200, good, "base64")}, 0, "1 calls"},
		{"a documented refusal", []any{harEntry(call, 404, named)}, 0, "1 calls"},
		{"its status is another one", []any{harEntry(call, 403, named)}, 1, "error.status.InvalidInstanceId.NotFound"},
		{
			"its message names another instance",
			[]any{harEntry(call, 404, strings.ReplaceAll(named, "i-1", "i-9"))},
			1,
			"error.message",
		},
		{
			"its code in lower case",
			[]any{harEntry(call, 404, strings.ReplaceAll(named, "InvalidI", "invalidI"))},
			1,
			"error.code.InvalidInstanceId.NotFound",
		},
		{"its message with another code", []any{harEntry(call, 404,
			strings.ReplaceAll(named, "InvalidInstanceId.", "Instance."))}, 1, "error.code.InvalidInstanceId.NotFound"},
		{"another code and message", []any{
			harEntry(call, 400, fmt.Sprintf(noGroup, 3, "busy")),
			harEntry(call, 400, strings.ReplaceAll(fmt.Sprintf(noGroup, 4, "busy"), "InvalidInstanceId.NotFound",
				"Whatever")),
		}, 1, "1 of 2"},
		{"two content types", []any{twoTypes(harEntry(call, 200, good))}, 1, "format.json"},
		{"no RequestId", []any{harEntry(call, 200, `{"ScalingActivityId":"asa-1"}`)}, 1, "response.request-id"},
		{
			"one RequestId twice",
			[]any{harEntry(call, 200, good), harEntry(call, 200, good)},
			1, "response.request-id-unique",
		},
		{"a body that was cut", []any{harEntry(call, 200, good, "cut")}, 2, "bytes of the body"},
		{"a body that was not kept", []any{harEntry(call, 200, good, "no body")}, 2, "does not hold the body"},
		{"other traffic only", []any{foreign, foreign}, 2, "nothing to judge"},
		{"nothing", []any{}, 2, "nothing to judge"},
		{
			"another edition",
			[]any{harEntry(strings.ReplaceAll(call, "2014-08-28", "2022-02-22"), 200, good)},
			2,
			"2022-02-22",
		},
		{"an entry of another form", []any{harEntry(call, 200, good), "x"}, 2, "not in the form of HAR"},
		{"a secret that comes again", []any{harEntry(call+"&SecurityToken="+testSecret, 400, `{"Code":"`+testSecret+`"}`)}, 1, "REDACTED"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			code, text, r := judged(t, harFile(t, c.entries...))
			g.Expect(text).To(ContainSubstring(c.want))
			g.Expect(code).To(Equal(c.code), text[:min(len(text), 2000)])
			if code != exitCouldNotJudge {
				g.Expect(r.Target.Kind).To(Equal("recording"))
				g.Expect(status(r, "detach.leaves-group")).To(Equal(reports.Unverified),
					"nothing is claimed of what was not seen")
			}
		})
	}
}

// TestJudgeTrafficOfOthers: other APIs, also such as have a DetachInstances of their own, raise nothing.
func TestJudgeTrafficOfOthers(t *testing.T) {
	others := []struct{ url, body string }{
		{
			"https://autoscaling.eu-west-1.amazonaws.com/?Action=DetachInstances&Version=2011-01-01" +
				"&AutoScalingGroupName=a",
			"<DetachInstancesResponse/>",
		},
		{"https://ecs.aliyuncs.com/?Action=DescribeInstances&Version=2014-05-26&RegionId=cn-hangzhou", `{"Instances":{"Instance":[]}}`},
		{"https://ecs.aliyuncs.com/?Action=StopInstances&Version=2014-05-26", `{"Code":"IncorrectInstanceStatus","Message":"m"}`},
		{"https://rds.aliyuncs.com/?Action=DescribeDBInstances&Version=2014-08-15", `{"Code":"Throttling"}`},
		{"https://slb.aliyuncs.com/?Action=SetLoadBalancerStatus&Version=2014-05-15", `{"RequestId":"x"}`},
		{"https://10.0.0.1:6443/api/v1/namespaces/default/pods?watch=true", `{"kind":"Status","code":410}`},
		{"https://example.com/?Action=detachinstances", "<html>"},
		{"https://example.com/DetachInstances?InstanceId.1=i-1&ScalingGroupId=asg-1", "accepted"},
		{"wss://example.com/socket", ""},
		{"data:text/plain,DetachInstances", "x"},
	}
	entries := []any{harEntry(call, 200, good)}
	for i := range 500 {
		o := others[i%len(others)]
		entries = append(entries, harEntry(o.url, []int{200, 404, 500, 302, 0}[i/len(others)%5], o.body))
	}
	g := NewWithT(t)
	code, text, r := judged(t, harFile(t, entries...))
	g.Expect(code).To(Equal(exitConformant), text[:min(len(text), 2000)])
	g.Expect(text).To(ContainSubstring("1 calls of DetachInstances judged"))
	g.Expect(r.Counts.Passed).To(Equal(r.Counts.Selected))
	g.Expect(r.Counts.Warnings).To(BeZero())

	code, text, _ = judged(t, harFile(t, entries[1:]...))
	g.Expect(code).To(Equal(exitCouldNotJudge), text[:min(len(text), 2000)])
}

// messageOf is the documented message of a code.
func messageOf(t *testing.T, code string) string {
	t.Helper()
	g := NewWithT(t)
	contract, err := contractOf("")
	g.Expect(err).NotTo(HaveOccurred())
	e, ok := contract.Error(code)
	if !ok {
		t.Fatal(code)
	}
	return strings.NewReplacer("“", "", "”", "").Replace(e.Message)
}

func TestJudgeOtherInput(t *testing.T) {
	g := NewWithT(t)
	whole, err := os.ReadFile(harFile(t, harEntry(call, 200, good), harEntry(call, 200, good)))
	g.Expect(err).NotTo(HaveOccurred())
	for name, c := range map[string]struct{ text, want string }{
		"no file of HAR": {`{"openapi":"3.1.0"}`, "not a HAR file"},
		"a list":         {`[1]`, "not a HAR file"},
		"no JSON":        {"PK\x03\x04", "not a HAR file"},
		"empty":          {"", "not a HAR file"},
		"cut off":        {string(whole[:len(whole)*3/4]), "cut off"},
		"without an end": {string(whole[:len(whole)-2]), "cut off"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			code, text, _ := judged(t, written(t, c.text))
			g.Expect(text).To(ContainSubstring(c.want))
			g.Expect(code).NotTo(Equal(exitConformant))
		})
	}
}
