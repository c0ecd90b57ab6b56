package extreme

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// HostileStates is a states endpoint that answers in order to hurt. Good arranges what it says that it arranges.
type HostileStates struct {
	Name   string
	States func(good http.Handler) http.Handler
	Waits  bool // each answer lasts as long as the caller waits
}

// ShellTrap is an id that a shell would carry out, were it not quoted.
const ShellTrap = "x'\"$(touch /tmp/essconform-was-here)`id`;|&<>*?[a]{b,c}~#!\\\n\t\r -x %41"

// HostileStatesEndpoints gives them all.
func HostileStatesEndpoints() []HostileStates {
	always := func(b Behaviour) func(http.Handler) http.Handler {
		return func(http.Handler) http.Handler { return b }
	}
	ok := func(body string) func(http.Handler) http.Handler {
		return always(same("200 OK", contentType("application/json"), body))
	}
	long := strings.Repeat("A", mebibyte-400)
	return []HostileStates{
		{Name: "hang", States: always(hang), Waits: true},
		{
			Name: "byte by byte", States: always(trickle("HTTP/1.1 200 OK\r\n\r\n{", " ", 20*time.Millisecond)),
			Waits: true,
		},
		{Name: "good setups, and teardowns that hang", States: hangingTeardowns, Waits: true},
		{
			Name:   "a body that never ends",
			States: always(flood("HTTP/1.1 200 OK\r\n\r\n{", strings.Repeat(" ", 64<<10), 0)),
		},
		{
			Name:   "deep JSON",
			States: ok(`{"instanceIds":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`),
		},
		{Name: "as many keys as fit", States: ok("{" + strings.Repeat(`"a":[],`, mebibyte/7-10) + `"a":1}`)},
		{
			Name:   "as many ids as fit",
			States: ok(`{"scalingGroupId":"asg-1","instanceIds":[` + strings.Repeat(`"",`, mebibyte/3-40) + `""]}`),
		},
		{Name: "a second answer at once", States: always(whole(func(Call) string {
			return strings.Repeat(response("200 OK", contentType("application/json"), "{}"), 3)
		}))},
		{Name: "a gzip bomb", States: always(same("200 OK", "Content-Encoding: gzip\r\n", squeezed(64*mebibyte)))},
		{Name: "a redirect to itself", States: always(same("307 Temporary Redirect", "Location: /_states\r\n", ""))},
		{Name: "an unknown state in poison", States: always(same("404 "+Poison, "", Poison))},
		{Name: "an error in poison", States: always(same("500 "+Poison, "X: "+printed+"\r\n", Poison))},
		{Name: "an error of 1 MiB", States: always(same("500 Oops", "", long))},
		{Name: "a malformed header in poison", States: always(same("200 OK", Poison+": "+Poison+"\r\n", "{}"))},
		{
			Name:   "a malformed status line in poison",
			States: always(whole(func(Call) string { return "HTTP/1.1 " + Poison + "\r\n\r\n" })),
		},
		{
			Name: "poison as names and values",
			States: ok(`{"` + escaped(Call{Format: "json"}, Poison) + `":"` + escaped(Call{Format: "json"}, Poison) +
				`"}`),
		},
		{
			Name:   "poison in every id",
			States: changed(func(id string) string { return id + strings.ToValidUTF8(Poison, "?") }),
		},
		{Name: "a trap for shells in every id", States: changed(func(id string) string { return id + ShellTrap })},
		{Name: "ids of 64 KiB", States: changed(func(id string) string { return id + strings.Repeat("i", 64<<10) })},
		{Name: "an id of 1 MiB", States: ok(`{"scalingGroupId":"` + long + `","instanceIds":["i-1"]}`)},
		{
			Name:   "ids as long as they may be",
			States: changed(func(id string) string { return id + strings.Repeat("i", 900) }),
		},
		{Name: "no object", States: ok("[1,2,3]")},
		{Name: "wrong types", States: ok(`{"scalingGroupId":{"a":[1]},"instanceIds":[1,null,{}]}`)},
	}
}

func hangingTeardowns(good http.Handler) http.Handler {
	return asked(func(w http.ResponseWriter, r *http.Request, action string) {
		if action == "teardown" {
			Behaviour(hang).ServeHTTP(w, r)
			return
		}
		good.ServeHTTP(w, r)
	})
}

// changed hands out the ids of good setups in another spelling.
func changed(spell func(id string) string) func(http.Handler) http.Handler {
	return func(good http.Handler) http.Handler {
		return asked(func(w http.ResponseWriter, r *http.Request, action string) {
			answer := httptest.NewRecorder()
			good.ServeHTTP(answer, r)
			var values map[string]any
			if action != "setup" || json.Unmarshal(answer.Body.Bytes(), &values) != nil {
				maps.Copy(w.Header(), answer.Header())
				w.WriteHeader(answer.Code)
				_, _ = w.Write(answer.Body.Bytes()) // a caller who left misses nothing
				return
			}
			for name, value := range values {
				switch v := value.(type) {
				case string:
					values[name] = spell(v)
				case []any:
					for i := range v {
						v[i] = spell(v[i].(string)) // the mock's lists hold texts
					}
				}
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(answer.Code)
			_ = json.NewEncoder(w).Encode(values)
		})
	}
}

// asked is a handler that knows the action of a request for a state.
func asked(serve func(w http.ResponseWriter, r *http.Request, action string)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		if _, err := body.ReadFrom(r.Body); err != nil {
			panic(http.ErrAbortHandler)
		}
		var q struct {
			Action string `json:"action"`
		}
		_ = json.Unmarshal(body.Bytes(), &q) // no action is an answer as well
		again := r.Clone(r.Context())
		again.Body = http.NoBody
		if body.Len() > 0 {
			again.Body = readCloser{&body}
		}
		serve(w, again, q.Action)
	})
}

type readCloser struct{ *bytes.Buffer }

func (readCloser) Close() error { return nil }
