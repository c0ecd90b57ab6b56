package wire

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"
)

// TestShareSecrets: what one process learns, the one that serves knows, and the next one that tells something.
func TestShareSecrets(t *testing.T) {
	g := NewWithT(t)
	first := NewRedactor(Credentials{AccessKeyID: "main", AccessKeySecret: "secret-of-the-main-caller"})
	url, stop, err := first.Serve()
	g.Expect(err).NotTo(HaveOccurred())
	defer stop()
	caller := func(n int) Credentials {
		return Credentials{
			AccessKeyID:     fmt.Sprint("denied", n),
			AccessKeySecret: fmt.Sprintf("secret-of-denied-%03d", n),
			SecurityToken:   fmt.Sprintf("token-of-denied-%03d", n),
		}
	}
	const processes, callers = 4, 20
	redactors := make([]*Redactor, processes)
	var all sync.WaitGroup
	for p := range processes {
		redactors[p] = NewRedactor()
		all.Go(func() {
			for n := range callers {
				if err := redactors[p].Share(t.Context(), url, caller(p*callers+n)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	var said strings.Builder
	for n := range processes * callers {
		fmt.Fprintln(&said, caller(n).AccessKeySecret, caller(n).SecurityToken)
	}
	g.Expect(first.Redact(said.String())).NotTo(Or(ContainSubstring("secret-of"), ContainSubstring("token-of")))
	last := NewRedactor()
	g.Expect(last.Share(t.Context(), url, caller(1000))).To(Succeed())
	g.Expect(last.Redact(said.String() + "secret-of-the-main-caller")).NotTo(Or(ContainSubstring("secret-of"),
		ContainSubstring("token-of")))
}

func TestShareWithNobody(t *testing.T) {
	g := NewWithT(t)
	serving := NewRedactor()
	url, stop, err := serving.Serve()
	g.Expect(err).NotTo(HaveOccurred())
	for body, want := range map[string]int{"x": http.StatusBadRequest, `{"AccessKeySecret":"` + strings.Repeat("x", maxCaller) + `"}`: http.StatusBadRequest} {
		resp, err := http.Post(url, "application/json", strings.NewReader(body))
		g.Expect(err).NotTo(HaveOccurred())
		_ = resp.Body.Close()
		g.Expect(resp.StatusCode).To(Equal(want))
	}
	resp, err := http.Post(url[:strings.LastIndexByte(url, '/')]+"/guess", "application/json", strings.NewReader("{}"))
	g.Expect(err).NotTo(HaveOccurred())
	_ = resp.Body.Close()
	g.Expect(resp.StatusCode).To(Equal(http.StatusNotFound))
	stop()

	r := NewRedactor()
	secret := Credentials{AccessKeyID: "denied", AccessKeySecret: "secret-of-the-denied"}
	err = r.Share(t.Context(), url, secret)
	g.Expect(err).To(MatchError(ContainSubstring("could not be told")))
	g.Expect(err.Error()).NotTo(Or(ContainSubstring("127.0.0.1"), ContainSubstring(secret.AccessKeySecret)))
	g.Expect(r.Redact("secret-of-the-denied")).To(Equal("REDACTED"), "known here all the same")
	g.Expect(r.Share(t.Context(), "", Credentials{AccessKeySecret: "another-secret"})).To(Succeed(), "one process")
}
