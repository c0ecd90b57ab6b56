package mock

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/recent"
)

const (
	// tokenMemory is how long a ClientToken keeps its answer. The pages give no time; a client repeats a call within
	// minutes.
	tokenMemory = time.Hour
	// tokenCount bounds one generation of tokens, and with it the memory.
	tokenCount = 10_000
	// longestToken is in ASCII characters (page of ExecuteScalingRule: ClientToken).
	longestToken = 64
)

// firstAnswer is what the first call with a ClientToken got.
type firstAnswer struct {
	request recent.Key // a digest of the parameters, to tell a repeated call from another one with the same token
	fields  []Field
}

// tokenValid demands that a ClientToken, where it is sent, can be one.
func tokenValid() Precondition {
	return Precondition{"ClientToken is valid", invalidParameter, func(c *Call) (string, bool) {
		token := c.Request.Param("ClientToken")
		return "ClientToken", len(token) > longestToken ||
			strings.ContainsFunc(token, func(r rune) bool { return r < ' ' || r > '~' })
	}}
}

// repeated looks for the answer to an earlier call with the same ClientToken: its fields, or the refusal of a token
// that was used for another request. known is false for a fresh token, and without one.
func (s *Server) repeated(c *Call) (fields []Field, refusal *Refusal, known bool) {
	key, ok := tokenKey(c)
	if !ok {
		return nil, nil, false
	}
	first, known := s.tokens.Find(key, c.World.Now())
	if known && first.request != requestKey(c.Request.Params) {
		return nil, &Refusal{tokenReused, ""}, true
	}
	return first.fields, nil, known
}

// answered remembers the answer to an accepted call with a ClientToken.
func (s *Server) answered(c *Call, fields []Field) {
	if key, ok := tokenKey(c); ok {
		s.tokens.Use(key, firstAnswer{requestKey(c.Request.Params), slices.Clone(fields)}, c.World.Now())
	}
}

func tokenKey(c *Call) (recent.Key, bool) {
	token := c.Request.Param("ClientToken")
	if token == "" || !slices.Contains(c.Operation.Parameters, "ClientToken") {
		return recent.Key{}, false
	}
	return recent.KeyOf(c.Caller.AccessKeyID, c.Operation.Name, token), true
}

// requestKey is a digest of what a call asks for, without what differs each time that a call is signed.
func requestKey(params url.Values) recent.Key {
	var parts []string
	for name, values := range params {
		if name == "RegionId" || !slices.Contains(common(), name) {
			parts = append(parts, name+"\x00"+values[0])
		}
	}
	slices.Sort(parts)
	return recent.KeyOf(parts...)
}
