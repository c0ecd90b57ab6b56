// Package target knows what is judged and how it is reached: one struct of settings, filled from defaults, a file, the
// environment and flags, in rising precedence.
package target

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"math"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/internal/wire"
)

// The values of -signature.
const (
	SignatureV1   = string(wire.SignV1)
	SignatureV3   = string(wire.SignV3)
	SignatureNone = string(wire.SignNone)
)

// Settings are all that a user can say about a run. The keys of the YAML file are the names of the flags.
type Settings struct {
	Name               string // of the target, for reports; default: the endpoint
	Endpoint           string // "" or EmbeddedEndpoint means the embedded mock
	Region             string
	Signature          string
	VerifiesSignatures bool
	ProviderStates     string
	Bindings           string // a file of prepared resources
	Arrange            string // ArrangeAPI: through the API of the target, with what API names
	API                *API
	Journal            string // of the changes that a run with ArrangeAPI makes; "" means in ReportDir
	Live               bool   // the endpoint may be off this machine; only the command line can say so
	InsecureHTTP       bool   // and be reached over plain http
	Spec               string
	Cases              string
	Timeout            time.Duration // per request
	ActivityTimeout    time.Duration // until a scaling activity must be final; 0: 10s on this machine, else 2m
	// how old an answer of a Describe operation may be; 0: 1s on this machine, else 15s
	Lag       time.Duration
	Late      time.Duration // until the late look; 0: 2.5s on this machine, else the lag; negative: at once
	Cover     string        // CoverFull (""), or CoverLean
	Jobs      int           // cases at a time; 0: 8 where every setup gives fresh resources, else 1
	Rate      float64       // requests per second; 0 is unlimited
	Wait      time.Duration // for a target that is still starting
	CA        string        // a file with CA certificates to trust beside the system's
	Waivers   string
	ReportDir string
	NoHAR     bool // the exchanges of the run are not kept
	// Unsupported are states and supporting operations that this target cannot reach; only the file can declare them.
	Unsupported []Unsupported

	// File is the target file that was read; "" when there was none.
	File string
}

// Unsupported declares one thing that the target does not have. Cases that need it are reported as unsupported, never
// as passed.
type Unsupported struct {
	State     string `yaml:"state"`     // a provider state, or
	Operation string `yaml:"operation"` // a supporting operation, e.g. DescribeScalingInstances
	Reason    string `yaml:"reason"`
}

// How much of the case set runs.
const (
	CoverFull = ""
	CoverLean = "lean" // the cheapest variants that still verify every requirement in both formats and both methods
)

// Defaults are the settings of a run on the embedded mock.
func Defaults() Settings {
	return Settings{
		Region:    "cn-hangzhou",
		Signature: SignatureV1,
		Timeout:   10 * time.Second,
		ReportDir: "reports/out",
	}
}

// WithDefaults fills the fields that are zero.
func (s Settings) WithDefaults() Settings {
	d := Defaults()
	s.Region = cmp.Or(s.Region, d.Region)
	s.Signature = cmp.Or(s.Signature, d.Signature)
	s.Timeout = cmp.Or(s.Timeout, d.Timeout)
	s.ActivityTimeout = cmp.Or(s.ActivityTimeout, s.patience())
	s.Lag = cmp.Or(s.Lag, s.lag())
	s.Late = cmp.Or(s.Late, s.late())
	s.Jobs = cmp.Or(s.Jobs, s.jobs())
	s.ReportDir = cmp.Or(s.ReportDir, d.ReportDir)
	return s
}

// lag is how old an answer of a Describe operation may be when the user does not say: documents promise nothing.
func (s Settings) lag() time.Duration {
	if s.Loopback() {
		return time.Second
	}
	return 15 * time.Second
}

// late is when the late look comes, after the last call of the run.
func (s Settings) late() time.Duration {
	if s.Loopback() {
		return 2500 * time.Millisecond
	}
	return s.Lag
}

// jobs is how many cases run at a time: one for each group where they share resources.
func (s Settings) jobs() int {
	switch {
	case s.ByAPI():
		return max(1, len(s.API.Lanes()))
	case s.UserResources():
		return 1
	}
	return 8
}

// patience is how long an activity may take by default: one of the real service takes tens of seconds, a mock's rarely
// more than one.
func (s Settings) patience() time.Duration {
	if s.Loopback() {
		return 10 * time.Second
	}
	return 2 * time.Minute
}

// EmbeddedEndpoint names the embedded mock where an endpoint is asked for.
const EmbeddedEndpoint = "embedded"

// Embedded tells whether the target is the embedded mock.
func (s Settings) Embedded() bool { return s.Endpoint == "" || s.Endpoint == EmbeddedEndpoint }

// Check finds settings that cannot work, before anything is sent.
func (s Settings) Check() error {
	if !slices.Contains([]string{SignatureV1, SignatureV3, SignatureNone}, s.Signature) {
		return fmt.Errorf("-signature %q is unknown; write v1, v3 or none", s.Signature)
	}
	if s.Signature == SignatureNone && s.VerifiesSignatures {
		return errors.New("-signature none and -verifies-signatures contradict each other: without a signature " +
			"nothing can be verified; leave one out")
	}
	if !s.Embedded() {
		if err := checkURL("-endpoint", s.Endpoint); err != nil {
			return err
		}
	}
	if s.ProviderStates != "" {
		if err := checkURL("-provider-states", s.ProviderStates); err != nil {
			return err
		}
	}
	if err := s.checkArrangement(); err != nil {
		return err
	}
	if s.Timeout <= 0 {
		return fmt.Errorf("-timeout %s is not positive; write a duration such as 10s", s.Timeout)
	}
	if s.ActivityTimeout < 0 {
		return fmt.Errorf("-activity-timeout %s is negative; write a duration such as 10s", s.ActivityTimeout)
	}
	if s.Wait < 0 {
		return fmt.Errorf("-wait %s is negative; write a duration such as 30s", s.Wait)
	}
	if s.Lag < 0 {
		return fmt.Errorf("-lag %s is negative; write a duration such as 1s", s.Lag)
	}
	if s.Cover != CoverFull && s.Cover != CoverLean {
		return fmt.Errorf("-cover %q is unknown; write full or lean", s.Cover)
	}
	if s.Jobs < 0 {
		return fmt.Errorf("-jobs %d is negative; write how many cases run at a time", s.Jobs)
	}
	if !(s.Rate >= 0) || math.IsInf(s.Rate, 0) { // also what is not a number
		return fmt.Errorf("-rate %v is not a number from 0 on; write requests per second, or 0 for no limit", s.Rate)
	}
	if s.ReportDir == "" {
		return fmt.Errorf("-report-dir is empty; name a directory for the reports")
	}
	for i, u := range s.Unsupported {
		if (u.State == "") == (u.Operation == "") || u.Reason == "" {
			return fmt.Errorf("%s: unsupported entry %d: give either state or operation, and a reason", s.File, i+1)
		}
	}
	return nil
}

func checkURL(flag, value string) error {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%s %q is not a URL; write it like http://127.0.0.1:9090", flag, value)
	}
	if ip := net.ParseIP(u.Hostname()); ip != nil && ip.IsUnspecified() {
		u.Host = strings.TrimSuffix(net.JoinHostPort("127.0.0.1", u.Port()), ":")
		return fmt.Errorf("%s %q: %s is an address to listen on, not one to call; write %s", flag, value, ip, u)
	}
	if u.User != nil {
		return fmt.Errorf("%s must not carry a user or password; credentials come from the environment", flag)
	}
	if _, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && err != nil {
		return fmt.Errorf("%s %q has no valid port; write it like http://127.0.0.1:9090", flag, value)
	}
	return nil
}

// CAs are the certificates that https trusts; nil: the system's only.
func (s Settings) CAs() (*x509.CertPool, error) {
	if s.CA == "" {
		return nil, nil
	}
	data, err := os.ReadFile(s.CA)
	if err != nil {
		return nil, fmt.Errorf("-ca: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("-ca %s holds no certificate in PEM; it begins with -----BEGIN CERTIFICATE-----", s.CA)
	}
	return pool, nil
}

// Arguments lead `essconform run` to the same target, wherever these settings came from: the target file, which alone
// can say some of them, and every other setting that is not the default.
func (s Settings) Arguments() (args []string) {
	if s.File != "" {
		args = append(args, "-target", s.File)
	}
	// Some defaults depend on where the target is and how its states are arranged.
	usual := Settings{Endpoint: s.Endpoint, Bindings: s.Bindings, Arrange: s.Arrange}.WithDefaults()
	usual.Endpoint, usual.Bindings, usual.Arrange = "", "", ""
	for _, o := range options {
		if value := o.value(&s).String(); o.name != "report-dir" && value != o.value(&usual).String() {
			args = append(args, "-"+o.name+"="+value)
		}
	}
	return args
}

// Effective is the configuration as reports show it. No setting holds a secret.
func (s Settings) Effective() map[string]string {
	m := map[string]string{}
	for _, o := range options {
		if text := o.value(&s).String(); text != "" {
			m[o.name] = text
		}
	}
	if s.ByAPI() {
		lanes := s.API.Lanes()
		m["arrange scalingGroupId"] = joined(lanes,
			func(a API) []string { return []string{cmp.Or(a.ScalingGroupID, "created")} })
		m["arrange instanceIds"] = joined(lanes, func(a API) []string { return a.InstanceIDs })
	}
	for _, u := range s.Unsupported {
		m["unsupported "+u.State+u.Operation] = u.Reason
	}
	return m
}
