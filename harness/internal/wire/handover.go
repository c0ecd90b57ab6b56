package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/essconform/essconform/harness/internal/loopback"
)

// What the processes of a run tell each other, in bytes: one caller, and all of them.
const (
	maxCaller  = 64 << 10
	maxCallers = 16 << 20
)

// handoverTime bounds one telling, on this machine.
const handoverTime = 10 * time.Second

// Serve lets other processes of a run tell this redactor the callers that they learn: over this machine's loopback, at
// a path that cannot be guessed, and never through a file. The answer holds all callers that are known here. stop ends
// the serving.
func (r *Redactor) Serve() (url string, stop func(), err error) {
	url, stop, err = loopback.Serve(func(w http.ResponseWriter, q *http.Request) {
		var caller Credentials
		if json.NewDecoder(http.MaxBytesReader(w, q.Body, maxCaller)).Decode(&caller) != nil {
			http.Error(w, "the body is not a caller", http.StatusBadRequest)
			return
		}
		r.Add(caller)
		_ = json.NewEncoder(w).Encode(r.callers()) // a process that left reads nothing
	}, 0)
	if err != nil {
		return "", nil, fmt.Errorf("let the processes of this run keep each other's secrets: %w", err)
	}
	return url, stop, nil
}

// Share is Add that also tells the process of the run that serves at url, and learns what that one knows. The error
// holds neither the address, which is a secret, too, nor the caller.
func (r *Redactor) Share(ctx context.Context, url string, caller Credentials) error {
	if caller == (Credentials{}) || r.knows(caller) {
		return nil
	}
	r.Add(caller)
	if url == "" {
		return nil
	}
	failed := errors.New("the other processes of this run could not be told which secret to keep")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), handoverTime)
	defer cancel()
	payload, err := json.Marshal(caller)
	if err != nil {
		return failed
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(payload))
	if err != nil {
		return failed
	}
	// Never through a proxy, whatever the environment says. A caller is told once, so no connection is kept.
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(q)
	if err != nil {
		return failed
	}
	defer resp.Body.Close()
	var all []Credentials
	if resp.StatusCode != http.StatusOK || json.NewDecoder(io.LimitReader(resp.Body, maxCallers)).Decode(&all) != nil {
		return failed
	}
	r.Add(all...)
	return nil
}

func (r *Redactor) knows(caller Credentials) bool {
	now := r.now.Load()
	return now != nil && now.callers[caller]
}

// callers are all that are known.
func (r *Redactor) callers() []Credentials {
	now := r.now.Load()
	if now == nil {
		return nil
	}
	return slices.Collect(maps.Keys(now.callers))
}
