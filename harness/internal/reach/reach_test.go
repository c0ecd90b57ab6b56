package reach_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/reach"
)

func address(t *testing.T, text string) reach.Address {
	t.Helper()
	u, err := url.Parse(text)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return reach.Address{Setting: "-endpoint", URL: u, Timeout: 5 * time.Second}
}

func nothing(http.ResponseWriter, *http.Request) {}

// free is an address at which nothing listens.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	defer l.Close()
	return l.Addr().String()
}

func TestCheck(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(nothing))
	defer plain.Close()
	secure := httptest.NewUnstartedServer(http.HandlerFunc(nothing))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // it would say that its certificate was refused
	secure.StartTLS()
	defer secure.Close()
	two := httptest.NewUnstartedServer(http.HandlerFunc(nothing))
	two.Config.ErrorLog = secure.Config.ErrorLog
	// a server of Go that has only h2 takes a client of HTTP/1.1 all the same
	two.TLS = &tls.Config{NextProtos: []string{"neither"}}
	two.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){}
	two.StartTLS()
	defer two.Close()
	two.TLS.NextProtos = []string{"neither"}
	host := func(s *httptest.Server) string { return s.Listener.Addr().String() }
	for name, c := range map[string]struct{ url, says string }{
		"http":            {plain.URL, ""},
		"refused":         {"http://" + free(t), "connection refused; start it, or correct -endpoint; -wait 30s waits"},
		"no such host":    {"http://nowhere.invalid", "cannot be reached: "},
		"not trusted":     {secure.URL, "its certificate is not trusted: x509: "},
		"https of http":   {"https://" + host(plain), "does not speak TLS; write http://" + host(plain)},
		"HTTP/2 with TLS": {"https://" + host(two), "speaks HTTP/2 only"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			a := address(t, c.url)
			if name == "HTTP/2 with TLS" {
				a.CAs = x509.NewCertPool()
				a.CAs.AddCert(two.Certificate())
			}
			err := a.Check(context.Background())
			if c.says == "" {
				g.Expect(err).NotTo(HaveOccurred())
				return
			}
			g.Expect(err).To(MatchError(ContainSubstring(c.says)))
			g.Expect(err.Error()).NotTo(ContainSubstring("\n"))
		})
	}
	trusted := address(t, secure.URL)
	trusted.CAs = x509.NewCertPool()
	trusted.CAs.AddCert(secure.Certificate())
	NewWithT(t).Expect(trusted.Check(context.Background())).To(Succeed())
}

func TestExplain(t *testing.T) {
	g := NewWithT(t)
	plain := httptest.NewServer(http.HandlerFunc(nothing))
	defer plain.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(nothing))
	defer secure.Close()
	two := httptest.NewUnstartedServer(http.HandlerFunc(nothing))
	two.Config.Protocols = new(http.Protocols)
	two.Config.Protocols.SetUnencryptedHTTP2(true)
	two.Start()
	defer two.Close()
	g.Expect(address(t, plain.URL).Explain(context.Background())).To(Succeed())
	g.Expect(address(t, secure.URL).Explain(context.Background())).To(Succeed())
	host := secure.Listener.Addr().String()
	g.Expect(address(t,
		"http://"+host).Explain(context.Background())).To(
		MatchError(ContainSubstring("speaks TLS there; write https://" + host)))
	g.Expect(address(t, two.URL).Explain(context.Background())).To(MatchError(ContainSubstring("speaks HTTP/2 only")))
	both := httptest.NewUnstartedServer(http.HandlerFunc(nothing))
	both.EnableHTTP2 = true
	both.StartTLS()
	defer both.Close()
	g.Expect(address(t, both.URL).Explain(context.Background())).To(MatchError(ContainSubstring("speaks HTTP/2 only")))
}

// What begins to listen within the wait is waited for, and what does not is not waited for any longer.
func TestWait(t *testing.T) {
	g := NewWithT(t)
	at := free(t)
	a := address(t, "http://"+at)
	a.Wait = 20 * time.Second
	var starting sync.WaitGroup
	starting.Go(func() {
		l, err := net.Listen("tcp", at)
		if err != nil {
			t.Error(err)
			return
		}
		t.Cleanup(func() { l.Close() })
	})
	g.Expect(a.Check(context.Background())).To(Succeed())
	starting.Wait()

	a = address(t, "http://"+free(t))
	a.Wait = 150 * time.Millisecond
	g.Expect(a.Check(context.Background())).To(MatchError(ContainSubstring("connection refused for 150ms; start it")))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	a.Wait = time.Hour
	g.Expect(a.Check(ctx)).NotTo(Succeed())
}
