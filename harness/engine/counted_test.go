package engine_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

var longID = regexp.MustCompile(`asg-[a-z0-9]{20}`)

var shortID = regexp.MustCompile(`asg-[0-9]+\b`)

// counting is a mock that counts its groups: asg-1, asg-2 and so on.
func counting(t *testing.T) string {
	t.Helper()
	m, err := mock.New(mock.Options{SkipVerification: true, ActivityDuration: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	numbers := map[string]int{}
	var ids []string
	long := func(text string) string {
		mu.Lock()
		defer mu.Unlock()
		return shortID.ReplaceAllStringFunc(text, func(id string) string {
			if n, _ := strconv.Atoi(strings.TrimPrefix(id, "asg-")); n > 0 && n <= len(ids) {
				return ids[n-1]
			}
			return id
		})
	}
	short := func(text []byte) []byte {
		mu.Lock()
		defer mu.Unlock()
		return longID.ReplaceAllFunc(text, func(id []byte) []byte {
			if numbers[string(id)] == 0 {
				ids = append(ids, string(id))
				numbers[string(id)] = len(ids)
			}
			return fmt.Append(nil, "asg-", numbers[string(id)])
		})
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked := long(string(body))
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(asked)), int64(len(asked))
		r.URL.RawQuery = long(r.URL.RawQuery)
		rec := httptest.NewRecorder()
		m.ServeHTTP(rec, r)
		w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
		w.Header().Set("x-acs-request-id", rec.Header().Get("x-acs-request-id"))
		w.WriteHeader(rec.Code)
		_, _ = io.Copy(w, bytes.NewReader(short(rec.Body.Bytes())))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// TestCountedGroups: where asg-1 exists, an id that asg-12 is cut down to names it.
func TestCountedGroups(t *testing.T) {
	g, at := NewWithT(t), counting(t)
	plan, runner := connected(t, target.Settings{
		Endpoint: at, ProviderStates: at + mock.StatesPath, Signature: "none", Late: -1, Lag: 50 * time.Millisecond,
	})
	kind, known := plan.Set.State("a scaling group with detachable instances")
	g.Expect(known).To(BeTrue())
	for range 30 { // groups such as asg-3 are there when the case gets asg-31
		_, err := runner.Arrange(t.Context(), kind, 2)
		g.Expect(err).NotTo(HaveOccurred())
	}
	for _, result := range ran(t, plan, runner, "near-miss.group-shorter/json/get",
		"near-miss.group-shorter/xml/post") {
		g.Expect(result.Outcome).To(Equal(reports.Passed), "%s %v", result.Reason, result.Findings)
	}
}
