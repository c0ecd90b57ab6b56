package engine

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/target"
)

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"a/xml/get", "a/xml/get", true},
		{"a", "a/xml/get", false},
		{"*", "", true},
		{"a*", "a/xml/get", true},
		{"*/xml/*", "a/xml/get", true},
		{"*/xml/*", "a/json/get", false},
		{"a*a", "a", false},
		{"error.*/json/post", "error.Forbidden.Unauthorized/json/post", true},
		{"", "a", false},
	} {
		NewWithT(t).Expect(matches(c.pattern, c.name)).To(Equal(c.want), "%s ~ %s", c.pattern, c.name)
	}
}

func TestSelect(t *testing.T) {
	g := NewWithT(t)
	plan, err := NewPlan(target.Settings{Endpoint: "http://127.0.0.1:1", Signature: "v1"})
	g.Expect(err).NotTo(HaveOccurred())
	any := func([]string) bool { return true }
	all, err := plan.Select(nil, any)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(all).To(HaveLen(len(plan.Cases)))
	some, err := plan.Select([]string{"detach.one", "error.Forbidden*/xml/*"}, any)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(some).To(HaveLen(4 + 2))
	_, err = plan.Select([]string{"detach.one", "detach.onee"}, any)
	g.Expect(err).To(MatchError(ContainSubstring(`-case "detach.onee" matches no case`)))
	_, err = plan.Select([]string{"auth.*"}, any)
	g.Expect(err).To(MatchError(ContainSubstring("it needs -verifies-signatures")))
	_, err = plan.Select(nil, func([]string) bool { return false })
	g.Expect(err).To(MatchError(ContainSubstring("the selection matches no case")))
}

func TestUnsupportedMustExist(t *testing.T) {
	g := NewWithT(t)
	declare := func(u target.Unsupported) error {
		_, err := NewPlan(target.Settings{File: "t.yaml", Unsupported: []target.Unsupported{u}})
		return err
	}
	err := declare(target.Unsupported{State: "a typo", Reason: "x"})
	g.Expect(err).To(MatchError(ContainSubstring(`t.yaml: unsupported: "a typo" is not a provider state`)))
	err = declare(target.Unsupported{Operation: "Typo", Reason: "x"})
	g.Expect(err).To(MatchError(ContainSubstring(`"Typo" is not a supporting operation`)))
}

func TestListsAreReadLeniently(t *testing.T) {
	list := func(v any) int {
		items, ok := support.Node{V: v}.List("Outer", "Inner")
		if !ok {
			return -1
		}
		return len(items)
	}
	m := func(kv ...any) map[string]any {
		out := map[string]any{}
		for i := 0; i < len(kv); i += 2 {
			out[kv[i].(string)] = kv[i+1]
		}
		return out
	}
	one := m("ID", "x")
	g := NewWithT(t)
	g.Expect(list(m("Outer", m("Inner", []any{one, one})))).To(Equal(2))
	g.Expect(list(m("Outer", []any{one}))).To(Equal(1))
	g.Expect(list(m("Outer", m("Inner", one)))).To(Equal(1))
	g.Expect(list(m("Outer", m()))).To(Equal(0))
	g.Expect(list(m("TotalCount", "0"))).To(Equal(0))
	g.Expect(list(m("TotalCount", "3"))).To(Equal(-1), "a count without the list says nothing of its members")
	g.Expect(list(m())).To(Equal(-1))
	g.Expect(list(m("Outer", "text"))).To(Equal(-1))
	g.Expect(list("text")).To(Equal(-1))
}

func TestAboutInstances(t *testing.T) {
	g := NewWithT(t)
	g.Expect(aboutInstances(&support.Refusal{Code: "InvalidInstanceId.InUse", Status: 400})).To(BeTrue())
	g.Expect(aboutInstances(&support.Refusal{Code: "IncorrectInstanceStatus", Status: 400})).To(BeTrue())
	for _, code := range []string{
		"IncorrectCapacity.MaxSize", "ScalingActivityInProgress", "Forbidden.Unauthorized",
		"Throttling.User", "InternalError",
	} {
		g.Expect(aboutInstances(&support.Refusal{Code: code, Status: 400})).To(BeFalse(), code)
	}
	g.Expect((&support.Refusal{Code: "InvalidAction.NotFound", Status: 404}).Absent()).To(BeTrue())
	g.Expect((&support.Refusal{Code: "InvalidInstanceId.InUse", Status: 400}).Absent()).To(BeFalse())
}

func TestHealth(t *testing.T) {
	g := NewWithT(t)
	h := &health{original: time.Minute}
	for range deadAfter - 1 {
		h.saw(wire.Exchange{Failure: "no answer in time"})
	}
	g.Expect(h.dead()).To(BeEmpty())
	h.saw(wire.Exchange{Response: &wire.Response{}})
	h.saw(wire.Exchange{Failure: "x"})
	g.Expect(h.dead()).To(BeEmpty(), "an answer in between starts the count again")
	for range deadAfter {
		h.saw(wire.Exchange{Failure: "no answer in time"})
	}
	g.Expect(h.dead()).To(Equal("the target stopped answering: no answer in time"))
	g.Expect(h.patience()).To(Equal(time.Minute))
	h.lostPatience()
	g.Expect(h.patience()).To(Equal(impatience))
}
