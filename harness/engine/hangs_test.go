package engine

import (
	"net/http"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/spec"
)

func TestCallsOfAKindThatHangsAreNoLongerSent(t *testing.T) {
	g := NewWithT(t)
	silent, answered := wire.Exchange{TimedOut: true}, wire.Exchange{Response: &wire.Response{}}
	post := kindOfCall{spec.XML, http.MethodPost, judge.Refused}
	get := kindOfCall{spec.XML, http.MethodGet, judge.Refused}
	h := &hangs{}
	for range hangAfter - 1 {
		h.saw(post, silent)
	}
	h.saw(post, answered)
	h.saw(post, silent)
	g.Expect(h.known(post)).To(BeEmpty(), "an answer in between begins the count again")
	for range hangAfter {
		h.saw(post, silent)
		h.saw(get, answered)
	}
	g.Expect(h.known(post)).To(
		Equal("not sent: the last 9 XML calls by POST that are to be refused were not answered in time"))
	g.Expect(h.known(get)).To(BeEmpty())
}

// Calls that were under way when another one was answered say nothing of whether the target is gone.
func TestHealthCountsCallsSentAfterTheLastAnswer(t *testing.T) {
	g := NewWithT(t)
	h := &health{original: time.Minute}
	before := time.Now()
	g.Expect(h.answeredSince(before)).To(BeFalse())
	h.saw(wire.Exchange{Response: &wire.Response{}})
	g.Expect(h.answeredSince(before)).To(BeTrue())
	g.Expect(h.answeredSince(time.Now())).To(BeFalse())
}
