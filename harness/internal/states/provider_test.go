package states_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/states"
)

var (
	state = fixtures.State{Name: "a state", Instances: 2}
	kind  = fixtures.StateKind{
		Name: "a state", Params: []string{"instances"},
		Values: []string{"scalingGroupId", "instanceIds"},
	}
)

func provider(t *testing.T, handler http.HandlerFunc) *states.Provider {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	p := states.NewProvider(server.URL, 500*time.Millisecond, func(name string) (fixtures.StateKind, bool) {
		return kind, name == kind.Name
	})
	t.Cleanup(p.Close)
	return p
}

func TestProtocol(t *testing.T) {
	g := NewWithT(t)
	var seen []map[string]any
	p := provider(t, func(w http.ResponseWriter, r *http.Request) {
		var m map[string]any
		g.Expect(r.Method).To(Equal(http.MethodPost))
		g.Expect(r.Header.Get("Content-Type")).To(Equal("application/json"))
		g.Expect(json.NewDecoder(r.Body).Decode(&m)).To(Succeed())
		seen = append(seen, m)
		_, _ = io.WriteString(w, `{"scalingGroupId":"asg-1","instanceIds":["i-1","i-2"],"extra":7}`)
	})
	values, err := p.Setup(context.Background(), states.Request{State: state})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(values.String("scalingGroupId")).To(Equal("asg-1"))
	g.Expect(values.Strings("instanceIds")).To(Equal([]string{"i-1", "i-2"}))
	g.Expect(p.Teardown(context.Background(), states.Release{State: state, Values: values})).To(Succeed())
	g.Expect(seen[0]).To(Equal(map[string]any{
		"action": "setup", "state": "a state",
		"params": map[string]any{"instances": 2.0},
	}))
	g.Expect(seen[1]).To(Equal(map[string]any{"action": "teardown", "state": "a state", "params": map[string]any{
		"instances": 2.0, "scalingGroupId": "asg-1", "instanceIds": []any{"i-1", "i-2"}, "extra": 7.0,
	}}))
}

func TestSetupErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
		want   string
	}{
		{"server error", 500, "boom\x1b[31m", `answered HTTP 500 to a state; the protocol has 200, 404 and 422: "boom\x1b[31m"`},
		{"redirect", 302, "", "answered HTTP 302"},
		{"no JSON", 200, "hello", "did not answer with a JSON object"},
		{"null", 200, "null", "did not answer with a JSON object"},
		{"value missing", 200, `{"instanceIds":["i-1","i-2"]}`, "returned no scalingGroupId"},
		{"too few ids", 200, `{"scalingGroupId":"g","instanceIds":["i-1"]}`, "returned 1 instanceIds"},
		{"an id twice", 200, `{"scalingGroupId":"g","instanceIds":["i-1","i-1"]}`, `returned the instance "i-1" twice`},
		{"an id twice among enough", 200, `{"scalingGroupId":"g","instanceIds":["i-1","i-2","i-1"]}`, `returned the instance "i-1" twice`},
		{"ids with blanks", 200, `{"scalingGroupId":"g","instanceIds":"i-1, i-2"}`, `returned " i-2" in instanceIds, with blanks at its ends`},
		{"a group with blanks", 200, `{"scalingGroupId":"g\n","instanceIds":["i-1","i-2"]}`, "with blanks at its ends"},
		{"a blank group", 200, `{"scalingGroupId":" ","instanceIds":["i-1","i-2"]}`, "an empty id in scalingGroupId"},
		{"a number for the group", 200, `{"scalingGroupId":12345,"instanceIds":["i-1","i-2"]}`, "scalingGroupId is a number; wanted a string"},
		{"a list for the group", 200, `{"scalingGroupId":["g"],"instanceIds":["i-1","i-2"]}`, "scalingGroupId is a list; wanted a string"},
		{"null for the group", 200, `{"scalingGroupId":null,"instanceIds":["i-1","i-2"]}`, "returned no scalingGroupId"},
		{"numbers for ids", 200, `{"scalingGroupId":"g","instanceIds":["i-1",2]}`, "instanceIds[1] is a number; wanted a string"},
		{"an object for ids", 200, `{"scalingGroupId":"g","instanceIds":{}}`, "instanceIds is an object; wanted a list of strings"},
		{"an empty id", 200, `{"scalingGroupId":"g","instanceIds":["i-1",""]}`, "an empty id"},
		{"endless", 200, `{"scalingGroupId":"` + strings.Repeat("x", 2<<20), "longer than 64 KiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := provider(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			_, err := p.Setup(context.Background(), states.Request{State: state})
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring(c.want)))
			NewWithT(t).Expect(errors.Is(err, states.ErrUnknown)).To(BeFalse())
		})
	}
}

func TestUnknownState(t *testing.T) {
	for _, status := range []int{404, 422} {
		p := provider(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		_, err := p.Setup(context.Background(), states.Request{State: state})
		NewWithT(t).Expect(err).To(MatchError(states.ErrUnknown))
	}
}

func TestHang(t *testing.T) {
	g := NewWithT(t)
	release := make(chan struct{})
	p := provider(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	_, err := p.Setup(context.Background(), states.Request{State: state})
	g.Expect(err).To(MatchError(ContainSubstring("no answer in time")))
}

func TestTeardownError(t *testing.T) {
	p := provider(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	NewWithT(t).Expect(p.Teardown(context.Background(),
		states.Release{State: state})).To(MatchError(ContainSubstring("answered HTTP 500 to a teardown")))
}

func TestIDsAsOneString(t *testing.T) {
	NewWithT(t).Expect(states.Values{"instanceIds": "i-1,i-2"}.Strings("instanceIds")).To(Equal([]string{"i-1", "i-2"}))
}

func TestNone(t *testing.T) {
	_, err := states.None{}.Setup(context.Background(), states.Request{State: state})
	NewWithT(t).Expect(err).To(MatchError(states.ErrNoDriver))
}
