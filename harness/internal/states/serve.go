package states

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/essconform/essconform/fixtures"
)

// The headers that carry a Use.
const (
	caseHeader  = "Essconform-Case"
	spentHeader = "Essconform-Spent"
)

// Serve lets all processes of a run share one driver: it is served as provider states on this machine, at a path that nobody can guess.
// stop ends the serving; calls in flight are waited for.
func Serve(driver Driver) (url string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("serve the states to the processes of this run: %w", err)
	}
	path := "/" + rand.Text()
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) { serve(driver, w, r) })
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with Shutdown
	}()
	stop = func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			_ = server.Close()
		}
		<-done
	}
	return "http://" + listener.Addr().String() + path, stop, nil
}

func serve(driver Driver, w http.ResponseWriter, r *http.Request) {
	var m message
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAnswer)).Decode(&m); err != nil {
		answer(w, http.StatusBadRequest, map[string]any{"error": "no JSON object"})
		return
	}
	use := Use{Case: r.Header.Get(caseHeader)}
	if spent := r.Header.Get(spentHeader); spent != "" {
		use.Spent = strings.Split(spent, ",")
	}
	ctx := WithUse(r.Context(), use)
	state := fixtures.State{Name: m.State}
	if n, ok := m.Params["instances"].(float64); ok {
		state.Instances = int(n)
	}
	var values Values
	var err error
	if m.Action == "setup" {
		values, err = driver.Setup(ctx, state)
		if err == nil && ctx.Err() != nil { // whoever asked is gone, and would never give it back
			err = errors.Join(ctx.Err(), driver.Teardown(context.WithoutCancel(ctx), state, values))
		}
	} else {
		err = driver.Teardown(ctx, state, Values(m.Params))
	}
	switch {
	case errors.Is(err, ErrUnknown):
		answer(w, http.StatusNotFound, map[string]any{"error": err.Error()})
	case err != nil:
		answer(w, http.StatusConflict, map[string]any{"error": err.Error()})
	default:
		answer(w, http.StatusOK, values)
	}
}

func answer(w http.ResponseWriter, status int, values map[string]any) {
	if values == nil {
		values = map[string]any{}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(values) // a process that left is nobody's concern
}
