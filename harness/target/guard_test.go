package target_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/target"
)

func TestGuard(t *testing.T) {
	for _, c := range []struct {
		name, want string // "" for allowed
		s          target.Settings
	}{
		{"embedded", "", target.Settings{}},
		{"this machine", "", target.Settings{Endpoint: "http://127.0.0.1:9090"}},
		{"another machine", "add -live", target.Settings{Endpoint: "https://ess.example.com"}},
		{"live", "", target.Settings{Endpoint: "https://ess.example.com", Live: true}},
		{"live, plain", "add -insecure-http", target.Settings{Endpoint: "http://ess.example.com", Live: true}},
		{"live, plain, allowed", "", target.Settings{Endpoint: "http://10.0.0.1", Live: true, InsecureHTTP: true}},
		{"plain without live", "add -live", target.Settings{Endpoint: "http://10.0.0.1", InsecureHTTP: true}},
		{"a name that looks local", "add -live", target.Settings{Endpoint: "http://localhost.example.com"}},
		{"another product elsewhere", "arrange: rdsEndpoint https://rds.example.com", target.Settings{
			Endpoint: "http://127.0.0.1:1", Arrange: target.ArrangeAPI,
			API: &target.API{RDSEndpoint: "https://rds.example.com"},
		}},
		{"every other product", "arrange: ecsEndpoint http://10.0.0.1", target.Settings{
			Endpoint: "http://127.0.0.1:1", Arrange: target.ArrangeAPI,
			API: &target.API{
				ECSEndpoint: "http://10.0.0.1", SLBEndpoint: "http://127.0.0.1:2",
				RDSEndpoint: "http://127.0.0.1:3",
			},
		}},
		{"states elsewhere", "-provider-states https://states.example.com is not on this machine", target.Settings{
			Endpoint: "http://127.0.0.1:1", ProviderStates: "https://states.example.com",
		}},
		{"states elsewhere, plain", "-provider-states http://states.example.com is plain http", target.Settings{
			Endpoint: "http://127.0.0.1:1", ProviderStates: "http://states.example.com", Live: true,
		}},
		{"states elsewhere, live", "", target.Settings{
			Endpoint:       "http://127.0.0.1:1",
			ProviderStates: "https://states.example.com", Live: true,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.s.Guard(); c.want == "" {
				NewWithT(t).Expect(err).NotTo(HaveOccurred())
			} else {
				NewWithT(t).Expect(err).To(MatchError(ContainSubstring(c.want)))
			}
		})
	}
}

func TestArrangementErrors(t *testing.T) {
	const api = "endpoint: http://127.0.0.1:1\narrange:\n  scalingGroupId: asg-1\n  instanceIds: [i-1, i-2]\n"
	for _, c := range []struct {
		name, file string
		args       []string
		want       string
	}{
		{
			"nothing named", "endpoint: http://127.0.0.1:1\n",
			[]string{"-arrange", "api"},
			"needs to know what it may touch",
		},
		{"unknown way", "", []string{"-arrange", "apo"}, `-arrange "apo" is unknown; write api, or none`},
		{"two ways", api, []string{"-bindings", "x.yaml"}, "choose one of"},
		{
			"for the mock", "arrange:\n  scalingGroupId: asg-1\n  instanceIds: [i-1]\n", nil,
			"-arrange api is given without -endpoint",
		},
		{"bindings for the mock", "", []string{"-bindings", "x.yaml"}, "-bindings is given without -endpoint"},
		{"the same group twice", api + "  otherScalingGroupId: asg-1\n", nil, "the same as scalingGroupId"},
		{
			"half a caller", api + "  deniedAccessKeyIdEnv: X\n", nil,
			"give both deniedAccessKeyIdEnv and deniedAccessKeySecretEnv",
		},
		{"an id where a list stands", "arrange:\n  instanceIds: i-1\n", nil, "target.yaml:2: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := resolve(t, nil, append(c.args, "-target", write(t, c.file+"region: x\n"))...)
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring(c.want)))
		})
	}
	s, err := resolve(t, nil, "-target", write(t, api), "-arrange", "none", "-bindings", "b.yaml")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	NewWithT(t).Expect(s.ByAPI()).To(BeFalse())
}

func TestAKeyIsNotRepeated(t *testing.T) {
	err := target.CheckEnvNames("idEnv", "ACCESS_KEY_ID", "secretEnv", "h7Wk-not-a-name")
	NewWithT(t).Expect(err).To(MatchError(And(ContainSubstring("secretEnv must be the name"),
		Not(ContainSubstring("h7Wk")))))
}
