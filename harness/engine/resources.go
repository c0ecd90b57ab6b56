package engine

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/essconform/essconform/harness/internal/ratelimit"
	"github.com/essconform/essconform/harness/internal/runlock"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/target"
)

// livePatience is how long a service may throttle one call: quotas of real ones are counted by the minute.
const livePatience = 90 * time.Second

// restoring bounds how long a run may take at its end to put everything back. What is not done by then is left to the
// journal.
const restoring = 30 * time.Minute

// resources starts the driver of a target whose states are arranged with resources that the user named.
type resources struct {
	plan   *Plan
	caller target.Credentials
	shared shared
	getenv func(string) string
}

// start returns the driver. stop puts everything back.
func (r resources) start(ctx context.Context) (driver states.Driver, stop func() error, err error) {
	if r.plan.Settings.ByAPI() {
		return r.api(ctx)
	}
	return r.bindings()
}

func (r resources) support() (*support.Client, error) {
	c := r.plan.Contract
	return newSupport(r.plan.Settings, c.APIVersion, c.Instances.Prefix, r.caller, r.shared)
}

func (r resources) bindings() (states.Driver, func() error, error) {
	b, err := r.plan.Bindings()
	if err != nil {
		return nil, nil, err
	}
	b.Missing = b.Count(r.plan.Running(r.plan.Cases)).Missing()
	client, err := r.support()
	if err != nil {
		return nil, nil, err
	}
	b.Getenv = r.getenv
	b.Settle = states.Settle(client, support.PaceOf(r.plan.Settings.Loopback()), r.plan.Settings.ActivityTimeout)
	return b, func() error { closeIdle(client); return nil }, nil
}

func (r resources) api(ctx context.Context) (states.Driver, func() error, error) {
	s, c := r.plan.Settings, r.plan.Contract
	client, err := r.support()
	if err != nil {
		return nil, nil, err
	}
	lanes := s.API.Lanes()
	kind, ids := "group", []string(nil)
	if s.API.Create {
		kind = "instance"
	}
	for _, lane := range lanes {
		if s.API.Create {
			ids = append(ids, lane.InstanceIDs...)
		} else {
			ids = append(ids, lane.ScalingGroupID, lane.OtherScalingGroupID)
		}
	}
	release, err := runlock.Resources(s.JournalFile(), s.Endpoint, kind, ids)
	if err != nil {
		return nil, nil, err
	}
	journal, err := states.NewJournal(s.JournalFile(), states.Origin{
		Endpoint: s.Endpoint, Region: s.Region, Signature: s.Signature, APIVersion: c.APIVersion,
		ListPrefix: c.Instances.Prefix,
		ECS:        s.API.ECSEndpoint, SLB: s.API.SLBEndpoint, RDS: s.API.RDSEndpoint,
	})
	if err != nil {
		release()
		return nil, nil, err
	}
	pace := support.PaceOf(s.Loopback())
	pace.Lag = s.Lag
	all := make([]*states.API, len(lanes))
	for i, lane := range lanes {
		all[i] = &states.API{
			Client: client, With: lane, Journal: journal, Pace: pace,
			Patience: s.ActivityTimeout, Getenv: r.getenv, Kinds: r.plan.Set.State,
		}
	}
	driver := states.NewLanes(all...)
	done := func() error {
		ctx, cancel := context.WithTimeout(context.Background(), restoring)
		defer cancel()
		defer release()
		defer closeIdle(client)
		// A client that gave an operation up during the run must not keep the end of it from using it.
		if fresh, err := r.support(); err == nil {
			all[0].Client = fresh
			defer closeIdle(fresh)
		}
		if err := driver.Close(ctx); err != nil {
			return fmt.Errorf("not everything could be put back: %w; try again with `essconform sweep -journal %s`",
				err, journal.Path())
		}
		return nil
	}
	if err := driver.Begin(ctx); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("-arrange api: %w", err), done())
	}
	return driver, done, nil
}

// Bindings are the prepared resources that the settings name.
func (p *Plan) Bindings() (*states.Bindings, error) {
	return states.LoadBindings(p.Settings.Bindings, p.Set.States)
}

// newSupport calls the operations around the one under test, ECS, SLB and RDS at their own addresses where they have
// some.
func newSupport(s target.Settings, version, listPrefix string, caller target.Credentials,
	common shared,
) (*support.Client, error) {
	client := support.New(support.Client{
		Credentials: wire.Credentials(caller), Scheme: wire.Scheme(s.Signature), Region: s.Region, Version: version,
		ListPrefix: listPrefix,
	})
	var err error
	if client.Wire, err = newClient(s, s.Endpoint, common); err != nil || s.API == nil {
		return client, err
	}
	for _, product := range []struct {
		endpoint string
		at       **wire.Client
	}{{s.API.ECSEndpoint, &client.ECS}, {s.API.SLBEndpoint, &client.SLB}, {s.API.RDSEndpoint, &client.RDS}} {
		if product.endpoint == "" {
			continue
		}
		if *product.at, err = newClient(s, product.endpoint, common); err != nil {
			return nil, err
		}
	}
	return client, nil
}

func closeIdle(client *support.Client) {
	for _, c := range []*wire.Client{client.Wire, client.ECS, client.SLB, client.RDS} {
		if c != nil {
			c.CloseIdleConnections()
		}
	}
}

func newClient(s target.Settings, endpoint string, common shared) (*wire.Client, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("-endpoint %q: %w", endpoint, err)
	}
	patience := s.Timeout
	if !s.Loopback() {
		patience = max(patience, livePatience)
	}
	cas, err := s.CAs()
	if err != nil {
		return nil, err
	}
	return wire.NewClient(wire.Options{
		TLS: &tls.Config{RootCAs: cas}, Endpoint: u, Timeout: s.Timeout, Gate: common.gate, Limiter: common.limiter,
		Redactor: common.redactor, Patience: patience,
	})
}

// environment finds credentials of a denied caller.
func environment(name string) string { return os.Getenv(name) }

// shared is what all clients of a run have in common: the rate, and what must not be shown.
type shared struct {
	limiter  ratelimit.Limiter // nil: no limit
	redactor *wire.Redactor
	gate     *wire.Gate
}

func newShared(s target.Settings, caller target.Credentials) shared {
	return shared{ratelimit.New(s.Rate), wire.NewRedactor(wire.Credentials(caller)), &wire.Gate{}}
}

// share serves what the processes of a run have in common, the limiter and the secrets, until stop, which it joins, is
// called.
func (a Address) share(processes int, stop func() error) (Address, func() error, error) {
	if processes < 2 {
		return a, stop, nil
	}
	var stopSecrets, stopLimiter func()
	var err error
	if a.Secrets, stopSecrets, err = a.redactor.Serve(); err != nil {
		return a, stop, err
	}
	end := func() error {
		defer stopSecrets()
		return stop()
	}
	if a.limiter == nil {
		return a, end, nil
	}
	if a.Limiter, stopLimiter, err = ratelimit.Serve(a.limiter); err != nil {
		return a, end, err
	}
	return a, func() error {
		defer stopLimiter()
		return end()
	}, nil
}
