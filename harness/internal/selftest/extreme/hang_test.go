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
	for name, hangs := range map[string]func(q *http.Request, body string, status int) bool{
		"in XML":            func(q *http.Request, body string, _ int) bool { return read(q, body).Format == "xml" },
		"on errors of POST": func(q *http.Request, _ string, status int) bool { return q.Method == http.MethodPost && status >= 400 },
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			m := newMock(t)
			silent := http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
				body, _ := io.ReadAll(q.Body) // what cannot be read is answered as it is
				q.Body = io.NopCloser(bytes.NewReader(body))
				answer := httptest.NewRecorder()
				m.ServeHTTP(answer, q)
				if hangs(q, string(body), answer.Code) {
					<-q.Context().Done()
					return
				}
				for key, values := range answer.Header() {
					w.Header()[key] = values
				}
				w.WriteHeader(answer.Code)
				_, _ = w.Write(answer.Body.Bytes())
			})
			v := trial{front: Front{Target: silent, Support: m, States: m}, plain: true, adjust: func(s *target.Settings) {
				s.Timeout = 2 * time.Second
			}}.run(t)
			g.Expect(v.report.Verdict.ExitCode).To(gomega.Equal(reports.ExitNotConformant))
			g.Expect(v.report.Counts.Passed).To(gomega.BeNumerically(">", 100), "what is answered is judged")
			g.Expect(v.took).To(gomega.BeNumerically("<", 60*time.Second))
		})
	}
}
