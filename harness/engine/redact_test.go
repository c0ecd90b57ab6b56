package engine

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports"
)

// TestSecretsLearnedLater: what one case was told before another one's setup returned it is a secret all the same.
func TestSecretsLearnedLater(t *testing.T) {
	g := NewWithT(t)
	const secret = "the-secret-of-the-denied-caller"
	r := &Runner{redactor: wire.NewRedactor()}
	message := reports.Message{StartLine: "HTTP/1.1 500", Headers: []reports.Header{{Name: "X", Value: secret}}, Body: "<a>" + secret + "</a>"}
	before := []reports.CaseResult{{
		ID: "a/xml/get", Reason: "got " + secret, StartedAt: time.Unix(1, 0), RequestIDs: []string{secret},
		State:    reports.State{Params: map[string]any{"instances": 3.0, "x": []any{secret}}, Outcome: "failed: " + secret},
		Findings: []reports.Finding{{Requirement: "detach.one", Got: secret, Offset: 3, Length: 5, History: []reports.HistoryLine{{Text: secret}}}},
		Exchange: &reports.Exchange{Response: &message},
	}}
	was, err := json.Marshal(before)
	g.Expect(err).NotTo(HaveOccurred())
	r.learn(states.Values{"accessKeyId": "denied0001", "accessKeySecret": secret})
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
