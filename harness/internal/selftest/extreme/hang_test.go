package extreme

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// An endpoint that never answers every second request still gets its verdict in time, and is judged on what it does
// answer.
func TestTargetsThatHangOnEverySecondRequest(t *testing.T) {
	credentials(t)
	for _, c := range []struct {
		name, cover string
		hangs       func(q *http.Request, body string, status int) bool
		judged      int // how many cases pass at least
	}{
		{
			"in XML", target.CoverFull, // were each hanging answer waited for, only a whole run would take too long
			func(q *http.Request, body string, _ int) bool { return read(q, body).Format == "xml" }, 100,
		},
		{
			"on errors of POST", target.CoverLean,
			func(q *http.Request, _ string, status int) bool { return q.Method == http.MethodPost && status >= 400 },
			30,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			m := newMock(t)
			silent := http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
				body, _ := io.ReadAll(q.Body) // what cannot be read is answered as it is
				q.Body = io.NopCloser(bytes.NewReader(body))
				answer := httptest.NewRecorder()
				m.ServeHTTP(answer, q)
				if c.hangs(q, string(body), answer.Code) {
					<-q.Context().Done()
					return
				}
				for key, values := range answer.Header() {
					w.Header()[key] = values
				}
				w.WriteHeader(answer.Code)
				_, _ = w.Write(answer.Body.Bytes())
			})
			v := trial{
				front: Front{Target: silent, Support: m, States: m}, plain: true,
				adjust: func(s *target.Settings) {
					s.Timeout, s.Cover = 2*time.Second, c.cover
				},
			}.run(t)
			g.Expect(v.report.Verdict.ExitCode).To(gomega.Equal(reports.ExitNotConformant))
			g.Expect(v.report.Counts.Passed).To(gomega.BeNumerically(">", c.judged), "what is answered is judged")
			g.Expect(v.took).To(gomega.BeNumerically("<", 60*time.Second))
		})
	}
}
