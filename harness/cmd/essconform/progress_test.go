package main

import (
	"bytes"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
)

func TestProgressLine(t *testing.T) {
	for _, c := range []struct {
		name              string
		ran, done, failed int
		want              string
	}{
		{"nothing yet", 0, 0, 0, "0 of 100 cases"},
		{"half", 50, 0, 0, "50 of 100 cases; about 12s left"},
		{"with failures", 50, 2, 2, "50 of 100 cases, 2 failed; about 12s left"},
		{"waiting", 100, 10, 0, "100 of 100 cases; waiting 2s for the late look"},
		{"done", 100, 100, 1, "100 of 100 cases, 1 failed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &progress{total: 100, late: 2 * time.Second, ran: c.ran, done: c.done, failed: c.failed}
			NewWithT(t).Expect(p.line(10 * time.Second)).To(Equal(c.want))
		})
	}
}

func TestFirstFailureIsShownOnce(t *testing.T) {
	g := NewWithT(t)
	var out bytes.Buffer
	p := startProgress(&out, false, 2, 0)
	failed := reports.CaseResult{ID: "detach.one/xml/get", Findings: []reports.Finding{{
		Requirement: "detach.one", Want: "the call accepted", Got: "HTTP 500\n::error::x",
	}}}
	p.begun(failed, true)
	p.begun(failed, true)
	p.stop()
	g.Expect(out.String()).To(Equal("first failure: detach.one/xml/get\n  detach.one: wanted the call accepted; got " +
		`HTTP 500\n:\x3aerror:\x3ax` + "\n"))
}
