package engine

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// TestSecretsLearnedLater: what one case was told before another one's setup returned it is a secret all the same.
func TestSecretsLearnedLater(t *testing.T) {
	g := NewWithT(t)
	const secret = "the-secret-of-the-denied-caller"
	r := &Runner{redactor: wire.NewRedactor()}
	message := reports.Message{
		StartLine: "HTTP/1.1 500", Headers: []reports.Header{{Name: "X", Value: secret}},
		Body: "<a>" + secret + "</a>",
	}
	before := []reports.CaseResult{{
		ID: "a/xml/get", Reason: "got " + secret, StartedAt: time.Unix(1, 0), RequestIDs: []string{secret},
		State: reports.State{
			Params:  map[string]any{"instances": 3.0, "x": []any{secret}},
			Outcome: "failed: " + secret,
		},
		Findings: []reports.Finding{{
			Requirement: "detach.one", Got: secret, Offset: 3, Length: 5,
			History: []reports.HistoryLine{{Text: secret}},
		}},
		Exchange: &reports.Exchange{Response: &message},
	}}
	was, err := json.Marshal(before)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.learn(t.Context(), states.Values{"accessKeyId": "denied0001", "accessKeySecret": secret})).To(Succeed())
	after := r.Redacted(before)
	text, err := json.Marshal(after)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(text)).NotTo(ContainSubstring(secret))
	g.Expect(strings.Count(string(text), "REDACTED")).To(Equal(strings.Count(string(was), secret)))
	g.Expect(after[0].StartedAt).To(Equal(before[0].StartedAt))
	g.Expect(after[0].State.Params).To(HaveKeyWithValue("instances", 3.0))
	g.Expect(after[0].Findings[0].Length).To(BeZero())
	again, err := json.Marshal(before)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(again).To(Equal(was), "the results that were given stay what they are")
}

// TestSecretsOfAnotherProcess: the process that writes the report knows the callers that states returned to others.
func TestSecretsOfAnotherProcess(t *testing.T) {
	g := NewWithT(t)
	m, err := mock.New(mock.Options{SkipVerification: true})
	g.Expect(err).NotTo(HaveOccurred())
	var secrets []string // what the target told of, in the order of the setups
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		m.ServeHTTP(rec, r)
		var values struct{ AccessKeySecret string }
		if json.Unmarshal(rec.Body.Bytes(), &values) == nil && values.AccessKeySecret != "" {
			mu.Lock()
			secrets = append(secrets, values.AccessKeySecret)
			mu.Unlock()
		}
		maps.Copy(w.Header(), rec.Header())
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	}))
	defer server.Close()
	plan, err := NewPlan(target.Settings{
		Endpoint: server.URL, ProviderStates: server.URL + mock.StatesPath,
		Signature: "none", Late: -1,
	}.WithDefaults())
	g.Expect(err).NotTo(HaveOccurred())
	cases, err := plan.Select([]string{"error.Forbidden.Unauthorized"}, func([]string) bool { return true })
	g.Expect(err).NotTo(HaveOccurred())
	address, stop, err := plan.Start(t.Context(), StartOptions{Processes: 2})
	g.Expect(err).NotTo(HaveOccurred())
	defer func() { g.Expect(stop()).To(Succeed()) }()
	first, err := plan.Connect(address, nil)
	g.Expect(err).NotTo(HaveOccurred())
	defer first.Close()

	handed, err := json.Marshal(address) // as Ginkgo hands it to its other processes
	g.Expect(err).NotTo(HaveOccurred())
	var received Address
	g.Expect(json.Unmarshal(handed, &received)).To(Succeed())
	second, err := plan.Connect(received, nil)
	g.Expect(err).NotTo(HaveOccurred())
	defer second.Close()
	for _, result := range second.Results(t.Context(), cases) {
		g.Expect(result.Outcome).To(Equal(reports.Passed), result.Reason)
	}
	g.Expect(secrets).NotTo(BeEmpty())
	for _, secret := range secrets {
		g.Expect(first.Redacted([]reports.CaseResult{{Reason: "got " + secret}})[0].Reason).To(Equal("got REDACTED"))
	}
}
