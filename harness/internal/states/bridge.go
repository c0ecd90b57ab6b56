package states

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/loopback"
)

// order is what one process of a run asks of the driver in another one.
type order struct {
	Teardown bool             `json:"teardown,omitempty"`
	Case     string           `json:"case"`
	State    fixtures.State   `json:"state"`
	Later    []fixtures.State `json:"later,omitempty"`
	Values   Values           `json:"values,omitempty"`
	Used     []string         `json:"used,omitempty"`
}

// reply is the answer to an order. The status of the response is 200 whenever there is one.
type reply struct {
	Values  Values `json:"values,omitempty"`
	Error   string `json:"error,omitempty"`
	Unknown bool   `json:"unknown,omitempty"` // the error is an ErrUnknown
}

// bridgeGrace is how long calls in flight are waited for when the serving ends.
const bridgeGrace = 10 * time.Second

// Serve lets all processes of a run share one driver: it is served on this machine, at a path that cannot be guessed.
// stop ends the serving; calls in flight are waited for. A run of one process calls its driver directly.
func Serve(driver Driver) (url string, stop func(), err error) {
	url, stop, err = loopback.Serve(func(w http.ResponseWriter, r *http.Request) { serve(driver, w, r) }, bridgeGrace)
	if err != nil {
		return "", nil, fmt.Errorf("serve the states to the processes of this run: %w", err)
	}
	return url, stop, nil
}

func serve(driver Driver, w http.ResponseWriter, r *http.Request) {
	var o order
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAnswer)).Decode(&o); err != nil {
		http.Error(w, "the body is not an order", http.StatusBadRequest)
		return
	}
	ctx := r.Context()
	release := Release{Case: o.Case, State: o.State, Values: o.Values, Used: o.Used}
	var values Values
	var err error
	if o.Teardown {
		err = driver.Teardown(ctx, release)
	} else {
		values, err = driver.Setup(ctx, Request{Case: o.Case, State: o.State, Later: o.Later})
		if err == nil && ctx.Err() != nil { // the process that asked is gone, and would never give it back
			release.Values = values
			err = errors.Join(ctx.Err(), driver.Teardown(context.WithoutCancel(ctx), release))
		}
	}
	out := reply{Values: values, Unknown: errors.Is(err, ErrUnknown)}
	if err != nil {
		out.Error = err.Error()
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(out) // a process that left reads nothing
}

// Bridge is the driver of a process that asks the one that another process of the same run serves.
type Bridge struct {
	url    string
	client *http.Client
}

// NewBridge returns a driver for what Serve returned. An order takes as long as it takes.
func NewBridge(url string) *Bridge {
	return &Bridge{url, &http.Client{Transport: transport(url, nil)}}
}

// Setup asks for the state.
func (b *Bridge) Setup(ctx context.Context, r Request) (Values, error) {
	out, err := b.post(ctx, order{Case: r.Case, State: r.State, Later: r.Later})
	return out.Values, err
}

// Teardown gives the resources back.
func (b *Bridge) Teardown(ctx context.Context, r Release) error {
	_, err := b.post(ctx, order{Teardown: true, Case: r.Case, State: r.State, Values: r.Values, Used: r.Used})
	return err
}

// Close gives idle connections back.
func (b *Bridge) Close() { b.client.CloseIdleConnections() }

// post sends an order. The address is a secret, so that no message holds it.
func (b *Bridge) post(ctx context.Context, o order) (out reply, err error) {
	payload, err := json.Marshal(o)
	if err != nil {
		return out, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.url, bytes.NewReader(payload))
	if err != nil {
		return out, errors.New("the states of this run are not served")
	}
	resp, err := b.client.Do(req)
	if err != nil {
		return out, fmt.Errorf("the states of this run: %s", cause(err))
	}
	defer resp.Body.Close()
	err = json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&out)
	if resp.StatusCode != http.StatusOK || err != nil {
		return out, errors.New("the states of this run are no longer served")
	}
	switch {
	case out.Unknown:
		reason := strings.TrimPrefix(strings.TrimPrefix(out.Error, ErrUnknown.Error()), ": ")
		if reason == "" {
			return out, ErrUnknown
		}
		return out, fmt.Errorf("%w: %s", ErrUnknown, reason)
	case out.Error != "":
		return out, errors.New(out.Error)
	}
	return out, nil
}
