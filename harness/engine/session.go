package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/spec"
)

// Address says where the target is and who calls it. One process makes it, with Start; all processes of a run connect to it. It holds
// the secret, so it is handed on in memory only.
type Address struct {
	Endpoint       string
	ProviderStates string
	// Served tells that ProviderStates is a driver of this run, and not the target's own.
	Served      bool
	Credentials wire.Credentials
	// Processes is how many processes share the rate; 0 means one.
	Processes int

	limiter *rate.Limiter // of the process that called Start
}

// embeddedActivity makes a scaling activity of the embedded mock final at the next look at it: waiting for it would judge nothing.
const embeddedActivity = -1

// Start makes the target ready: the embedded mock is started, credentials are found, the driver of the states begins, and a target that
// cannot be reached or arranged at all is found out once, before any case. stop ends what was started and puts back what was changed;
// it is never nil, and its error says what could not be put back.
func (p *Plan) Start(ctx context.Context) (a Address, stop func() error, err error) {
	s := p.Settings
	stop = func() error { return nil }
	if err := s.Guard(); err != nil {
		return a, stop, err
	}
	if s.Embedded() {
		return startMock(s)
	}
	caller, err := s.Credentials()
	if err != nil {
		return a, stop, err
	}
	return p.startOn(ctx, caller, environment)
}

// startOn is Start for a target that is there already.
func (p *Plan) startOn(ctx context.Context, caller wire.Credentials, getenv func(string) string) (a Address, stop func() error, err error) {
	s := p.Settings
	stop = func() error { return nil }
	a = Address{Endpoint: s.Endpoint, ProviderStates: s.ProviderStates, Credentials: caller, limiter: newLimiter(s.Rate, 1)}
	if err := probe(ctx, s, p.Contract, a); err != nil || !s.Lent() {
		return a, stop, err
	}
	url, end, err := lender{s, p.Contract, caller, a.limiter, getenv}.start(ctx)
	if err != nil {
		return a, stop, err
	}
	a.ProviderStates, a.Served = url, true
	return a, end, nil
}

func startMock(s target.Settings) (Address, func() error, error) {
	nothing := func() error { return nil }
	const id, secret = "embedded-mock-caller", "embedded-mock-secret"
	server, err := mock.New(mock.Options{
		Credentials:      []mock.Credential{{AccessKeyID: id, AccessKeySecret: secret}},
		SkipVerification: wire.Scheme(s.Signature) == wire.SignNone,
		ActivityDuration: embeddedActivity,
	})
	if err != nil {
		return Address{}, nothing, err
	}
	if err := server.Start("127.0.0.1:0"); err != nil {
		return Address{}, nothing, fmt.Errorf("start the embedded mock: %w", err)
	}
	stop := func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Close(ctx) // whoever still waits for an answer of the mock waits in vain either way
		return nil
	}
	return Address{
		Endpoint:       server.URL(),
		ProviderStates: server.URL() + mock.StatesPath,
		Credentials:    wire.Credentials{AccessKeyID: id, AccessKeySecret: secret},
	}, stop, nil
}

// probe reaches the target and its states endpoint once. Any answer of the target will do, but one that refuses the caller as such:
// judging it is what the cases are for.
func probe(ctx context.Context, s target.Settings, contract *spec.Contract, a Address) error {
	if err := dial(ctx, s.URL(), s.Timeout); err != nil {
		return fmt.Errorf("the target %s cannot be reached: %w; start it, or correct -endpoint", s.Endpoint, err)
	}
	if err := checkCaller(ctx, s, contract, a); err != nil || s.ProviderStates == "" {
		return err
	}
	driver := states.NewProvider(s.ProviderStates, s.Timeout, func(string) (fixtures.StateKind, bool) { return fixtures.StateKind{}, false })
	defer driver.Close()
	first := fixtures.State{Name: "a scaling group with detachable instances", Instances: 1}
	values, err := driver.Setup(ctx, first)
	switch {
	case err == nil:
		_ = driver.Teardown(ctx, first, values)
	case errors.Is(err, states.ErrUnknown):
		return nil // said case by case, with the list of what is missing
	default:
		return fmt.Errorf("-provider-states: the setup of %q failed: %w", first.Name, err)
	}
	return nil
}

// callerRefused are codes by which a target says that it does not know the caller (facts, section 4). With such a caller every case
// would fail, and none would say anything of the target.
var callerRefused = []string{
	"SignatureDoesNotMatch", "IncompleteSignature", "InvalidAccessKeyId.NotFound", "InvalidAccessKeyId.Inactive", "InvalidAccessKeyId",
	"MissingAccessKeyId", "MissingSignature", "InvalidSecurityToken.Expired", "InvalidSecurityToken.Malformed", "InvalidSecurityToken",
	"IllegalTimestamp", "InvalidTimeStamp.Expired",
}

// checkCaller asks for something that exists nowhere, so that it changes nothing, and looks only at whether the caller is known.
func checkCaller(ctx context.Context, s target.Settings, contract *spec.Contract, a Address) error {
	n, err := newSupport(s, contract, a.Credentials, a.limiter)
	if err != nil {
		return err
	}
	defer closeIdle(n)
	var refused *support.Refusal
	// Two calls that have little in common: who is refused with both is not known. A target that trips over one of them is judged.
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		call := wire.Call{
			Method: method, Action: contract.Operation, Version: contract.APIVersion, Format: spec.JSON.Parameter(), Scheme: n.Scheme, Credentials: n.Credentials,
			Params: []wire.Param{
				{Name: "RegionId", Value: s.Region}, {Name: contract.Group.Name, Value: madeUp("asg-")}, {Name: contract.Instances.Name(1), Value: madeUp("i-")},
			},
		}
		if method == http.MethodPost {
			call.Shuffle = wire.ByName
		}
		_, err := support.Read(contract.Operation, n.Wire.Do(ctx, call))
		if !errors.As(err, &refused) || !slices.Contains(callerRefused, refused.Code) {
			return nil
		}
	}
	return fmt.Errorf("the target %s refuses the caller with %s, so no case could be judged; check the credentials, the clock and -signature (now %s)",
		s.Endpoint, refused.Code, s.Signature)
}

// dial connects and hangs up: no request, so nothing that the target would count.
func dial(ctx context.Context, u *url.URL, timeout time.Duration) error {
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: u})
	if err != nil || proxy != nil {
		return nil // only the proxy can tell; the first case will
	}
	port := cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
	conn, err := (&net.Dialer{Timeout: timeout}).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return err
	}
	return conn.Close()
}

// Runner runs cases. It is safe for concurrent use.
type Runner struct {
	plan        *Plan
	client      *wire.Client
	endpoint    *url.URL
	credentials wire.Credentials
	driver      states.Driver
	provider    *states.Provider
	support     *support.Client
	health      *health
	pace        support.Pace
	rerun       []string
}

// Connect makes a runner on a started target. rerun are the arguments that lead another run to the same target.
func (p *Plan) Connect(a Address, rerun []string) (*Runner, error) {
	limiter := a.limiter
	if limiter == nil {
		limiter = newLimiter(p.Settings.Rate, a.Processes)
	}
	reached := p.Settings
	reached.Endpoint = a.Endpoint // also that of the embedded mock
	supporting, err := newSupport(reached, p.Contract, a.Credentials, limiter)
	if err != nil {
		return nil, err
	}
	endpoint, err := url.Parse(a.Endpoint)
	if err != nil {
		return nil, err
	}
	r := &Runner{
		plan: p, client: supporting.Wire, endpoint: endpoint, credentials: a.Credentials, driver: states.None{}, rerun: rerun,
		health:  &health{original: p.Settings.ActivityTimeout},
		pace:    support.PaceOf(p.Settings.Loopback()),
		support: supporting,
	}
	switch {
	case a.Served:
		r.provider = states.NewServed(a.ProviderStates, p.Set.State)
		r.driver = r.provider
	case a.ProviderStates != "":
		r.provider = states.NewProvider(a.ProviderStates, p.Settings.Timeout, p.Set.State)
		r.driver = r.provider
	}
	return r, nil
}

// Close gives connections back.
func (r *Runner) Close() {
	closeIdle(r.support)
	if r.provider != nil {
		r.provider.Close()
	}
}
