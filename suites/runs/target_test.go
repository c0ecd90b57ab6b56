//go:build unix

package runs_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

// statesPath is where a target arranges states.
const statesPath = mock.StatesPath

// request is what a target was asked.
type request struct {
	what  string // the Action of an operation, "setup" or "teardown"
	n     int    // how many of the same came before
	group string // of a teardown
	body  []byte
	http  *http.Request
}

// take answers a request itself and tells so. nil leaves all to the mock.
type take func(w http.ResponseWriter, r request) bool

// target is the mock behind a hand that may take over any request.
type target struct {
	*httptest.Server
	// closing is closed before the server is, for takes that wait.
	closing chan struct{}

	mu   sync.Mutex
	take take
	seen map[string]int
	open map[string]bool // groups that were set up and not torn down
}

func newTarget(t *testing.T, take take) *target {
	t.Helper()
	emulated, err := mock.New(mock.Options{
		Credentials:      []mock.Credential{{AccessKeyID: keyID, AccessKeySecret: keySecret}},
		ActivityDuration: 100 * time.Millisecond, // a second call meets it, on a busy machine with several runs, too
	})
	if err != nil {
		t.Fatal(err)
	}
	x := &target{take: take, closing: make(chan struct{}), seen: map[string]int{}, open: map[string]bool{}}
	x.Server = httptest.NewServer(x.handler(emulated))
	t.Cleanup(func() {
		close(x.closing)
		x.CloseClientConnections()
		x.Close()
	})
	return x
}

func (x *target) handler(emulated http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, take := x.receive(r)
		if take != nil && take(w, asked) {
			return
		}
		answer := httptest.NewRecorder()
		emulated.ServeHTTP(answer, r)
		x.arranged(asked, answer)
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes()) // a run that was stopped does not read it
	})
}

func (x *target) receive(r *http.Request) (request, take) {
	body, _ := io.ReadAll(r.Body) // a body that is cut is the mock's to refuse
	r.Body = io.NopCloser(bytes.NewReader(body))
	asked := request{body: body, http: r}
	if r.URL.Path == statesPath {
		var m struct {
			Action string
			Params struct{ ScalingGroupID string }
		}
		_ = json.Unmarshal(body, &m)
		asked.what, asked.group = m.Action, m.Params.ScalingGroupID
	} else {
		form, _ := url.ParseQuery(string(body))
		asked.what = r.URL.Query().Get("Action") + form.Get("Action") + r.Header.Get("x-acs-action")
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	asked.n = x.seen[asked.what]
	x.seen[asked.what]++
	return asked, x.take
}

// takes changes who answers, for a take that needs the target.
func (x *target) takes(take take) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.take = take
}

// arranged keeps the books of the states.
func (x *target) arranged(asked request, answer *httptest.ResponseRecorder) {
	x.mu.Lock()
	defer x.mu.Unlock()
	var values struct{ ScalingGroupID string }
	switch {
	case answer.Code != http.StatusOK:
	case asked.what == "setup" && json.Unmarshal(answer.Body.Bytes(), &values) == nil:
		x.open[values.ScalingGroupID] = true
	case asked.what == "teardown":
		delete(x.open, asked.group)
	}
}

// times is how often a target was asked for something.
func (x *target) times(what string) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.seen[what]
}

// asked is all that it was asked for.
func (x *target) asked() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Sorted(maps.Keys(x.seen))
}

// leftOver are the groups that were not torn down.
func (x *target) leftOver() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Sorted(maps.Keys(x.open))
}

// args lead to the target. Few cases do: how a run ends is asked here, not what it finds.
func (x *target) args(more ...string) []string {
	return append([]string{
		"-endpoint", x.URL, "-provider-states", x.URL + statesPath, "-cover", "lean", "-late", "200ms",
	}, more...)
}

// hang waits until the other side gives up, or the test ends.
func (x *target) hang(r request) bool {
	select {
	case <-r.http.Context().Done():
	case <-x.closing:
	}
	return true
}

// refused is an address on which nothing listens, or can: it is our end of a connection.
func refused(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(s.Close)
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return "http://" + conn.LocalAddr().String()
}

// tornDown fails when a state was set up and not torn down, or when none was set up at all.
func tornDown(t *testing.T, x *target) {
	t.Helper()
	if x.times("setup") == 0 {
		t.Error("wanted states to be set up; got none")
	}
	if left := x.leftOver(); len(left) > 0 {
		t.Errorf("wanted every state torn down; got %d setups, %d teardowns, left over %s", x.times("setup"),
			x.times("teardown"), strings.Join(left, " "))
	}
}
