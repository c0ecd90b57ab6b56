package engine_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

const outage = `{"RequestId":"4F0D-1","HostId":"h","Code":"ServiceUnavailable","Message":"The request has failed due to a ` +
	`temporary failure of the server."}`

// around are settings for a mock of which some calls of DetachInstances are answered by something else. It gets the
// number of the call, and tells whether it has answered.
func around(t *testing.T, rules *mock.Rules,
	instead func(n int, m http.Handler, w http.ResponseWriter, r *http.Request) bool,
) target.Settings {
	t.Helper()
	m, err := mock.New(mock.Options{SkipVerification: true, ActivityDuration: 5 * time.Millisecond, Rules: rules})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	n := 0
	front := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if instead != nil && r.URL.Query().Get("Action") == "DetachInstances" {
			if n++; instead(n, m, w, r) {
				return
			}
		}
		m.ServeHTTP(w, r)
	})
	return onMock(t, front, 300*time.Millisecond)
}

func unavailable(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte(outage))
}

// TestOutOfOrderForAMoment: any service may fail now and then. One that fails each time, or fails and has carried the
// call out, is found.
func TestOutOfOrderForAMoment(t *testing.T) {
	for name, c := range map[string]struct {
		instead func(n int, m http.Handler, w http.ResponseWriter, r *http.Request) bool
		want    reports.Outcome
	}{
		"once": {func(n int, _ http.Handler, w http.ResponseWriter, _ *http.Request) bool {
			if n == 2 { // the first one is the first contact
				unavailable(w)
			}
			return n == 2
		}, reports.Passed},
		"always": {func(_ int, _ http.Handler, w http.ResponseWriter, _ *http.Request) bool {
			unavailable(w)
			return true
		}, reports.Failed},
		"once, with the effect": {func(n int, m http.Handler, w http.ResponseWriter, r *http.Request) bool {
			if n == 2 { // the first one is the first contact
				m.ServeHTTP(httptest.NewRecorder(), r)
				unavailable(w)
			}
			return n == 2
		}, reports.Failed},
		"a connection that is dropped once": {func(n int, _ http.Handler, _ http.ResponseWriter, _ *http.Request) bool {
			if n == 2 { // the first one is the first contact
				panic(http.ErrAbortHandler)
			}
			return false
		}, reports.Passed},
		"connections that are dropped": {func(int, http.Handler, http.ResponseWriter, *http.Request) bool {
			panic(http.ErrAbortHandler)
		}, reports.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			plan, runner := connected(t, around(t, nil, c.instead))
			result := ran(t, plan, runner, "detach.one/json/get")[0]
			NewWithT(t).Expect(result.Outcome).To(Equal(c.want), "%s %v", result.Reason, result.Findings)
		})
	}
}

// TestAttachingWithoutAnAnswer: the instance may be attached or not, which is no word on the call that detached it.
func TestAttachingWithoutAnAnswer(t *testing.T) {
	m, err := mock.New(mock.Options{SkipVerification: true, ActivityDuration: 5 * time.Millisecond})
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	front := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if !bytes.Contains(body, []byte("Action=AttachInstances")) {
			m.ServeHTTP(w, r)
			return
		}
		m.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	})
	plan, runner := connected(t, onMock(t, front, 20*time.Millisecond))
	result := ran(t, plan, runner, "sequence.detach-attach-detach/xml/get")[0]
	g.Expect(result.Outcome).To(Equal(reports.CouldNotRun), "%v", result.Findings)
	g.Expect(result.Reason).To(ContainSubstring("AttachInstances: no whole answer"))
}

// TestWhatTheServiceDoes: a member that the service takes out by an activity of its own is not held against the call;
// one that is gone without any is.
func TestWhatTheServiceDoes(t *testing.T) {
	for name, c := range map[string]struct {
		shown bool
		want  reports.Outcome
	}{
		"an activity is shown": {true, reports.Passed},
		"nothing is shown":     {false, reports.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			rules := mock.DefaultRules()
			detach := rules.Operation("DetachInstances")
			next := detach.Complete
			detach.Complete = func(w *mock.World, a *mock.Activity) {
				next(w, a)
				w.Leave(a.Group.Members[len(a.Group.Members)-1])
				if c.shown {
					w.Begin(a.Group, nil, "replace an instance of", 0, nil)
				}
			}
			plan, runner := connected(t, around(t, rules, nil))
			result := ran(t, plan, runner, "detach.one/json/get")[0]
			NewWithT(t).Expect(result.Outcome).To(Equal(c.want), "%s %v", result.Reason, result.Findings)
		})
	}
}

// TestChangesThatCountLater: a service may answer before a change is everywhere, and hold an instance for its old group
// for a moment; never for longer than looks may lag.
func TestChangesThatCountLater(t *testing.T) {
	const moment = 60 * time.Millisecond
	modifiedLater := func(r *mock.Rules) {
		o := r.Operation("ModifyScalingGroup")
		next := o.Effect
		o.Effect = func(c *mock.Call) []mock.Field {
			before, group := c.Group.MinSize, c.Group
			fields := next(c)
			now := group.MinSize
			group.MinSize = before
			c.World.After(moment, func(*mock.World) { group.MinSize = now })
			return fields
		}
	}
	held := func(d time.Duration) func(r *mock.Rules) {
		return func(r *mock.Rules) {
			left := map[string]time.Time{} // used while the world is held
			detach, attach := r.Operation("DetachInstances"), r.Operation("AttachInstances")
			next := detach.Complete
			detach.Complete = func(w *mock.World, a *mock.Activity) {
				next(w, a)
				for _, i := range a.Instances {
					left[i.ID] = w.Now()
				}
			}
			p := attach.Precondition("instances are in no group")
			refuses := p.Violated
			p.Violated = func(c *mock.Call) (string, bool) {
				for _, id := range c.InstanceIDs {
					if at, ok := left[id]; ok && c.World.Now().Sub(at) < d {
						return id, true
					}
				}
				return refuses(c)
			}
		}
	}
	for name, c := range map[string]struct {
		change func(*mock.Rules)
		run    string
		want   reports.Outcome
	}{
		"MinSize":                     {modifiedLater, "sequence.min-size-raised/json/get", reports.Passed},
		"an instance held for long":   {held(time.Minute), "effect.attach-elsewhere/json/post", reports.Failed},
		"an instance held for a time": {held(moment), "effect.attach-elsewhere/json/post", reports.Passed},
	} {
		t.Run(name, func(t *testing.T) {
			rules := mock.DefaultRules()
			c.change(rules)
			plan, runner := connected(t, around(t, rules, nil))
			result := ran(t, plan, runner, c.run)[0]
			NewWithT(t).Expect(result.Outcome).To(Equal(c.want), "%s %v", result.Reason, result.Findings)
		})
	}
}
