//go:build unix

package runs_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

const securityToken = "the-token-of-the-caller-27182818"

// echo is a target that refuses every call with all that it was told, in header and body, and arranges each state with
// a caller of its own. It remembers what must never be printed.
type echo struct {
	mu      sync.Mutex
	states  int
	secrets map[string]string // a secret and what it is
}

func newEcho() *echo {
	return &echo{secrets: map[string]string{keySecret: "the secret", securityToken: "the security token"}}
}

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // what is cut is echoed as far as it came
	switch {
	case r.URL.Path != statesPath:
		e.call(w, r, string(body))
	case strings.Contains(string(body), `"teardown"`):
		http.Error(w, string(body), http.StatusInternalServerError)
	default:
		e.setup(w)
	}
}

func (e *echo) call(w http.ResponseWriter, r *http.Request, body string) {
	var told strings.Builder
	fmt.Fprintf(&told, "%s %s\n", r.Method, r.URL)
	_ = r.Header.Write(&told) // never fails, see strings.Builder
	told.WriteString("\n" + body)
	e.remember(told.String())

	for name, values := range maps.Clone(r.Header) {
		w.Header()["X-Echo-"+name] = values
	}
	w.Header().Set("X-Echo-Url", r.URL.String())
	w.Header().Set("X-Echo-Body", body)
	w.WriteHeader(http.StatusBadRequest)
	if strings.Contains(told.String(), "Format=JSON") || r.Header.Get("Accept") == "application/json" {
		_ = json.NewEncoder(w).Encode(map[string]string{
			"Code": "Echo." + body, "Message": told.String(),
			"RequestId": told.String(),
		})
		return
	}
	fmt.Fprintf(w,
		"<Error><Code>Echo</Code><Message><![CDATA[%[1]s]]></Message><RequestId><![CDATA[%[1]s]]></RequestId></Error>",
		told.String())
}

// signatures are those of both schemes, as they stand on the wire.
var signatures = regexp.MustCompile(`\bSignature=([0-9A-Za-z%+/=]{20,})`)

func (e *echo) remember(told string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, m := range signatures.FindAllStringSubmatch(told, -1) {
		e.secrets[m[1]] = "a signature as it was sent"
		if decoded, err := url.QueryUnescape(m[1]); err == nil {
			e.secrets[decoded] = "a signature as it was sent"
		}
	}
}

// setup returns all that any state promises, and a secret of its own.
func (e *echo) setup(w http.ResponseWriter) {
	e.mu.Lock()
	e.states++
	n := e.states
	secret := fmt.Sprintf("the-secret-of-the-denied-caller-%06d", n)
	e.secrets[secret] = "the secret of a denied caller"
	e.mu.Unlock()
	var ids []string
	for i := range 25 {
		ids = append(ids, fmt.Sprintf("i-%012d%02d", n, i))
	}
	_ = json.NewEncoder(w).Encode(map[string]any{
		"scalingGroupId": fmt.Sprintf("asg-%012d", n), "instanceIds": ids, "loadBalancerId": "lb-1",
		"dbInstanceId": "rm-1",
		"accessKeyId":  fmt.Sprintf("denied%06d", n), "accessKeySecret": secret,
	})
}
