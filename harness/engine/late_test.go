package engine_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/reports"
)

// TestAnActivityThatEndsDuringTheLateLook: the look shows the instance, because the activity still runs; the question
// whether it has ended comes when it has. That is no difference between what the target does and says.
func TestAnActivityThatEndsDuringTheLateLook(t *testing.T) {
	const lasts = time.Hour
	g := NewWithT(t)
	m, err := mock.New(mock.Options{SkipVerification: true, ActivityDuration: lasts})
	g.Expect(err).NotTo(HaveOccurred())
	ended := 0
	front := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		sent, _ := url.ParseQuery(string(body))
		if sent.Get("Action") == "DescribeScalingActivities" && strings.HasPrefix(sent.Get("ScalingActivityId.1"),
			"asa-") {
			ended++
			m.Forward(lasts)
		}
		m.ServeHTTP(w, r)
	})
	plan, runner := connected(t, onMock(t, front, time.Millisecond))
	result := ran(t, plan, runner, "detach.one/json/get")[0]
	g.Expect(ended).To(BeNumerically(">", 0), "the late look asks for the activity")
	g.Expect(result.Outcome).To(Equal(reports.Passed), "%s %v", result.Reason, result.Findings)
}
