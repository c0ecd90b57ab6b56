package engine

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// abandon begins a run, sets states up, and ends without putting anything back, as a process that is killed does.
func (c *cloud) abandon(t *testing.T, journal *states.Journal, with func(*states.API), asked ...fixtures.State) {
	t.Helper()
	g := NewWithT(t)
	s := c.settings(t)
	api := &states.API{
		Client: c.client, With: *s.API, Journal: journal, Pace: support.PaceOf(true), Patience: 5 * time.Second,
		Getenv: environment, Kinds: c.kinds,
	}
	if with != nil {
		with(api)
	}
	g.Expect(api.Begin(context.Background())).To(Succeed())
	for i, state := range asked {
		_, err := api.Setup(context.Background(), states.Request{Case: "killed", State: state, Later: asked[i+1:]})
		g.Expect(err).NotTo(HaveOccurred())
	}
	g.Expect(journal.Close()).To(Succeed())
}

func (c *cloud) sweep(t *testing.T, path string) error {
	t.Helper()
	g := NewWithT(t)
	s := c.settings(t)
	s.Journal = path
	sweep, err := OpenSweep(s)
	g.Expect(err).NotTo(HaveOccurred())
	defer sweep.Close()
	return sweep.Run(context.Background(), nil)
}

// TestSweep: whatever state a run was killed in, a sweep leaves all as it was, and another one changes nothing.
func TestSweep(t *testing.T) {
	set, err := fixtures.Load(mustContract(t), "")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	for _, kind := range set.States {
		t.Run(kind.Name, func(t *testing.T) {
			g := NewWithT(t)
			c := newCloud(t, wire.SignV1, 4, 10*time.Millisecond)
			before, s := c.dump(t), c.settings(t)
			journal, err := states.NewJournal(s.JournalFile(), c.origin())
			g.Expect(err).NotTo(HaveOccurred())
			asked := []fixtures.State{{Name: kind.Name, Instances: 2}}
			if kind.Name == "a scaling group with detachable instances" {
				asked = append(asked, fixtures.State{Name: kind.Name, Instances: 1}) // in the second group
			}
			c.abandon(t, journal, nil, asked...)
			g.Expect(c.dump(t)).NotTo(Equal(before))

			_, err = states.NewJournal(s.JournalFile(), states.Origin{})
			g.Expect(err).To(MatchError(states.ErrInterrupted), "another run must not begin before the sweep")
			g.Expect(c.sweep(t, s.JournalFile())).To(Succeed())
			g.Expect(c.dump(t)).To(Equal(before))
			clear(c.calls)
			g.Expect(c.sweep(t, s.JournalFile())).To(Succeed())
			g.Expect(c.calls).To(BeEmpty())

			// The service shows the load balancer and the DB instance by what it accepts.
			g.Expect(c.client.SetLifecycle(context.Background(), c.group, support.Active)).To(Succeed())
			_, err = c.client.Attach(context.Background(), c.group, c.instances[:1])
			g.Expect(err).NotTo(HaveOccurred())
		})
	}
}

// TestSweepAfterEachCall: a run may be killed between any two calls.
func TestSweepAfterEachCall(t *testing.T) {
	t.Parallel() // most of it is waiting
	NotRaced(t)
	for stop := int64(1); stop < 40; stop += 2 {
		g := NewWithT(t)
		c := newCloud(t, wire.SignNone, 3, -1)
		before, s := c.dump(t), c.settings(t)
		journal, err := states.NewJournal(s.JournalFile(), c.origin())
		g.Expect(err).NotTo(HaveOccurred())
		var calls atomic.Int64
		c.before = func(w http.ResponseWriter, _ *http.Request) bool {
			if calls.Add(1) > stop {
				w.WriteHeader(http.StatusInternalServerError)
				return true
			}
			return false
		}
		api := &states.API{
			Client: c.client, With: *s.API, Journal: journal, Pace: support.PaceOf(true), Patience: time.Second,
			Getenv: environment, Kinds: c.kinds,
		}
		ctx := context.Background()
		if err := api.Begin(ctx); err == nil {
			for _, name := range []string{"an inactive scaling group", "a scaling group at its minimum size"} {
				state := fixtures.State{Name: name, Instances: 2}
				if values, err := api.Setup(ctx, states.Request{Case: "killed", State: state}); err == nil {
					// fails when the target is gone by now
					_ = api.Teardown(ctx, states.Release{Case: "killed", State: state, Values: values})
				}
			}
		}
		g.Expect(journal.Close()).To(Succeed())
		c.before = nil
		g.Expect(c.sweep(t, s.JournalFile())).To(Succeed())
		g.Expect(c.dump(t)).To(Equal(before), "killed after %d calls", stop)
	}
}

// TestSweepAfterAFault: whichever call of a sweep fails, once, the next sweep puts everything back: nothing was struck
// off the journal that something else still needed.
func TestSweepAfterAFault(t *testing.T) {
	t.Parallel() // most of it is waiting
	NotRaced(t)
	detachable := fixtures.State{Name: "a scaling group with detachable instances", Instances: 1}
	for _, c := range []struct {
		name  string
		with  func(*states.API)
		asked []fixtures.State
	}{
		{"in the second group", nil, []fixtures.State{detachable, detachable}},
		{"at the minimum size", nil, []fixtures.State{{Name: "a scaling group at its minimum size", Instances: 2}}},
		{"inactive", nil, []fixtures.State{{Name: "an inactive scaling group", Instances: 2}}},
		{"with services off", nil, []fixtures.State{{
			Name:      "a scaling group with a DB instance that is not running",
			Instances: 2,
		}}},
		{
			"in groups that it made", func(a *states.API) {
				a.With.Create, a.With.ScalingGroupID,
					a.With.OtherScalingGroupID = true, "", ""
			},
			[]fixtures.State{detachable, detachable},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			for failing, whole := int64(1), false; !whole; failing++ {
				cloud := newCloud(t, wire.SignNone, 3, -1)
				before, s := cloud.dump(t), cloud.settings(t)
				journal, err := states.NewJournal(s.JournalFile(), cloud.origin())
				g.Expect(err).NotTo(HaveOccurred())
				cloud.abandon(t, journal, c.with, c.asked...)
				var calls atomic.Int64
				cloud.before = func(w http.ResponseWriter, _ *http.Request) bool {
					if calls.Add(1) != failing {
						return false
					}
					w.WriteHeader(http.StatusServiceUnavailable)
					_, _ = w.Write([]byte(`{"Code":"ServiceUnavailable","Message":"later","RequestId":"r"}`))
					return true
				}
				first := cloud.sweep(t, s.JournalFile())
				cloud.before = nil
				whole = calls.Load() < failing
				if whole {
					g.Expect(first).NotTo(HaveOccurred())
				}
				g.Expect(cloud.sweep(t, s.JournalFile())).To(Succeed(), "after call %d had failed: %v", failing, first)
				g.Expect(cloud.dump(t)).To(Equal(before), "after call %d had failed: %v", failing, first)
				g.Expect(cloud.openChanges(t, s.JournalFile())).To(BeZero())
			}
		})
	}
}

// TestEndOfARunAfterAFault: the end of a run is the same code, so that a sweep finishes what it could not do.
func TestEndOfARunAfterAFault(t *testing.T) {
	g := NewWithT(t)
	c := newCloud(t, wire.SignNone, 3, -1)
	before, s := c.dump(t), c.settings(t)
	plan, err := NewPlan(s)
	g.Expect(err).NotTo(HaveOccurred())
	_, stop, err := plan.startOn(context.Background(), target.Credentials(c.client.Credentials), 1, environment)
	g.Expect(err).NotTo(HaveOccurred())
	c.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.FormValue("Action") != support.OpDetach {
			return false
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	}
	g.Expect(stop()).To(MatchError(And(
		ContainSubstring("left for the next time, because instances have to leave first"),
		ContainSubstring("essconform sweep -journal"))))
	c.before = nil
	g.Expect(c.sweep(t, s.JournalFile())).To(Succeed())
	g.Expect(c.dump(t)).To(Equal(before))
}

// TestInstanceElsewhere: an instance that somebody has put into a group of their own is left there, and holds nothing
// else up.
func TestInstanceElsewhere(t *testing.T) {
	g, ctx := NewWithT(t), context.Background()
	c := newCloud(t, wire.SignNone, 3, -1)
	s := c.settings(t)
	foreign, err := c.client.Create(ctx, support.NewGroup{Name: "foreign", Sizes: support.Sizes{MaxSize: 5}})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(c.client.SetLifecycle(ctx, foreign, support.Active)).To(Succeed())
	before := c.dump(t)
	journal, err := states.NewJournal(s.JournalFile(), c.origin())
	g.Expect(err).NotTo(HaveOccurred())
	c.abandon(t, journal, nil)
	_, err = c.client.Detach(ctx, c.group, c.instances[:1])
	g.Expect(err).NotTo(HaveOccurred())
	_, err = c.client.Busy(ctx, c.group)
	g.Expect(err).NotTo(HaveOccurred())
	_, err = c.client.Attach(ctx, foreign, c.instances[:1])
	g.Expect(err).NotTo(HaveOccurred())

	g.Expect(c.sweep(t, s.JournalFile())).To(MatchError(ContainSubstring("the instance " + c.instances[0] +
		" is in the group " + foreign + " by now")))
	after := c.dump(t)
	g.Expect(after[c.group]).To(Equal(before[c.group]), "the group is as it was all the same")
	g.Expect(c.openChanges(t, s.JournalFile())).To(Equal(1))
}

func (c *cloud) openChanges(t *testing.T, path string) int {
	t.Helper()
	journal, err := states.OpenJournal(path)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	defer journal.Close()
	return len(journal.Open())
}

// TestSweepInTheEditionOfTheRun: the journal knows it.
func TestSweepInTheEditionOfTheRun(t *testing.T) {
	g := NewWithT(t)
	c := newCloud(t, wire.SignNone, 3, -1)
	s := c.settings(t)
	origin := c.origin()
	origin.APIVersion, origin.ListPrefix = "2022-02-22", "InstanceIds"
	journal, err := states.NewJournal(s.JournalFile(), origin)
	g.Expect(err).NotTo(HaveOccurred())
	c.abandon(t, journal, nil)
	var versions []string
	c.before = func(w http.ResponseWriter, r *http.Request) bool {
		versions = append(versions, r.FormValue("Version"))
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	}
	g.Expect(c.sweep(t, s.JournalFile())).NotTo(Succeed())
	g.Expect(versions).To(HaveEach("2022-02-22"))
}

// TestSweepOfCreatedGroups: a target without DeleteScalingGroup keeps them, inactive and empty.
func TestSweepOfCreatedGroups(t *testing.T) {
	for name, deletes := range map[string]bool{"deleted": true, "kept": false} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			c := newCloud(t, wire.SignV3, 3, 10*time.Millisecond, func(r *mock.Rules) {
				r.Operations = slices.DeleteFunc(r.Operations, func(o *mock.Operation) bool {
					return o.Name == support.OpDelete && !deletes
				})
			})
			before, s := c.dump(t), c.settings(t)
			journal, err := states.NewJournal(s.JournalFile(), c.origin())
			g.Expect(err).NotTo(HaveOccurred())
			c.abandon(t, journal, func(a *states.API) {
				a.With.Create, a.With.ScalingGroupID, a.With.OtherScalingGroupID = true, "", ""
			})
			open := journal.Open()
			g.Expect(c.sweep(t, s.JournalFile())).To(Succeed())
			g.Expect(c.dump(t)).To(Equal(before))
			for _, change := range open {
				if change.Kind != states.Created {
					continue
				}
				left, err := c.client.Group(context.Background(), change.ID)
				if deletes {
					g.Expect(err).To(HaveOccurred(), "the group is gone")
					continue
				}
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(left.Lifecycle).To(Equal(support.Inactive))
			}
		})
	}
}

// TestNothingElseIsTouched: every id that a call could change is one that was given.
func TestNothingElseIsTouched(t *testing.T) {
	t.Parallel() // most of it is waiting
	g := NewWithT(t)
	c := newCloud(t, wire.SignV1, 6, 10*time.Millisecond)
	given := c.settings(t)
	stranger := c.instances[5]
	given.API.InstanceIDs = c.instances[:5]
	_, err := c.client.Find(context.Background(), nil)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(c.client.SetLifecycle(context.Background(), c.group, support.Active)).To(Succeed())
	_, err = c.client.Attach(context.Background(), c.group, []string{stranger})
	g.Expect(err).NotTo(HaveOccurred())
	g.Eventually(func() (bool, error) { return c.client.Busy(context.Background(), c.group) }, 5*time.Second,
		time.Millisecond).Should(BeFalse())
	clear(c.named)
	before := c.dump(t)
	clear(c.named)
	results, err := c.run(t, given, 2, "error.*", "no-effect.*", "detach.*", "effect.*")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(outcomes(results)).NotTo(HaveKey(reports.Failed))
	g.Expect(c.dump(t)).To(Equal(before))
	for id := range c.named {
		g.Expect(append([]string{c.group, c.second, c.balancer, c.db}, c.instances[:5]...)).To(ContainElement(id))
	}
}

func TestForeignInstanceIsLeftAlone(t *testing.T) {
	g := NewWithT(t)
	c := newCloud(t, wire.SignV1, 2, -1)
	s := c.settings(t)
	s.API.ScalingGroupID, s.API.OtherScalingGroupID = c.second, ""
	g.Expect(c.client.SetLifecycle(context.Background(), c.group, support.Active)).To(Succeed())
	_, err := c.client.Attach(context.Background(), c.group, c.instances[:1])
	g.Expect(err).NotTo(HaveOccurred())
	before := c.dump(t)
	_, err = c.run(t, s, 1, "detach.one")
	g.Expect(err).To(MatchError(ContainSubstring("the instance " + c.instances[0] + " is in the group " + c.group)))
	g.Expect(c.dump(t)).To(Equal(before))
}

// TestActivitiesTooShort: a state that cannot be caught is no failure of the target.
func TestActivitiesTooShort(t *testing.T) {
	g := NewWithT(t)
	c := newCloud(t, wire.SignV1, 4, -1)
	results, err := c.run(t, c.settings(t), 1, "error.ScalingActivityInProgress", "no-effect.ScalingActivityInProgress")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(outcomes(results)).To(Equal(map[reports.Outcome]int{reports.CouldNotRun: len(results)}))
	g.Expect(results[0].Reason).To(ContainSubstring("the state was lost"))
}

func TestJournalIsPrivateAndHoldsNoSecret(t *testing.T) {
	g := NewWithT(t)
	c := newCloud(t, wire.SignV1, 3, -1)
	s := c.settings(t)
	_, err := c.run(t, s, 1, "detach.one", "error.Forbidden.Unauthorized")
	g.Expect(err).NotTo(HaveOccurred())
	info, err := os.Stat(s.JournalFile())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(info.Mode().Perm()).To(Equal(os.FileMode(0o600)))
	text, err := os.ReadFile(s.JournalFile())
	g.Expect(err).NotTo(HaveOccurred())
	for _, secret := range []string{keySecret, keyID, os.Getenv(c.deniedID), os.Getenv(c.deniedSecret)} {
		g.Expect(string(text)).NotTo(ContainSubstring(secret))
	}
	g.Expect(errors.Is(err, states.ErrInterrupted)).To(BeFalse())
}

func (c *cloud) origin() states.Origin {
	return states.Origin{
		Endpoint: c.url, Region: c.client.Region, Signature: string(c.client.Scheme), APIVersion: c.client.Version,
		ListPrefix: c.client.ListPrefix,
	}
}
