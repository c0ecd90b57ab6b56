package engine

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"golang.org/x/time/rate"

	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/spec"
)

// livePatience is how long a service may throttle one call: quotas of real ones are counted by the minute.
const livePatience = 90 * time.Second

// restoring bounds how long a run may take at its end to put everything back. What is not done by then is left to the journal.
const restoring = 30 * time.Minute

// lender starts the driver of a target whose states are arranged with resources that the user named, and serves it to all processes.
type lender struct {
	settings target.Settings
	contract *spec.Contract
	caller   wire.Credentials
	limiter  *rate.Limiter // shared with the cases of this process; nil: no limit
	getenv   func(string) string
}

// start returns the address of the states. stop puts everything back.
func (l lender) start(ctx context.Context) (url string, stop func() error, err error) {
	var driver states.Driver
	var done func() error
	if l.settings.ByAPI() {
		driver, done, err = l.api(ctx)
	} else {
		driver, done, err = l.bindings()
	}
	if err != nil {
		return "", nil, err
	}
	url, stopServing, err := states.Serve(driver)
	if err != nil {
		return "", nil, errors.Join(err, done())
	}
	return url, func() error {
		stopServing()
		return done()
	}, nil
}

func (l lender) bindings() (states.Driver, func() error, error) {
	plan, err := NewPlan(l.settings)
	if err != nil {
		return nil, nil, err
	}
	b, err := plan.Bindings()
	if err != nil {
		return nil, nil, err
	}
	b.Missing = plan.Count(context.Background(), b, plan.Cases).Missing()
	can, err := newSupport(l.settings, l.contract, l.caller, l.limiter)
	if err != nil {
		return nil, nil, err
	}
	b.Getenv = l.getenv
	b.Settle = states.Settle(can, support.PaceOf(l.settings.Loopback()), l.settings.ActivityTimeout)
	return b, func() error { closeIdle(can); return nil }, nil
}

func (l lender) api(ctx context.Context) (states.Driver, func() error, error) {
	s := l.settings
	can, err := newSupport(s, l.contract, l.caller, l.limiter)
	if err != nil {
		return nil, nil, err
	}
	journal, err := states.NewJournal(s.JournalFile(), states.Origin{
		Endpoint: s.Endpoint, Region: s.Region, Signature: s.Signature, ECS: s.API.ECSEndpoint, SLB: s.API.SLBEndpoint, RDS: s.API.RDSEndpoint,
	})
	if err != nil {
		return nil, nil, err
	}
	driver := &states.API{
		Can: can, With: *s.API, Journal: journal, Pace: support.PaceOf(s.Loopback()), Patience: s.ActivityTimeout, Getenv: l.getenv,
	}
	done := func() error {
		ctx, cancel := context.WithTimeout(context.Background(), restoring)
		defer cancel()
		defer closeIdle(can)
		// A client that gave an operation up during the run must not keep the end of it from using it.
		if fresh, err := newSupport(s, l.contract, l.caller, l.limiter); err == nil {
			driver.Can = fresh
			defer closeIdle(fresh)
		}
		if err := driver.Close(ctx); err != nil {
			return fmt.Errorf("not everything could be put back: %w; try again with `essconform sweep -journal %s`", err, journal.Path())
		}
		return nil
	}
	if err := driver.Begin(ctx); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("-arrange api: %w", err), done())
	}
	return driver, done, nil
}

// newSupport calls the operations around the one under test, ECS, SLB and RDS at their own addresses where they have some.
func newSupport(s target.Settings, contract *spec.Contract, caller wire.Credentials, limiter *rate.Limiter) (*support.Client, error) {
	can := &support.Client{
		Credentials: caller, Scheme: wire.Scheme(s.Signature), Region: s.Region,
		Version: contract.APIVersion, ListPrefix: contract.Instances.Prefix,
	}
	var err error
	if can.Wire, err = newClient(s, s.Endpoint, limiter); err != nil || s.API == nil {
		return can, err
	}
	for _, product := range []struct {
		endpoint string
		client   **wire.Client
	}{{s.API.ECSEndpoint, &can.ECS}, {s.API.SLBEndpoint, &can.SLB}, {s.API.RDSEndpoint, &can.RDS}} {
		if product.endpoint == "" {
			continue
		}
		if *product.client, err = newClient(s, product.endpoint, limiter); err != nil {
			return nil, err
		}
	}
	return can, nil
}

func closeIdle(can *support.Client) {
	for _, c := range []*wire.Client{can.Wire, can.ECS, can.SLB, can.RDS} {
		if c != nil {
			c.CloseIdleConnections()
		}
	}
}

func newClient(s target.Settings, endpoint string, limiter *rate.Limiter) (*wire.Client, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("-endpoint %q: %w", endpoint, err)
	}
	patience := s.Timeout
	if !s.Loopback() {
		patience = max(patience, livePatience)
	}
	return wire.NewClient(wire.Options{Endpoint: u, Timeout: s.Timeout, Limiter: limiter, Patience: patience})
}

// newLimiter is the share of one of several processes in the rate.
func newLimiter(perSecond float64, processes int) *rate.Limiter {
	if perSecond <= 0 {
		return nil
	}
	return rate.NewLimiter(rate.Limit(perSecond/float64(max(1, processes))), 1)
}

// Sweep puts back what the journal of an interrupted run tells of. say is told each thing that is done.
func Sweep(ctx context.Context, s target.Settings, journal *states.Journal, say func(format string, args ...any)) error {
	if err := s.Guard(); err != nil {
		return err
	}
	contract, err := loadContract(s.Spec)
	if err != nil {
		return err
	}
	caller, err := s.Credentials()
	if err != nil {
		return err
	}
	can, err := newSupport(s, contract, caller, newLimiter(s.Rate, 1))
	if err != nil {
		return err
	}
	defer closeIdle(can)
	r := states.Restorer{Can: can, Journal: journal, Pace: support.PaceOf(s.Loopback()), Patience: s.ActivityTimeout, Say: say}
	return r.Restore(ctx)
}

// environment finds credentials of a denied caller.
func environment(name string) string { return os.Getenv(name) }
