package support

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/wire"
)

// pagedMembers serves the members i-0 … i-(all-1), at most size on a page; extra is put into each answer.
func pagedMembers(all, size int, extra func(page int) string) func(page int) string {
	return func(page int) string {
		var items []string
		for i := (page - 1) * size; i < min(all, page*size); i++ {
			items = append(items, fmt.Sprintf(`{"InstanceId":"i-%d","ScalingGroupId":"asg-1"}`, i))
		}
		return fmt.Sprintf(`{%s"ScalingInstances":{"ScalingInstance":[%s]}}`, extra(page), strings.Join(items, ","))
	}
}

func TestListsAreReadToTheEnd(t *testing.T) {
	total := func(n int) func(int) string { return func(int) string { return fmt.Sprintf(`"TotalCount":%d,`, n) } }
	nothing := func(int) string { return "" }
	for name, c := range map[string]struct {
		page  func(page int) string
		want  int    // members
		calls int    // at most
		fault string // part of the error; "" for none
	}{
		"one page":                      {pagedMembers(7, 50, total(7)), 7, 1, ""},
		"none":                          {pagedMembers(0, 50, total(0)), 0, 1, ""},
		"two pages":                     {pagedMembers(100, 50, total(100)), 100, 2, ""},
		"all on one page":               {pagedMembers(300, 300, total(300)), 300, 1, ""},
		"a page that is capped":         {pagedMembers(25, 10, total(25)), 25, 3, ""},
		"capped, and not counted":       {pagedMembers(25, 10, nothing), 25, 4, ""},
		"capped to a size that it says": {pagedMembers(25, 10, func(int) string { return `"PageSize":10,` }), 25, 3, ""},
		"not counted":                   {pagedMembers(51, 50, nothing), 51, 3, ""},
		"a count as text":               {pagedMembers(60, 50, func(int) string { return `"TotalCount":"60",` }), 60, 2, ""},
		"very many":                     {pagedMembers(2345, 50, total(2345)), 2345, 47, ""},
		"very many, capped":             {pagedMembers(1500, 10, total(1500)), 1500, 150, ""},
		"neither counted nor paged":     {func(int) string { return pagedMembers(60, 60, nothing)(1) }, 60, 2, ""},
		"more promised than there are": {
			pagedMembers(7, 50, total(9)), 0, 6,
			"its pages list 7 of ScalingInstances, and TotalCount says 9",
		},
		"a page that repeats": {
			func(int) string { return pagedMembers(50, 50, total(100))(1) }, 0, 6,
			"its pages list 50 of ScalingInstances, and TotalCount says 100",
		},
		"pages without an end": {
			pagedMembers(1<<30, 200, total(1<<30)), 0, 251,
			"more than 50000 of ScalingInstances",
		},
		"small pages without an end": {
			pagedMembers(1<<30, 1, nothing), 0, maxPages,
			"does not end after 2000 pages",
		},
		"no list": {func(int) string { return `{"TotalCount":3}` }, 0, 1, "its answer has no ScalingInstances.ScalingInstance"},
		"no ids": {func(int) string {
			return `{"TotalCount":1,"ScalingInstances":{"ScalingInstance":[{"Instance":"i-1"}]}}`
		}, 0, 1, "has no InstanceId"},
		"very many small items": {func(int) string { return `{"x":[` + strings.Repeat("{},", maxValues) + `{}]}` }, 0, 1, "too long to be read"},
		"a very long answer":    {func(int) string { return `{"x":"` + strings.Repeat("x", wire.DefaultBodyLimit) + `"}` }, 0, 1, "too long to be read"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			var calls atomic.Int64
			client := clientOf(t, time.Minute, func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				var page int
				_, _ = fmt.Sscan(r.FormValue("PageNumber"), &page)
				_, _ = w.Write([]byte(c.page(page))) // a caller who left has seen enough
			})
			got, err := client.Members(t.Context(), "asg-1")
			g.Expect(int(calls.Load())).To(BeNumerically("<=", c.calls))
			if c.fault == "" {
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(got).To(HaveLen(c.want))
				return
			}
			g.Expect(err).To(MatchError(ContainSubstring(c.fault)))
			g.Expect(err).To(BeAssignableToTypeOf(&Unobservable{}))
			g.Expect(got).To(BeEmpty())
		})
	}
}

// TestListThatMoves: an instance that leaves while the pages are read is no fault of the list.
func TestListThatMoves(t *testing.T) {
	g := NewWithT(t)
	var calls atomic.Int64
	client := clientOf(t, time.Minute, func(w http.ResponseWriter, r *http.Request) {
		all := 100
		if calls.Add(1) == 2 { // the first page was read from 101
			_, _ = w.Write([]byte(pagedMembers(100, 50, func(int) string { return `"TotalCount":101,` })(2)))
			return
		}
		var page int
		_, _ = fmt.Sscan(r.FormValue("PageNumber"), &page)
		extra := func(int) string { return fmt.Sprintf(`"TotalCount":%d,`, all) }
		if calls.Load() == 1 {
			extra = func(int) string { return `"TotalCount":101,` }
		}
		_, _ = w.Write([]byte(pagedMembers(all, 50, extra)(page)))
	})
	got, err := client.Members(t.Context(), "asg-1")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(got).To(HaveLen(100))
}

func TestFieldsThatAreRead(t *testing.T) {
	one := 1
	const group = `{"TotalCount":1,"ScalingGroups":{"ScalingGroup":[{"ScalingGroupId":"asg-1","LifecycleState":"Active"%s}]}}`
	for name, c := range map[string]struct {
		answer string
		look   func(*Client, *testing.T) (any, error)
		want   any
		fault  string
	}{
		"an activity without its status": {
			`{"TotalCount":1,"ScalingActivities":{"ScalingActivity":[{"ScalingActivityId":"asa-1","State":"Successful"}]}}`,
			func(c *Client, t *testing.T) (any, error) { return c.Busy(t.Context(), "asg-1") },
			nil, "DescribeScalingActivities: its answer has no StatusCode for the activity asa-1",
		},
		"a member without its group": {
			`{"TotalCount":1,"ScalingInstances":{"ScalingInstance":[{"InstanceId":"i-1"}]}}`,
			func(c *Client, t *testing.T) (any, error) { return c.Find(t.Context(), []string{"i-1"}) },
			nil, "has no ScalingGroupId for the instance i-1",
		},
		"a member": {
			`{"TotalCount":1,"ScalingInstances":{"ScalingInstance":[{"InstanceId":"i-1","CreationType":"Attached"}]}}`,
			func(c *Client, t *testing.T) (any, error) { return c.Members(t.Context(), "asg-1") },
			[]Member{{ID: "i-1", Group: "asg-1", CreationType: "Attached"}},
			"",
		},
		"a group without MinSize": {
			fmt.Sprintf(group, `,"MaxSize":3`),
			func(c *Client, t *testing.T) (any, error) { return c.Group(t.Context(), "asg-1") },
			nil, "its answer has no MinSize for the group asg-1",
		},
		"a group with little": {
			fmt.Sprintf(group, `,"MinSize":"2"`),
			func(c *Client, t *testing.T) (any, error) { return c.Group(t.Context(), "asg-1") },
			Group{ID: "asg-1", Lifecycle: "Active", Sizes: Sizes{2, NotShown, NotShown}},
			"",
		},
		"a group with all": {
			fmt.Sprintf(group, `,"MinSize":0,"MaxSize":3,"DefaultCooldown":0,"TotalCapacity":1`),
			func(c *Client, t *testing.T) (any, error) { return c.Group(t.Context(), "asg-1") },
			Group{ID: "asg-1", Lifecycle: "Active", Sizes: Sizes{0, 3, 0}, Total: &one},
			"",
		},
		"an instance without its status": {
			`{"TotalCount":1,"Instances":{"Instance":[{"InstanceId":"i-1"}]}}`,
			func(c *Client, t *testing.T) (any, error) { return c.Statuses(t.Context(), []string{"i-1"}) },
			nil, "its answer has no Status for the instance i-1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			client := clientOf(t, time.Minute, func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte(c.answer))
			})
			got, err := c.look(client, t)
			if c.fault != "" {
				g.Expect(err).To(MatchError(ContainSubstring(c.fault)))
				g.Expect(err).To(BeAssignableToTypeOf(&Unobservable{}))
				return
			}
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(got).To(Equal(c.want))
		})
	}
}

// TestFilterThatIsIgnored: an instance that is asked for may stand on the last page of all.
func TestFilterThatIsIgnored(t *testing.T) {
	g := NewWithT(t)
	client := clientOf(t, time.Minute, func(w http.ResponseWriter, r *http.Request) {
		var page int
		_, _ = fmt.Sscan(r.FormValue("PageNumber"), &page)
		_, _ = w.Write([]byte(pagedMembers(120, 50, func(int) string { return `"TotalCount":120,` })(page)))
	})
	where, err := client.Find(t.Context(), []string{"i-110"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(where).To(HaveKey("i-110"))
}

// TestUnknownStatusCode: a word that no document has is read, and noted.
func TestUnknownStatusCode(t *testing.T) {
	g := NewWithT(t)
	words := []string{"InProgress", "Successful", "Warning", "Failed", "Rejected"}
	said := 0
	client := clientOf(t, time.Minute, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"TotalCount":1,"ScalingActivities":{"ScalingActivity":[{"ScalingActivityId":"asa-1","StatusCode":"%s"}]}}`, words[said])
		said++
	})
	look := func() {
		for range words {
			all, err := client.Activities(t.Context(), "asg-1", "")
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(all).To(HaveLen(1))
		}
	}
	look()
	g.Expect(client.Notes()).To(BeEmpty())
	words, said = []string{"Running", "Running"}, 0
	look()
	g.Expect(client.Notes()).To(Equal([]string{`DescribeScalingActivities: an activity has the StatusCode "Running"; documented are InProgress, Successful, Warning, Failed and Rejected`}))
	words, said = nil, 0
	for i := range 100 {
		words = append(words, fmt.Sprint("word ", i))
	}
	look()
	g.Expect(len(client.Notes())).To(BeNumerically("<", 30), "whatever a target says")
}

// TestShapesOfLists: each edition has its own; the other one is read, and noted.
func TestShapesOfLists(t *testing.T) {
	for _, c := range []struct{ version, prefix, list, note string }{
		{"2014-08-28", "InstanceId", `{"ScalingInstance":[{"InstanceId":"i-1"}]}`, ""},
		{"2022-02-22", "InstanceIds", `[{"InstanceId":"i-1"}]`, ""},
		{"2014-08-28", "InstanceId", `[{"InstanceId":"i-1"}]`, "DescribeScalingInstances: ScalingInstances is a list; edition 2014-08-28 has an object with the list ScalingInstance there"},
		{"2022-02-22", "InstanceIds", `{"ScalingInstance":[{"InstanceId":"i-1"}]}`, "DescribeScalingInstances: ScalingInstances is an object with a list in it; edition 2022-02-22 has the list itself there"},
	} {
		t.Run(c.version+" "+c.list, func(t *testing.T) {
			g := NewWithT(t)
			client := clientOf(t, time.Minute, func(w http.ResponseWriter, _ *http.Request) {
				_, _ = fmt.Fprintf(w, `{"TotalCount":1,"ScalingInstances":%s}`, c.list)
			})
			client.Version, client.ListPrefix = c.version, c.prefix
			for range 2 {
				got, err := client.With(nil).Members(t.Context(), "asg-1")
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(got).To(HaveLen(1))
			}
			if c.note == "" {
				g.Expect(client.Notes()).To(BeEmpty())
			} else {
				g.Expect(client.Notes()).To(Equal([]string{c.note}))
			}
		})
	}
}

// TestObserver: every exchange of a copy is seen by its observer, and by no other one.
func TestObserver(t *testing.T) {
	g := NewWithT(t)
	client := clientOf(t, time.Minute, func(w http.ResponseWriter, r *http.Request) {
		var page int
		_, _ = fmt.Sscan(r.FormValue("PageNumber"), &page)
		_, _ = w.Write([]byte(pagedMembers(60, 50, func(int) string { return `"TotalCount":60,` })(page)))
	})
	var seen []string
	watched := client.With(func(operation string, sent, done time.Time, ex wire.Exchange) {
		seen = append(seen, fmt.Sprintf("%s %d %t", operation, ex.Response.Status, !done.Before(sent)))
	})
	_, err := client.Members(t.Context(), "asg-1")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(seen).To(BeEmpty())
	_, err = watched.Members(t.Context(), "asg-1")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(seen).To(Equal([]string{"DescribeScalingInstances 200 true", "DescribeScalingInstances 200 true"}))
}
