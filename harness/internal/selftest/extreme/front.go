// Package extreme holds targets at both ends of what a suite can meet: null targets, which implement nothing and must
// pass nothing, and hostile ones, which answer in order to hurt. Its tests run the whole suite against each of them.
package extreme

import (
	"bytes"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"

	"github.com/essconform/essconform/harness/mock"
)

// Call is what a target needs to know of a request.
type Call struct {
	Action string
	Format string // "xml" or "json"; "" when the request asks for neither
	Text   string // the request, as a target that echoes would send it back
}

// Behaviour answers one call on a connection of its own, which is closed when it returns. gone is closed when the
// caller has hung up.
type Behaviour func(conn net.Conn, call Call, gone <-chan struct{})

// Front is one server made of three: what is judged, what it is observed through, and what arranges its states.
type Front struct {
	// Target answers DetachInstances, and the supporting operations too when Support is nil.
	Target, Support, States http.Handler
}

// Start serves on loopback. Close the server when the runner of the cases is closed.
func (f Front) Start() *httptest.Server {
	s := httptest.NewUnstartedServer(f)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // aborted connections are what these targets are for
	s.Start()
	return s
}

// ServeHTTP hands the request to the one of the three that it is for.
func (f Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == mock.StatesPath {
		f.States.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if f.Support != nil && !strings.HasPrefix(read(r, string(body)).Action, "Detach") {
		f.Support.ServeHTTP(w, r)
		return
	}
	f.Target.ServeHTTP(w, r)
}

// ServeHTTP lets a Behaviour stand where another server could.
func (b Behaviour) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	b.answer(w, read(r, string(body)))
}

func read(r *http.Request, body string) Call {
	params := r.URL.Query()
	if form, err := url.ParseQuery(body); err == nil {
		for name, values := range form {
			params[name] = append(params[name], values...)
		}
	}
	return Call{
		Action: params.Get("Action"),
		Format: strings.ToLower(params.Get("Format")),
		Text:   r.Method + " " + r.URL.RequestURI() + "\n" + body,
	}
}

// answer takes the connection from net/http, which would not let through what these targets send.
func (b Behaviour) answer(w http.ResponseWriter, call Call) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	gone := make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() {
		defer close(gone)
		_, _ = io.Copy(io.Discard, conn)
	})
	b(conn, call, gone)
	_ = conn.Close()
	reader.Wait()
}
