package traffic

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports/har"
)

// throughProxy sends a request to a handler through a proxy, and returns what was recorded, and what arrived and came
// back.
func throughProxy(t *testing.T, target http.Handler,
	send func(url string) *http.Request,
) (e *har.Entry, arrived *http.Request, body string) {
	t.Helper()
	var mu sync.Mutex
	var sent string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		mu.Lock()
		sent, arrived = string(text), r.Clone(t.Context())
		mu.Unlock()
		target.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	p := NewProxy(at, &http.Transport{DisableCompression: true}, func(kept *har.Entry) {
		mu.Lock()
		defer mu.Unlock()
		e = kept
	})
	front := httptest.NewServer(p)
	t.Cleanup(front.Close)
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	resp, err := client.Do(send(front.URL))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	p.Wait()
	mu.Lock()
	defer mu.Unlock()
	if arrived != nil {
		arrived.Body = io.NopCloser(strings.NewReader(sent))
	}
	return e, arrived, string(text)
}

const proxySecret = "s3cretOfTheCaller0123456789"

func TestProxyForwardsUnchanged(t *testing.T) {
	g := NewWithT(t)
	const form = "ScalingGroupId=asg-1&InstanceId.1=i%2D1&SecurityToken=" + proxySecret
	e, arrived, body := throughProxy(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Acs-Request-Id", "R-1")
		w.WriteHeader(404)
		fmt.Fprint(w, "you are "+proxySecret)
	}), func(url string) *http.Request {
		r, _ := http.NewRequest("POST", url+"/?Action=DetachInstances&B=1&A=%20+x&Signature="+proxySecret,
			strings.NewReader(form))
		r.Host = "ess.aliyuncs.com"
		r.Header = http.Header{
			"Content-Type": {"application/x-www-form-urlencoded"}, "X-Forwarded-For": {"192.0.2.1"},
			"Authorization": {"ACS3-HMAC-SHA256 Credential=LTAI5tNobody0001,SignedHeaders=host,Signature=" +
				proxySecret}, "User-Agent": {""},
		}
		return r
	})
	g.Expect(arrived.Host).To(Equal("ess.aliyuncs.com"))
	g.Expect(arrived.URL.RawQuery).To(Equal("Action=DetachInstances&B=1&A=%20+x&Signature=" + proxySecret))
	g.Expect(arrived.Header.Get("X-Forwarded-For")).To(Equal("192.0.2.1"))
	g.Expect(arrived.Header).NotTo(HaveKey("Accept-Encoding"))
	sent, _ := io.ReadAll(arrived.Body) // cannot fail
	g.Expect(string(sent)).To(Equal(form))
	g.Expect(body).To(Equal("you are " + proxySecret))

	text, err := json.Marshal(e)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(text)).NotTo(Or(ContainSubstring(proxySecret), ContainSubstring("LTAI5tNobody0001")))
	g.Expect(e.Request.Headers).To(ContainElement(har.Pair{Name: "Host", Value: "ess.aliyuncs.com"}))
	g.Expect(e.Response.Status).To(Equal(404))
	g.Expect(e.Response.Content.Text).To(Equal("you are REDACTED"))
	g.Expect(e.SentMs).To(BeNumerically("<", e.DoneMs))
	call := ReadCall(e.Read().Request)
	g.Expect(call.Params.Get("InstanceId.1")).To(Equal("i-1"))
	g.Expect(call.Action).To(Equal("DetachInstances"))
}

func get(address string) *http.Request {
	r, _ := http.NewRequest("GET", address+"/?Action=DetachInstances", nil)
	return r
}

func TestProxyRecordsAnswers(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(`{"RequestId":"1"}`))
	_ = z.Close()
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter)
		text   string
		cut    bool
	}{
		"gzip": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed.Bytes())
		}, `{"RequestId":"1"}`, false},
		"half of gzip": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed.Bytes()[:20])
		}, "", true},
		"brotli": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "br")
			_, _ = w.Write([]byte("xyz"))
		}, "", true},
		"empty": {func(http.ResponseWriter) {}, "", false},
		"long": {
			func(w http.ResponseWriter) { _, _ = w.Write(bytes.Repeat([]byte("x"), mostUnpacked+1)) },
			strings.Repeat("x", mostUnpacked), true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			e, _, _ := throughProxy(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { c.answer(w) }),
				get)
			g.Expect(e.Response.Content.Text == c.text).To(BeTrue())
			g.Expect(len(e.Cut) > 0).To(Equal(c.cut), "%q", e.Cut)
			_, err := ReadAnswer(e.Read())
			g.Expect(err != nil).To(Equal(c.cut), "%v", err)
		})
	}
}

func TestProxyWithoutTarget(t *testing.T) {
	g := NewWithT(t)
	e, _, body := throughProxy(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic(http.ErrAbortHandler)
	}), get)
	g.Expect(body).To(ContainSubstring("no answer from the target"))
	g.Expect(e.Response.Status).To(BeZero())
	g.Expect(e.Error).NotTo(BeEmpty())
	_, err := ReadAnswer(e.Read())
	g.Expect(err).To(MatchError(ContainSubstring("holds no answer")), "what the proxy says itself is not judged")
}

// TestProxyIsFast: 200 clients at once, and what it adds is far below what anybody would notice.
func TestProxyIsFast(t *testing.T) {
	g := NewWithT(t)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"RequestId":"1"}`) }))
	t.Cleanup(s.Close)
	at, err := url.Parse(s.URL)
	g.Expect(err).NotTo(HaveOccurred())
	var mu sync.Mutex
	kept := 0
	p := NewProxy(at, &http.Transport{MaxIdleConnsPerHost: 256}, func(*har.Entry) {
		mu.Lock()
		defer mu.Unlock()
		kept++
	})
	front := httptest.NewServer(p)
	t.Cleanup(front.Close)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	ask := func(address string) time.Duration {
		begin := time.Now()
		resp, err := client.Do(get(address))
		if err != nil {
			t.Error(err)
			return 0
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		return time.Since(begin)
	}
	var clients sync.WaitGroup
	for range 200 {
		clients.Go(func() {
			for range 3 {
				ask(front.URL)
			}
		})
	}
	clients.Wait()
	p.Wait()
	g.Expect(kept).To(Equal(600))
	median := func(address string) time.Duration {
		var took []time.Duration
		for range 101 {
			took = append(took, ask(address))
		}
		slices.Sort(took)
		return took[50]
	}
	direct, through := median(s.URL), median(front.URL)
	t.Logf("median %s, through the proxy %s", direct, through)
	g.Expect(through-direct).To(BeNumerically("<", 20*time.Millisecond), "on any machine, however busy")
}
