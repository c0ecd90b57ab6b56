package target_test

import (
	"crypto/x509"
	"encoding/pem"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/target"
)

func resolve(t *testing.T, env map[string]string, args ...string) (target.Settings, error) {
	t.Helper()
	fs := flag.NewFlagSet("test", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	flags := target.Register(fs)
	if err := fs.Parse(args); err != nil {
		return target.Settings{}, err
	}
	return flags.Resolve(func(name string) (string, bool) { v, ok := env[name]; return v, ok }, "")
}

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "target.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestPrecedence(t *testing.T) {
	g := NewWithT(t)
	s, err := resolve(t, nil)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(s).To(Equal(target.Defaults().WithDefaults()))

	file := write(t,
		"endpoint: http://file:1\nregion: from-file\nsignature: v3\ntimeout: 3s\nverifies-signatures: true\n"+
			"unsupported:\n  - state: an inactive scaling group\n    reason: has no states\n")
	env := map[string]string{"ESSCONFORM_TARGET": file, "ESSCONFORM_REGION": "from-env", "ESSCONFORM_SIGNATURE": "none"}
	s, err = resolve(t, env, "-signature=v1", "-rate=2.5", "-verifies-signatures=false")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(s.Endpoint).To(Equal("http://file:1"))
	g.Expect(s.Region).To(Equal("from-env"))
	g.Expect(s.Signature).To(Equal("v1"))
	g.Expect(s.Timeout).To(Equal(3 * time.Second))
	g.Expect(s.Rate).To(Equal(2.5))
	g.Expect(s.VerifiesSignatures).To(BeFalse())
	g.Expect(s.Unsupported).To(HaveLen(1))
	g.Expect(s.Effective()).To(HaveKeyWithValue("timeout", "3s"))
}

func TestBadSettings(t *testing.T) {
	for _, c := range []struct {
		name string
		env  map[string]string
		args []string
		want string
	}{
		{"unknown flag", nil, []string{"-bogus"}, "not defined: -bogus"},
		{"no URL", nil, []string{"-endpoint", "localhost"}, `-endpoint "localhost" is not a URL`},
		{"another scheme", nil, []string{"-endpoint", "ftp://host"}, "is not a URL"},
		{
			"a password in the URL", nil,
			[]string{"-endpoint", "http://user:secret@host"},
			"must not carry a user or password",
		},
		{"an impossible port", nil, []string{"-endpoint", "http://host:99999"}, "has no valid port"},
		{"states without an endpoint", nil, []string{"-provider-states", "http://host/_states"}, "without -endpoint"},
		{"unknown scheme", nil, []string{"-signature", "v2"}, `-signature "v2" is unknown; write v1, v3 or none`},
		{"unknown scheme in the environment", map[string]string{"ESSCONFORM_SIGNATURE": "v2"}, nil, `"v2" is unknown`},
		{"no duration", nil, []string{"-timeout", "10"}, "write a duration such as 10s"},
		{"no time", nil, []string{"-timeout", "0s"}, "-timeout 0s is not positive"},
		{"negative rate", nil, []string{"-rate", "-1"}, "from 0 on"},
		{"rate that is not a number", nil, []string{"-rate", "NaN"}, "write a number"},
		{
			"an address to listen on", nil,
			[]string{"-endpoint", "http://0.0.0.0:9090"},
			"0.0.0.0 is an address to listen on, not one to call; write http://127.0.0.1:9090",
		},
		{
			"the same of IPv6", nil,
			[]string{"-endpoint", "https://[::]/x"},
			":: is an address to listen on, not one to call; write https://127.0.0.1/x",
		},
		{"the same for states", nil, []string{
			"-endpoint", "http://127.0.0.1:1", "-provider-states",
			"http://0.0.0.0/_states",
		}, "-provider-states"},
		{"negative wait", nil, []string{"-wait", "-1s"}, "-wait -1s is negative"},
		{"infinite rate", nil, []string{"-rate=+Inf"}, "write a number"},
		{"an empty flag", nil, []string{"-endpoint", ""}, `-endpoint is given but empty; give it a value, or leave it out; the embedded mock is named "embedded"`},
		{"a blank flag", nil, []string{"-provider-states= "}, "-provider-states is given but empty"},
		{"an empty number", nil, []string{"-rate="}, "-rate is given but empty"},
		{"an empty target", nil, []string{"-target", ""}, "-target is given but empty"},
		{
			"an empty variable",
			map[string]string{"ESSCONFORM_ENDPOINT": ""},
			nil,
			"ESSCONFORM_ENDPOINT is given but empty",
		},
		{
			"an empty variable below a flag",
			map[string]string{"ESSCONFORM_REGION": ""},
			[]string{"-region", "x"},
			"ESSCONFORM_REGION is given but empty",
		},
		{
			"an empty name of a file",
			map[string]string{"ESSCONFORM_TARGET": " "},
			nil,
			"ESSCONFORM_TARGET is given but empty",
		},
		{"unsigned and verified", nil, []string{
			"-endpoint", "http://127.0.0.1:1", "-signature", "none",
			"-verifies-signatures",
		}, "contradict each other"},
		{"no report directory", nil, []string{"-report-dir", ""}, "-report-dir is given but empty"},
		{
			"missing file", nil,
			[]string{"-target", "/nonexistent/target.yaml"},
			"target file: open /nonexistent/target.yaml",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := resolve(t, c.env, c.args...)
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring(c.want)))
		})
	}
}

func TestBadFile(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", "region: x\nendpont: y\n", `target.yaml:2: unknown setting "endpont"; did you mean endpoint?`},
		{"a key like no other", "colour: y\n", `target.yaml:1: unknown setting "colour"; write one of endpoint, `},
		{"live", "live: true\n", "live is said on the command line only"},
		{"unknown key below arrange", "arrange:\n  create: true\n  instances: [x]\n", `target.yaml:3: unknown key "instances"; did you mean instanceIds?`},
		{"broken", "region: [x\n", "target.yaml:1: "},
		{"wrong type", "timeout: soon\n", "target.yaml:1: timeout: write a duration such as 10s"},
		{"a list for a value", "region: [x]\n", "target.yaml:1: region: wanted a single value; got a list"},
		{"no map", "- x\n", "target.yaml:1: a target file is a map"},
		{
			"nothing but a comment", "# endpoint: http://host\n",
			"target.yaml:1: the file is empty; a target file is a map",
		},
		{"unknown key below unsupported", "unsupported:\n  - stat: x\n", `target.yaml:2: unknown key "stat"; did you mean state?`},
		{"empty", "region: \"\"\n", "target.yaml:1: region is given but empty; give it a value, or leave it out"},
		{"an endpoint of null", "region: x\nendpoint: ~\n", `target.yaml:2: endpoint is given but empty; give it a value, or leave it out; the embedded mock is named "embedded"`},
		{
			"wrong type below arrange", "arrange:\n  instanceIds: i-1\n",
			"target.yaml:2: instanceIds is text; wanted a list",
		},
		{
			"wrong type of a switch", "arrange:\n  create: \"yes\"\n",
			"target.yaml:2: create is text; wanted true or false",
		},
		{"UTF-16", "\xff\xfer\x00e\x00", "target.yaml: the file is UTF-16; save it as UTF-8"},
		{
			"unsupported without a reason", "unsupported:\n  - state: an inactive scaling group\n",
			"give either state or operation, and a reason",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := resolve(t, nil, "-target", write(t, c.text))
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring(c.want)))
		})
	}
}

func TestGivenSaysItAgain(t *testing.T) {
	g := NewWithT(t)
	fs := flag.NewFlagSet("test", flag.ContinueOnError)
	flags := target.Register(fs)
	g.Expect(fs.Parse([]string{"-signature", "none", "-report-dir", "x", "-endpoint", "http://host"})).To(Succeed())
	g.Expect(flags.Given()).To(Equal([]string{"-endpoint=http://host", "-signature=none"}))
}

func TestLoopback(t *testing.T) {
	for endpoint, want := range map[string]bool{
		"": true, "http://127.0.0.1:1": true, "http://localhost": true, "http://[::1]:2": true,
		"http://10.0.0.1": false, "https://ess.example.com": false,
	} {
		NewWithT(t).Expect(target.Settings{Endpoint: endpoint}.Loopback()).To(Equal(want), endpoint)
	}
}

func TestCredentials(t *testing.T) {
	g := NewWithT(t)
	t.Setenv("HOME", t.TempDir()) // no profile of the machine's own
	for _, name := range []string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
		"ALIBABA_CLOUD_SECURITY_TOKEN",
	} {
		t.Setenv(name, "")
	}
	s := target.Settings{Endpoint: "http://127.0.0.1:1"}.WithDefaults()
	_, err := s.Credentials()
	g.Expect(err).To(MatchError(target.ErrNoCredentials))

	s.Signature = "none"
	c, err := s.Credentials()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(c.AccessKeyID).To(BeEmpty())

	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "id")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret")
	t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "token")
	s.Signature = "v1"
	c, err = s.Credentials()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect([]string{c.AccessKeyID, c.AccessKeySecret, c.SecurityToken}).To(Equal([]string{"id", "secret", "token"}))
}

// TestScalarsOfAFile: a value is what YAML says that it is, and an id is what was written.
func TestScalarsOfAFile(t *testing.T) {
	g := NewWithT(t)
	file := write(t,
		"\uFEFFregion: null\nname: &n !!str 007\nendpoint: >-\n  http://127.0.0.1:1\nsignature: ~\ntimeout: &t "+
			"3s\nactivity-timeout: *t\n"+
			"arrange:\n  scalingGroupId: 0123\n  instanceIds: [0x1F, 1_000, 1.10]\n  createParams: ~\n  "+
			"loadBalancerId: *n\n")
	s, err := resolve(t, nil, "-target", file)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect([]string{
		s.Region, s.Name, s.Endpoint,
		s.Signature,
	}).To(Equal([]string{"cn-hangzhou", "007", "http://127.0.0.1:1", "v1"}))
	g.Expect([]time.Duration{s.Timeout, s.ActivityTimeout}).To(Equal([]time.Duration{3 * time.Second, 3 * time.Second}))
	g.Expect(s.API.ScalingGroupID).To(Equal("0123"))
	g.Expect(s.API.InstanceIDs).To(Equal([]string{"0x1F", "1_000", "1.10"}))
	g.Expect(s.API.LoadBalancerID).To(Equal("007"))
}

func TestEmbeddedByName(t *testing.T) {
	g := NewWithT(t)
	s, err := resolve(t, map[string]string{"ESSCONFORM_ENDPOINT": "http://127.0.0.1:1"}, "-endpoint", "embedded")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(s.Embedded()).To(BeTrue())
	g.Expect(target.Settings{Endpoint: target.EmbeddedEndpoint}.WithDefaults().Check()).To(Succeed())
}

// Whatever source said it, the arguments lead to the same settings without it.
func TestArguments(t *testing.T) {
	file := write(t,
		"endpoint: http://127.0.0.1:1\nsignature: none\ntimeout: 3s\nunsupported:\n  - {state: an inactive scaling "+
			"group, reason: none}\n")
	for name, c := range map[string]struct {
		env  map[string]string
		args []string
		want []string
	}{
		"embedded": {nil, nil, nil},
		"flags": {
			nil,
			[]string{"-endpoint", "http://127.0.0.1:1", "-late", "0", "-rate", "2.5"},
			[]string{"-endpoint=http://127.0.0.1:1", "-late=0s", "-rate=2.5"},
		},
		"environment": {
			map[string]string{
				"ESSCONFORM_ENDPOINT":        "http://127.0.0.1:1",
				"ESSCONFORM_PROVIDER_STATES": "http://127.0.0.1:1/s", "ESSCONFORM_REGION": "r",
			},
			nil,
			[]string{"-endpoint=http://127.0.0.1:1", "-region=r", "-provider-states=http://127.0.0.1:1/s"},
		},
		"file": {
			map[string]string{"ESSCONFORM_TARGET": file},
			nil,
			[]string{"-target", file, "-endpoint=http://127.0.0.1:1", "-signature=none", "-timeout=3s"},
		},
		"default of another place": {
			nil,
			[]string{"-endpoint", "https://ess.example.com", "-live"},
			[]string{"-endpoint=https://ess.example.com", "-live=true"},
		},
	} {
		g := NewWithT(t)
		s, err := resolve(t, c.env, c.args...)
		g.Expect(err).NotTo(HaveOccurred(), name)
		g.Expect(s.Arguments()).To(Equal(c.want), name)
		again, err := resolve(t, nil, s.Arguments()...)
		g.Expect(err).NotTo(HaveOccurred(), name)
		g.Expect(again).To(Equal(s), name)
	}
}

func TestCAs(t *testing.T) {
	g := NewWithT(t)
	pool, err := target.Settings{}.CAs()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(pool).To(BeNil())
	_, err = target.Settings{CA: write(t, "endpoint: http://host\n")}.CAs()
	g.Expect(err).To(MatchError(ContainSubstring("holds no certificate in PEM")))
	_, err = target.Settings{CA: "nowhere.pem"}.CAs()
	g.Expect(err).To(MatchError(ContainSubstring("-ca: open nowhere.pem")))
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	file := write(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	pool, err = target.Settings{CA: file}.CAs()
	g.Expect(err).NotTo(HaveOccurred())
	_, err = server.Certificate().Verify(x509.VerifyOptions{Roots: pool, DNSName: "127.0.0.1"})
	g.Expect(err).NotTo(HaveOccurred())
}
