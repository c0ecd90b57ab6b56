package support

import (
	"encoding/json"
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
	return New(Client{
		Wire: client, Scheme: wire.SignNone, Region: "cn-hangzhou", Version: "2014-08-28",
		ListPrefix: "InstanceId",
	})
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

// TestLooksAreRepeated: a look changes nothing, so a failure that may pass is looked past. Where it never passes, that
// is learned; a refusal and a change are asked for once.
func TestLooksAreRepeated(t *testing.T) {
	g := NewWithT(t)
	var asked atomic.Int64
	fails := int64(2)
	client := clientOf(t, time.Second, func(w http.ResponseWriter, r *http.Request) {
		n := asked.Add(1)
		switch {
		case r.FormValue("Action") == OpGroups:
			w.WriteHeader(http.StatusNotFound)
		case n == 1:
			panic(http.ErrAbortHandler)
		case n <= fails || r.FormValue("Action") == OpModify:
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = w.Write([]byte(`{"TotalCount":0,"Code":""}`))
	})
	counted := func(do func() error) (int64, error) {
		asked.Store(0)
		err := do()
		return asked.Load(), err
	}
	look := func() error {
		_, err := client.Members(t.Context(), "asg-1")
		return err
	}
	n, err := counted(look)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(n).To(BeEquivalentTo(3))
	n, _ = counted(func() error { _, err := client.Group(t.Context(), "asg-1"); return err })
	g.Expect(n).To(BeEquivalentTo(1), "a refusal")
	asked.Store(1)
	g.Expect(client.SetMinSize(t.Context(), "asg-1", 1)).NotTo(Succeed())
	g.Expect(asked.Load()).To(BeEquivalentTo(2), "a change")
	fails = 1 << 20
	for range patience {
		n, err = counted(look)
		g.Expect(err).To(HaveOccurred())
		g.Expect(n).To(BeNumerically(">", 2))
	}
	asked.Store(1)
	g.Expect(look()).NotTo(Succeed())
	g.Expect(asked.Load()).To(BeEquivalentTo(2), "it never passes")
}

// TestAnActivityThatIsNotFound is one that is not shown; any other refusal is no answer.
func TestAnActivityThatIsNotFound(t *testing.T) {
	g := NewWithT(t)
	code := "InvalidScalingActivityId.NotFound"
	client := clientOf(t, time.Second, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"Code":"` + code + `","Message":"m"}`))
	})
	found, err := client.Activities(t.Context(), "asg-1", "asa-1")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(found).To(BeEmpty())
	_, err = client.Activities(t.Context(), "asg-1", "")
	g.Expect(err).To(HaveOccurred())
	code = "InvalidScalingGroupId.NotFound"
	_, err = client.Activities(t.Context(), "asg-1", "asa-1")
	g.Expect(err).To(MatchError(ContainSubstring("HTTP 404 " + code)))
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]int{`3`: 3, `"3"`: 3, `3.0`: 3, `"3.00"`: 3, `0`: 0, `-2`: -2} {
		g := NewWithT(t)
		n, ok := decoded(t, text).Number()
		g.Expect(ok).To(BeTrue(), text)
		g.Expect(n).To(Equal(want), text)
	}
	for _, text := range []string{`3.5`, `"three"`, `""`, `true`, `null`, `"."`, `3e2`} {
		_, ok := decoded(t, text).Number()
		NewWithT(t).Expect(ok).To(BeFalse(), text)
	}
}

func decoded(t *testing.T, text string) Node {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var n Node
	if err := dec.Decode(&n.V); err != nil {
		t.Fatal(err)
	}
	return n
}
