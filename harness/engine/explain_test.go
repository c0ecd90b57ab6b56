package engine_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
)

const busyMessage = "You cannot delete a scaling group or launch a new scaling activity while there is a scaling " +
	"activity in progress for the specified scaling group."

// refusing is a mock that refuses all calls of DetachInstances once it has accepted so many. When lost is set, looks
// then show another instance in the place of the one that the call named.
func refusing(t *testing.T, after int, code string, lost bool) target.Settings {
	t.Helper()
	m, err := mock.New(mock.Options{SkipVerification: true, ActivityDuration: time.Millisecond})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	accepted, refused, named := 0, 0, ""
	front := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		sent, _ := url.ParseQuery(r.URL.RawQuery + "&" + string(body))
		detaching := sent.Get("Action") == "DetachInstances"
		if detaching && accepted >= after {
			named = sent.Get("InstanceId.1")
			w.Header().Set("Content-Type", "application/json;charset=utf-8")
			w.WriteHeader(http.StatusBadRequest)
			refused++
			fmt.Fprintf(w, `{"RequestId":"%d","HostId":"h","Code":"%s","Message":"%s"}`, refused, code, busyMessage)
			return
		}
		recorded := httptest.NewRecorder()
		m.ServeHTTP(recorded, r)
		if detaching && recorded.Code == http.StatusOK {
			accepted++
		}
		shown := recorded.Body.String()
		if lost && named != "" && sent.Get("Action") == "DescribeScalingInstances" {
			shown = strings.ReplaceAll(shown, named, "i-stranger")
		}
		w.Header().Set("Content-Type", recorded.Header().Get("Content-Type"))
		w.WriteHeader(recorded.Code)
		_, _ = io.WriteString(w, shown)
	})
	return onMock(t, front, time.Millisecond)
}

// TestARefusalIsReportedOnWhatItComesFrom: a case may be about something else.
func TestARefusalIsReportedOnWhatItComesFrom(t *testing.T) {
	const busy, missing = "ScalingActivityInProgress", "InvalidInstanceId.NotFound"
	for _, c := range []struct {
		name, run, code string
		after           int
		lost            bool
		want            []string
	}{
		{"the first call", "ids.unique-in-group/json/post", busy, 0, false, []string{"detach.one"}},
		{"in the cooldown", "ids.unique-in-group/json/post", busy, 1, false, []string{"group.cooldown"}},
		{"in the cooldown of the state", "late.settings/json/post", busy, 0, false, []string{"group.cooldown"}},
		{
			"before MinSize is looked at", "sequence.min-size-raised/json/get", busy, 1, false,
			[]string{"group.cooldown"},
		},
		{"on and on after an activity", "sequence.second-call/json/post", busy, 1, false, []string{"group.idle"}},
		{"a member that is shown", "ids.unique-in-group/json/post", missing, 1, false, []string{"detach.one"}},
		{"a member that left", "ids.unique-in-group/json/post", missing, 1, true, []string{"detach.leaves-group"}},
		{
			"a member that left, while the activity may have ended", "sequence.second-call/json/post", missing, 1, true,
			[]string{"detach.leaves-group"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			plan, runner := connected(t, refusing(t, c.after, c.code, c.lost))
			result := ran(t, plan, runner, c.run)[0]
			var found []string
			for _, f := range result.Findings {
				found = append(found, f.Requirement)
			}
			found = slices.Compact(found)
			g.Expect(found).To(Equal(c.want), "%s %v", result.Reason, result.Findings)
		})
	}
}
