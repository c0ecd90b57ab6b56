package support

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/wire"
)

// clientOf gives a client for a handler.
func clientOf(t *testing.T, timeout time.Duration, h http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	endpoint, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := wire.NewClient(wire.Options{Endpoint: endpoint, Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return &Client{Wire: client, Scheme: wire.SignNone, Region: "cn-hangzhou", Version: "2014-08-28", ListPrefix: "InstanceId"}
}

// members is a page of n members, the first of which has that number.
func members(first, n, total int) string {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprintf(`{"InstanceId":"i-%d"}`, first+i)
	}
	return fmt.Sprintf(`{"TotalCount":%d,"ScalingInstances":{"ScalingInstance":[%s]}}`, total, strings.Join(items, ","))
}

func TestListsAreBounded(t *testing.T) {
	for name, c := range map[string]struct {
		page func(number int) string
		want string // part of the error; "" for none
	}{
		"two pages":             {func(n int) string { return members(50*n, 50, 100) }, ""},
		"all on one page":       {func(int) string { return members(0, 300, 300) }, ""},
		"a page that repeats":   {func(int) string { return members(0, 50, 100) }, "page 2 of ScalingInstances is page 1 again"},
		"pages without an end":  {func(n int) string { return members(200*n, 200, 1<<30) }, "more than 1000 of ScalingInstances"},
		"very many small items": {func(int) string { return `{"x":[` + strings.Repeat("{},", maxValues) + `{}]}` }, "too long to be read"},
		"a very long answer":    {func(int) string { return `{"x":"` + strings.Repeat("x", wire.DefaultBodyLimit) + `"}` }, "too long to be read"},
	} {
		t.Run(name, func(t *testing.T) {
			g, page := NewWithT(t), 0
			client := clientOf(t, time.Minute, func(w http.ResponseWriter, _ *http.Request) {
				page++
				_, _ = w.Write([]byte(c.page(page))) // a caller who left has seen enough
			})
			_, err := client.Members(t.Context(), "asg-1")
			if c.want == "" {
				g.Expect(err).NotTo(HaveOccurred())
				return
			}
			g.Expect(err).To(MatchError(ContainSubstring(c.want)))
			g.Expect(err).To(BeAssignableToTypeOf(&Unobservable{}))
		})
	}
}

func TestSilenceIsNotWaitedForAgain(t *testing.T) {
	g := NewWithT(t)
	var asked atomic.Int64
	client := clientOf(t, 50*time.Millisecond, func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("Action") != OpMembers {
			_, _ = w.Write([]byte("{}"))
			return
		}
		asked.Add(1)
		<-r.Context().Done()
	})
	for range patience + 3 {
		_, err := client.Members(t.Context(), "asg-1")
		g.Expect(err).To(BeAssignableToTypeOf(&Unobservable{}))
	}
	g.Expect(asked.Load()).To(BeEquivalentTo(patience))
	_, err := client.Do(t.Context(), OpGroups, client.Version)
	g.Expect(err).NotTo(HaveOccurred(), "the other operations are still asked")
}
