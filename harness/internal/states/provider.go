package states

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports/printable"
)

// Provider arranges states over HTTP, by the protocol of Pact's provider states.
type Provider struct {
	URL    string
	Client *http.Client
	// Kinds says which values a state must return.
	Kinds func(name string) (fixtures.StateKind, bool)
	// Redact keeps the secrets of the run out of errors that quote an answer; nil changes nothing.
	Redact func(string) string
}

// maxAnswer bounds what a setup may return: 20 ids are about 500 bytes. Decoded, a hostile answer takes many times its
// length.
const maxAnswer = 64 << 10

// NewProvider returns a driver with a client of its own.
func NewProvider(endpoint string, timeout time.Duration, kinds func(string) (fixtures.StateKind, bool)) *Provider {
	return &Provider{URL: endpoint, Kinds: kinds, Client: &http.Client{
		Transport:     transport(endpoint, nil),
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Trust makes certificates of these CAs good for https; nil: those of the system only.
func (p *Provider) Trust(cas *x509.CertPool) { p.Client.Transport = transport(p.URL, cas) }

// transport never sends a setup twice. For a URL that it cannot take, which target.Settings has refused, a request
// fails when it is sent.
func transport(endpoint string, cas *x509.CertPool) http.RoundTripper {
	if u, err := url.Parse(endpoint); err == nil {
		if t, err := wire.NewTransport(u, cas); err == nil {
			return t
		}
	}
	return &http.Transport{DisableKeepAlives: true, DisableCompression: true}
}

type message struct {
	Action string         `json:"action"`
	State  string         `json:"state"`
	Params map[string]any `json:"params"`
}

// AnswerError is an answer of the states endpoint that the protocol does not have.
type AnswerError struct {
	URL    string
	Status int
	Text   string
}

func (e *AnswerError) Error() string {
	return fmt.Sprintf("%s answered HTTP %d to a state; the protocol has 200, 404 and 422: %s", e.URL, e.Status, e.Text)
}

// Setup asks for the state.
func (p *Provider) Setup(ctx context.Context, r Request) (Values, error) {
	state := r.State
	status, body, err := p.post(ctx, message{"setup", state.Name, state.Params()}, r.Seen)
	if err != nil {
		return nil, err
	}
	switch status {
	case http.StatusOK:
	case http.StatusNotFound, http.StatusUnprocessableEntity:
		return nil, ErrUnknown
	default:
		return nil, &AnswerError{p.URL, status, p.brief(body)}
	}
	var values Values
	if err := json.Unmarshal(body, &values); err != nil || values == nil {
		return nil, fmt.Errorf("%s: the setup of %q did not answer with a JSON object of values", p.URL, state.Name)
	}
	if kind, ok := p.Kinds(state.Name); ok {
		if err := values.Check(kind, state); err != nil {
			return values, fmt.Errorf("%s: %w", p.URL, err)
		}
	}
	return values, nil
}

// Teardown gives the resources of the setup back: the same state, with the values among the params.
func (p *Provider) Teardown(ctx context.Context, r Release) error {
	params := r.State.Params()
	maps.Copy(params, r.Values)
	status, body, err := p.post(ctx, message{"teardown", r.State.Name, params}, r.Seen)
	if err != nil {
		return err
	}
	if status/100 != 2 {
		return fmt.Errorf("%s answered HTTP %d to a teardown: %s", p.URL, status, p.brief(body))
	}
	return nil
}

func (p *Provider) post(ctx context.Context, m message, seen func(Exchange)) (status int, body []byte, err error) {
	payload, err := json.Marshal(m)
	if err != nil {
		return 0, nil, err
	}
	x := Exchange{URL: p.URL, Request: payload, Sent: time.Now()}
	if seen != nil {
		defer func() {
			if x.Done = time.Now(); err != nil {
				x.Failure = err.Error()
			}
			seen(x)
		}()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, bytes.NewReader(payload))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "essconform")
	resp, err := p.Client.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %s", p.URL, p.cause(err))
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	x.Proto, x.Status, x.Header, x.Body = resp.Proto, resp.StatusCode, resp.Header, body
	switch {
	case err != nil:
		return 0, nil, fmt.Errorf("%s: the answer to a state broke off: %s", p.URL, p.cause(err))
	case len(body) > maxAnswer:
		return 0, nil, fmt.Errorf("%s: the answer to a state is longer than 64 KiB", p.URL)
	}
	return resp.StatusCode, body, nil
}

// cause is why a request failed, on one printable line.
func cause(err error) string { return printable.Text(rawCause(err), 300) }

// rawCause strips method and URL, which the caller prints, from a client error.
func rawCause(err error) string {
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err
	}
	var ne net.Error
	if errors.As(err, &ne) && ne.Timeout() {
		return "no answer in time"
	}
	return err.Error()
}

// brief is the beginning of a body for an error text: one printable line.
func (p *Provider) brief(body []byte) string { return brief(p.redacted(string(body))) }

func (p *Provider) cause(err error) string { return printable.Text(p.redacted(rawCause(err)), 300) }

func (p *Provider) redacted(text string) string {
	if p.Redact == nil {
		return text
	}
	return p.Redact(text)
}

// brief is the beginning of a redacted text: one printable line in quotes.
func brief(text string) string {
	return printable.Quoted(strings.Join(strings.Fields(text), " "), 120)
}

// Close gives idle connections back.
func (p *Provider) Close() { p.Client.CloseIdleConnections() }
