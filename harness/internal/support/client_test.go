package support

import (
	"net/http"
	"net/http/httptest"
	"net/url"
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
	return New(Client{Wire: client, Scheme: wire.SignNone, Region: "cn-hangzhou", Version: "2014-08-28", ListPrefix: "InstanceId"})
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
