package engine

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/ratelimit"
	"github.com/essconform/essconform/harness/internal/reach"
	"github.com/essconform/essconform/harness/internal/recording"
	"github.com/essconform/essconform/harness/internal/replay"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports/har"
)

// Address says where the target is and who calls it. One process makes it, with Start; all processes of a run connect
// to it. It holds the secret, so it is handed on in memory only.
type Address struct {
	Endpoint       string
	ProviderStates string
	// Bridge is where the driver of this run is served to its other processes; "" in a run of one process.
	Bridge      string
	Credentials target.Credentials
	// Limiter is where other processes of this run wait for the rate; "" without one.
	Limiter string
	// Secrets is where other processes of this run tell the secrets that states return; "" in a run of one process.
	Secrets string
	// Recording is the folder where the processes of this run keep their exchanges; "" when they keep none.
	Recording string
	// Began is when the run began, from which the times of a recording count.
	Began time.Time

	shared               // in the process that called Start
	driver states.Driver // and its driver, where the resources are the user's own
}

// Embedded starts a target in this process, for runs without an endpoint. Package engine/embedded has the mock's.
type Embedded func(target.Settings) (a Address, stop func() error, err error)

// StartOptions say how a run starts.
type StartOptions struct {
	// Embedded is needed by runs without an endpoint.
	Embedded Embedded
	// Processes is how many processes will connect; 0 means one.
	Processes int
	// Record is the directory of the reports, where every exchange is kept until Runner.Exchanges. "": none is kept,
	// and neither where the settings say so.
	Record string
}

// Start makes the target ready: an embedded one is started, credentials are found, the driver of the states begins, and
// a target that cannot be reached or arranged at all is found out once, before any case. stop ends what was started and
// puts back what was changed; it is never nil, and its error says what could not be put back.
func (p *Plan) Start(ctx context.Context, o StartOptions) (a Address, stop func() error, err error) {
	s := p.Settings
	stop = func() error { return nil }
	began := time.Now()
	defer func() {
		if a.Began = began; err == nil && o.Record != "" && !s.NoHAR {
			a.Recording, err = har.NewFolder(o.Record)
		}
	}()
	if err := s.Guard(); err != nil {
		return a, stop, err
	}
	if s.Embedded() {
		if o.Embedded == nil {
			return a, stop, errors.New("there is no embedded target in this program; name an endpoint")
		}
		if a, stop, err = o.Embedded(s); err != nil {
			return a, stop, err
		}
		a.shared = newShared(s, a.Credentials)
		return a.share(o.Processes, stop)
	}
	caller, err := s.Credentials()
	if err != nil {
		return a, stop, err
	}
	if a, stop, err = p.startOn(ctx, caller, o.Processes, environment); err != nil {
		return a, stop, err
	}
	return a.share(o.Processes, stop)
}

// startOn is Start for a target that is there already.
func (p *Plan) startOn(ctx context.Context, caller target.Credentials, processes int, getenv func(string) string) (
	a Address, stop func() error, err error,
) {
	s := p.Settings
	stop = func() error { return nil }
	a = Address{
		Endpoint: s.Endpoint, ProviderStates: s.ProviderStates, Credentials: caller, shared: newShared(s, caller),
	}
	if err := p.probe(ctx, a); err != nil || !s.UserResources() {
		return a, stop, a.redactor.Error(err)
	}
	driver, end, err := resources{p, caller, a.shared, getenv}.start(ctx)
	if err != nil {
		return a, stop, a.redactor.Error(err)
	}
	redactor := a.redactor
	done := func() error { return redactor.Error(end()) }
	a.driver = driver
	if processes < 2 {
		return a, done, nil
	}
	url, stopServing, err := states.Serve(driver)
	if err != nil {
		return a, stop, errors.Join(err, done())
	}
	a.Bridge = url
	return a, func() error {
		stopServing()
		return done()
	}, nil
}

// probe reaches the target and its states endpoint once. Any answer of the target will do, but one that refuses the
// caller as such: judging it is what the cases are for.
func (p *Plan) probe(ctx context.Context, a Address) error {
	s := p.Settings
	at, err := p.reachable("-endpoint", s.Endpoint)
	if err != nil {
		return err
	}
	if err := at.Check(ctx); err != nil {
		return err
	}
	if err := checkCaller(ctx, s, p.Contract, a, at.Explain); err != nil || s.ProviderStates == "" {
		return err
	}
	if at, err = p.reachable("-provider-states", s.ProviderStates); err != nil {
		return err
	}
	if err := at.Check(ctx); err != nil {
		return err
	}
	return p.probeStates(ctx, a)
}

// probeStates asks the states endpoint for states until it knows one. Those that it does not know are said case by
// case.
func (p *Plan) probeStates(ctx context.Context, a Address) error {
	s := p.Settings
	whatever := func(string) (fixtures.StateKind, bool) { return fixtures.StateKind{}, false }
	driver, err := p.provider(s.ProviderStates, whatever, a.redactor)
	if err != nil {
		return err
	}
	defer driver.Close()
	for _, kind := range p.Set.States {
		state := fixtures.State{Name: kind.Name}
		if kind.Instances() {
			state.Instances = 1
		}
		values, err := driver.Setup(ctx, states.Request{State: state})
		switch {
		case err == nil:
			_ = driver.Teardown(ctx, states.Release{State: state, Values: values})
			return nil
		case !errors.Is(err, states.ErrUnknown):
			return fmt.Errorf("-provider-states: the setup of %q failed: %w", state.Name, err)
		}
	}
	return fmt.Errorf(
		"-provider-states %s: the answer to every state is that it is not known (HTTP 404 or 422); is the path right?",
		s.ProviderStates)
}

// reachable is an address of the settings.
func (p *Plan) reachable(setting, address string) (reach.Address, error) {
	u, err := url.Parse(address)
	if err != nil {
		return reach.Address{}, fmt.Errorf("%s %q: %w", setting, address, err)
	}
	cas, err := p.Settings.CAs()
	return reach.Address{Setting: setting, URL: u, CAs: cas, Timeout: p.Settings.Timeout, Wait: p.Settings.Wait}, err
}

// provider is a driver of states at an address.
func (p *Plan) provider(address string, kinds func(string) (fixtures.StateKind, bool),
	redactor *wire.Redactor,
) (*states.Provider, error) {
	cas, err := p.Settings.CAs()
	if err != nil {
		return nil, err
	}
	driver := states.NewProvider(address, p.Settings.Timeout, kinds)
	driver.Trust(cas)
	driver.Redact = redactor.Redact
	return driver, nil
}

// Runner runs cases. It is safe for concurrent use.
type Runner struct {
	plan        *Plan
	client      *wire.Client
	endpoint    *url.URL
	credentials wire.Credentials
	driver      states.Driver
	provider    *states.Provider // the driver, with -provider-states
	bridge      *states.Bridge   // the driver, when it is in another process
	support     *support.Client
	health      *health
	hangs       *hangs
	pace        support.Pace
	redactor    *wire.Redactor
	secrets     string // where another process of this run keeps them, too; "" in the one that does
	gate        *wire.Gate
	served      *ratelimit.Served // nil where the limiter is in this process, or there is none
	rerun       []string
	recorder    *recording.Recorder // nil: exchanges are not kept
	recorded    *replay.Recording   // what answers in the place of the target; nil in a run
}

// Connect makes a runner on a started target. rerun are the arguments that lead another run to the same target.
func (p *Plan) Connect(a Address, rerun []string) (*Runner, error) {
	common, served, secrets := a.shared, (*ratelimit.Served)(nil), ""
	if common.redactor == nil { // another process than the one that called Start
		secrets = a.Secrets
		common.redactor = wire.NewRedactor(wire.Credentials(a.Credentials))
		common.gate = &wire.Gate{}
		if a.Limiter != "" {
			served = ratelimit.Connect(a.Limiter)
			common.limiter = served
		}
	}
	reached := p.Settings
	reached.Endpoint = a.Endpoint // also that of the embedded mock
	supporting, err := newSupport(reached, p.Contract.APIVersion, p.Contract.Instances.Prefix, a.Credentials, common)
	if err != nil {
		return nil, err
	}
	endpoint, err := url.Parse(a.Endpoint)
	if err != nil {
		return nil, err
	}
	r := &Runner{
		plan: p, client: supporting.Wire, endpoint: endpoint, credentials: wire.Credentials(a.Credentials),
		driver: states.None{}, rerun: rerun,
		health:  &health{original: p.Settings.ActivityTimeout},
		hangs:   &hangs{},
		pace:    support.PaceOf(p.Settings.Loopback()),
		support: supporting, redactor: common.redactor, secrets: secrets, gate: common.gate, served: served,
	}
	if a.Recording != "" {
		if r.recorder, err = recording.New(a.Recording, a.Began, r.redactor); err != nil {
			return nil, err
		}
	}
	switch {
	case a.driver != nil:
		r.driver = a.driver
	case a.Bridge != "":
		r.bridge = states.NewBridge(a.Bridge)
		r.driver = r.bridge
	case a.ProviderStates != "":
		if r.provider, err = p.provider(a.ProviderStates, p.Set.State, r.redactor); err != nil {
			return nil, err
		}
		r.driver = r.provider
	}
	return r, nil
}

// Close gives connections back.
func (r *Runner) Close() {
	_ = r.recorder.Close() // what could not be written is missing where it is gathered, and said there
	closeIdle(r.support)
	if r.provider != nil {
		r.provider.Close()
	}
	if r.bridge != nil {
		r.bridge.Close()
	}
	if r.served != nil {
		r.served.Close()
	}
}
