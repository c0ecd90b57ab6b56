package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

// defaultMockSecret is the one that the service's own documents use in their examples; it protects nothing.
const defaultMockSecret = "testsecret"

// mockActivity is how long a scaling activity takes, where -activity does not say.
const mockActivity = 100 * time.Millisecond

// mockFlags are the flags of `essconform mock`.
type mockFlags struct {
	addr, id, defect, variant, stateFile string
	activity, latency                    time.Duration
	unsigned, tls, verbose, health       bool
	seed                                 uint64
	hosts, origins                       []string
	faults                               []mock.Fault
}

func (f *mockFlags) register(fs *flag.FlagSet) {
	fs.StringVar(&f.addr, "addr", "127.0.0.1:9090", "`ADDRESS` to listen on; port 0 takes a free one")
	fs.StringVar(&f.id, "access-key-id", "testid", "the `ID` of the caller that is known")
	fs.DurationVar(&f.activity, "activity", mockActivity, "`DURATION` of a scaling activity")
	fs.BoolVar(&f.unsigned, "accept-unsigned", false, "accept calls without a signature or with a wrong one")
	fs.StringVar(&f.defect, "defect", "", "`NAME` of a defect to serve with; essconform cases -defects lists them")
	fs.StringVar(
		&f.variant,
		"variant",
		"",
		"`NAME` of a legal difference to serve with; essconform cases -variants lists them",
	)
	fs.BoolVar(&f.verbose, "v", false, "one line on stderr for each request: what was asked, and why it was refused")
	fs.DurationVar(&f.latency, "latency", 0, "`DURATION` that every answer takes, as 200ms")
	fs.Func(
		"fault",
		"let calls go wrong, as `'DetachInstances throttle count=2'`; kinds: throttle, unavailable, error, drop, "+
			"lose, slow; fields: count, probability, delay, retryAfter, status, code; repeat for more",
		f.addFault,
	)
	fs.Uint64Var(&f.seed, "seed", 0, "`NUMBER` that makes ids and faults repeatable; 0 draws one")
	fs.StringVar(
		&f.stateFile,
		"state-file",
		"",
		"`FILE` that the state is read from at the start, and written to at the end",
	)
	fs.BoolVar(&f.tls, "tls", false, "speak HTTPS with a certificate made at the start, whose path is printed")
	fs.Func(
		"host",
		"`NAME` by which "+mock.StatesPath+" may be called, beside localhost and the address; repeat for more",
		appendTo(&f.hosts),
	)
	fs.Func(
		"cors",
		"`ORIGIN` of web pages that may call, as http://localhost:8080; '*' lets any page call the gateway; repeat "+
			"for more",
		appendTo(&f.origins),
	)
	fs.BoolVar(&f.health, "health", false,
		"ask the mock that listens on -addr whether it answers, and exit: 0 when it does")
}

func appendTo(list *[]string) func(string) error {
	return func(s string) error {
		*list = append(*list, s)
		return nil
	}
}

func (f *mockFlags) addFault(text string) error {
	fault, err := mock.ParseFault(text)
	f.faults = append(f.faults, fault)
	return err
}

// options are the mock's options of the flags.
func (f *mockFlags) options(s streams, secret string) (mock.Options, error) {
	activity := f.activity
	if activity <= 0 {
		activity = -1 // at once
	}
	o := mock.Options{
		Credentials:      []mock.Credential{{AccessKeyID: f.id, AccessKeySecret: secret}},
		SkipVerification: f.unsigned,
		ActivityDuration: activity,
		Latency:          f.latency,
		Seed:             f.seed,
		Hosts:            f.hosts,
		Origins:          f.origins,
		ErrorLog:         s.err,
	}
	if f.verbose {
		o.RequestLog = s.err
	}
	return o, misbehave(&o, f.defect, f.variant)
}

func mockCommand(ctx context.Context, args []string, s streams) (int, error) {
	fs, f := flag.NewFlagSet("mock", flag.ContinueOnError), mockFlags{}
	f.register(fs)
	if err := parse(fs, args, s,
		"Serves DetachInstances and the operations around it, the provider states at "+mock.StatesPath+
			", a control plane at "+mock.ControlPath+" and a page at "+mock.UIPath+"."); err != nil {
		return 0, err
	}
	if f.health {
		return exitConformant, askHealth(ctx, f.addr, f.tls)
	}
	secret := s.getenv("ESSCONFORM_MOCK_SECRET")
	if secret == "" {
		secret = defaultMockSecret
	}
	options, err := f.options(s, secret)
	if err != nil {
		return 0, err
	}
	certificate := ""
	if f.tls {
		made, err := makeCertificate(append(f.hosts, hostOnly(f.addr)), time.Now())
		if err != nil {
			return 0, fmt.Errorf("mock: -tls: %w", err)
		}
		defer made.remove()
		options.TLS, certificate = made.config, made.path
	}
	server, err := mock.New(options)
	if err != nil {
		return 0, err
	}
	for _, fault := range f.faults {
		if _, err := server.Inject(fault); err != nil {
			return 0, err
		}
	}
	if err := loadState(server, f.stateFile); err != nil {
		return 0, err
	}
	if err := server.Start(f.addr); err != nil {
		return 0, fmt.Errorf("%w; choose another address with -addr", err)
	}
	greet(s.out, greeting{
		url:         server.URL(),
		host:        server.Host(),
		id:          f.id,
		wellKnown:   secret == defaultMockSecret,
		unsigned:    f.unsigned,
		certificate: certificate,
	})
	<-ctx.Done()
	stop, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := server.Close(stop); err != nil {
		fmt.Fprintln(s.err, "mock: calls that were not over were cut:", err)
	}
	return exitConformant, saveState(server, f.stateFile)
}

// askHealth is for container health checks: an image without a shell has nothing else to ask with.
func askHealth(ctx context.Context, addr string, secure bool) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("mock: -addr %q: wanted HOST:PORT", addr)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	url, client := "http://"+net.JoinHostPort(host, port)+mock.ControlPath+"health", &http.Client{
		Timeout: 3 * time.Second,
	}
	if secure {
		url, client.Transport = "https"+url[len("http"):], trustAny()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("mock: -health: %w", err)
	}
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("mock: -health: %w; is the mock started?", err)
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16))
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("mock: -health: %s answered HTTP %d; is it a mock?", url, answer.StatusCode)
	}
	return nil
}

// loadState reads the state file of the mock. One that does not exist yet is an empty state.
func loadState(server *mock.Server, path string) error {
	if path == "" {
		return nil
	}
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("mock: -state-file: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	if err := server.Load(file); err != nil {
		return fmt.Errorf("%w; -state-file %s: correct the file, or remove it to begin without a state", err, path)
	}
	return nil
}

// saveState writes the state file in one step, so that none is ever half.
func saveState(server *mock.Server, path string) (err error) {
	if path == "" {
		return nil
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("mock: -state-file: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("mock: -state-file: %w", err), os.Remove(file.Name()))
		}
	}()
	if err := errors.Join(server.Save(file), file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
