package engine_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// members is a mock whose lists of members go through edit, which is told the group and what was detached from it.
func members(t *testing.T, edit func(group string, detached []string, list []any) []any) string {
	t.Helper()
	m, err := mock.New(mock.Options{SkipVerification: true, ActivityDuration: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	detached := map[string][]string{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		sent, _ := url.ParseQuery(string(body) + "&" + r.URL.RawQuery)
		rec := httptest.NewRecorder()
		m.ServeHTTP(rec, r)
		text, group := rec.Body.Bytes(), sent.Get("ScalingGroupId")
		mu.Lock()
		defer mu.Unlock()
		var answer map[string]any
		switch sent.Get("Action") {
		case "DetachInstances":
			for name := range sent {
				if strings.HasPrefix(name, "InstanceId.") && rec.Code == http.StatusOK {
					detached[group] = append(detached[group], sent.Get(name))
				}
			}
		case "DescribeScalingInstances":
			if json.Unmarshal(text, &answer) == nil && answer["ScalingInstances"] != nil {
				outer := answer["ScalingInstances"].(map[string]any)
				list := edit(group, detached[group], outer["ScalingInstance"].([]any))
				outer["ScalingInstance"], answer["TotalCount"] = list, len(list)
				text, _ = json.Marshal(answer)
			}
		}
		header := maps.Clone(rec.Header())
		header.Del("Content-Length")
		maps.Copy(w.Header(), header)
		w.WriteHeader(rec.Code)
		_, _ = w.Write(text)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// TestAMemberIsWhoIsListed: an instance that stays in the list did not leave, whatever its status; one that turns
// Standby did not leave either.
func TestAMemberIsWhoIsListed(t *testing.T) {
	for _, status := range []string{"Standby", "Protected", "Stopped", "Pending", "Removing"} {
		for name, c := range map[string]struct {
			edit func(group string, detached []string, list []any) []any
			want reports.Outcome
		}{
			"the detached stay listed": {func(group string, detached []string, list []any) []any {
				for _, id := range detached {
					if !slices.ContainsFunc(list, func(m any) bool { return m.(map[string]any)["InstanceId"] == id }) {
						list = append(list, map[string]any{
							"InstanceId": id, "ScalingGroupId": group,
							"LifecycleState": status, "HealthStatus": "Healthy", "CreationType": "Attached",
						})
					}
				}
				return list
			}, reports.Failed},
			"the others change": {func(_ string, detached []string, list []any) []any {
				for _, m := range list {
					if len(detached) > 0 {
						m.(map[string]any)["LifecycleState"] = status
					}
				}
				return list
			}, reports.Passed},
		} {
			t.Run(status+", "+name, func(t *testing.T) {
				t.Parallel() // it waits for the lag
				g, at := NewWithT(t), members(t, c.edit)
				plan, runner := connected(t, target.Settings{
					Endpoint: at, ProviderStates: at + mock.StatesPath, Signature: "none", Late: -1,
					Lag: 50 * time.Millisecond,
				})
				result := ran(t, plan, runner, "effect.one-leaves-group/json/get")[0]
				g.Expect(result.Outcome).To(Equal(c.want), "%s %v", result.Reason, result.Findings)
				if c.want == reports.Failed {
					g.Expect(result.Findings[0].Requirement).To(Equal("detach.leaves-group"))
				}
			})
		}
	}
}
