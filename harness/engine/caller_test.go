package engine

import (
	"context"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/target"
)

func TestRejects(t *testing.T) {
	for code, want := range map[string]bool{
		"SignatureDoesNotMatch": true, "IncompleteSignature": true, "InvalidAccessKeyId": true,
		"InvalidAccessKeyId.NotFound": true,
		"InvalidAccessKeyId.Inactive": true, "InvalidAccessKeyId.Whatever": true, "MissingAccessKeyId": true,
		"MissingSignature":             true,
		"InvalidSecurityToken.Expired": true, "InvalidSecurityToken.MismatchWithAccessKey": true,
		"SecurityTokenExpired": true,
		"MissingSecurityToken": true, "IllegalTimestamp": true, "InvalidTimeStamp.Expired": true,
		"InvalidTimeStamp.Format":     true,
		"Forbidden.AccessKeyDisabled": true,
		"":                            false, "Forbidden": false, "Forbidden.Unauthorized": false,
		"SignatureNonceUsed": false, "MissingParameter": false,
		"InvalidScalingGroupId.NotFound": false, "Throttling": false,
	} {
		NewWithT(t).Expect(rejects(code)).To(Equal(want), code)
	}
}

func TestRejection(t *testing.T) {
	for _, c := range []struct{ post, get, code, onlyBy string }{
		{"", "", "", ""},
		{"InvalidScalingGroupId.NotFound", "InvalidScalingGroupId.NotFound", "", ""},
		{"SignatureDoesNotMatch", "SignatureDoesNotMatch", "SignatureDoesNotMatch", ""},
		{"MissingSecurityToken", "MissingSecurityToken", "MissingSecurityToken", ""},
		{"InvalidScalingGroupId.NotFound", "SignatureDoesNotMatch", "SignatureDoesNotMatch", "GET"},
		{"InvalidSecurityToken.Malformed", "", "InvalidSecurityToken.Malformed", "POST"},
		// it does not read the form, which is a fault to be judged
		{"MissingAccessKeyId", "InvalidScalingGroupId.NotFound", "", ""},
		{"MissingAccessKeyId", "MissingAccessKeyId", "MissingAccessKeyId", ""},
		{"MissingAccessKeyId", "SignatureDoesNotMatch", "MissingAccessKeyId", ""},
	} {
		code, onlyBy := rejection([]probed{{http.MethodPost, c.post}, {http.MethodGet, c.get}})
		NewWithT(t).Expect([]string{code, onlyBy}).To(Equal([]string{c.code, c.onlyBy}), c.post+", "+c.get)
	}
}

// TestRejectedCredentials: nothing is judged, and the code is named, also when calls by one method only are rejected.
func TestRejectedCredentials(t *testing.T) {
	for _, c := range []struct{ method, says string }{
		{"", "the target rejected these credentials (MissingSecurityToken), so no case could be judged"},
		{http.MethodGet, "the target rejected these credentials (MissingSecurityToken) in calls by GET, so no case"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			if c.method == "" || r.Method == c.method {
				_, _ = io.WriteString(w, `{"RequestId":"1","Code":"MissingSecurityToken","Message":"SecurityToken is mandatory for this action."}`)
				return
			}
			_, _ = io.WriteString(w, `{"RequestId":"1","Code":"InvalidScalingGroupId.NotFound","Message":"m"}`)
		}))
		defer server.Close()
		g := NewWithT(t)
		plan, err := NewPlan(target.Settings{Endpoint: server.URL}.WithDefaults())
		g.Expect(err).NotTo(HaveOccurred())
		_, _, err = plan.startOn(context.Background(),
			target.Credentials{AccessKeyID: "STS.key", AccessKeySecret: keySecret}, 1, environment)
		g.Expect(err).To(MatchError(ContainSubstring(c.says)))
	}
}

// TestReasons: what cannot be spoken to is said in one line before any case, with what to do.
func TestReasons(t *testing.T) {
	NotRaced(t)
	answers := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"RequestId":"1","Code":"InvalidScalingGroupId.NotFound","Message":"m"}`)
	})
	quiet := log.New(io.Discard, "", 0)
	secure := httptest.NewUnstartedServer(answers)
	secure.Config.ErrorLog = quiet
	secure.StartTLS()
	defer secure.Close()
	two := httptest.NewUnstartedServer(answers)
	two.Config.Protocols = new(http.Protocols)
	two.Config.Protocols.SetUnencryptedHTTP2(true)
	two.Start()
	defer two.Close()
	plain := httptest.NewServer(answers)
	defer plain.Close()
	authority := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	NewWithT(t).Expect(os.WriteFile(authority, certificate, 0o600)).To(Succeed())
	for name, c := range map[string]struct {
		settings target.Settings
		says     string // "": it can be judged
	}{
		"plain": {target.Settings{Endpoint: plain.URL}, ""},
		"http to https": {
			target.Settings{Endpoint: strings.Replace(secure.URL, "https", "http", 1)},
			"speaks TLS there; write https://",
		},
		"https to http": {
			target.Settings{Endpoint: strings.Replace(plain.URL, "http", "https", 1)},
			"does not speak TLS; write http://",
		},
		"HTTP/2 only": {target.Settings{Endpoint: two.URL}, "speaks HTTP/2 only"},
		"not trusted": {target.Settings{Endpoint: secure.URL}, "-ca FILE"},
		"trusted":     {target.Settings{Endpoint: secure.URL, CA: authority}, ""},
		"refused":     {target.Settings{Endpoint: "http://127.0.0.1:1"}, "connection refused; start it"},
		"refused, and waited": {
			target.Settings{Endpoint: "http://127.0.0.1:1", Wait: 120 * time.Millisecond},
			"connection refused for 120ms",
		},
		"states refused": {
			target.Settings{Endpoint: plain.URL, ProviderStates: "http://127.0.0.1:1/s"},
			"-provider-states http://127.0.0.1:1/s cannot be reached",
		},
		"states 404": {
			target.Settings{Endpoint: plain.URL, ProviderStates: plain.URL + "/s"},
			"is the path right?",
		},
	} {
		g := NewWithT(t)
		plan, err := NewPlan(c.settings.WithDefaults())
		g.Expect(err).NotTo(HaveOccurred())
		_, _, err = plan.startOn(context.Background(),
			target.Credentials{AccessKeyID: keyID, AccessKeySecret: keySecret}, 1, environment)
		if c.says == "" {
			g.Expect(err).NotTo(HaveOccurred(), name)
			continue
		}
		g.Expect(err).To(MatchError(ContainSubstring(c.says)), name)
		g.Expect(err.Error()).NotTo(ContainSubstring("\n"), name)
	}
}

// "Every call" is said only when it was every one.
func TestThrottlingIsSaidAsItWas(t *testing.T) {
	throttled, answered, silent := wire.Exchange{Throttled: true}, wire.Exchange{Response: &wire.Response{}},
		wire.Exchange{Failure: "no answer within 10s"}
	for want, seen := range map[string][]wire.Exchange{
		"it throttles every call (-rate sends fewer)": slices.Repeat([]wire.Exchange{throttled},
			deadAfter),
		"it throttled each of the last 8 calls (-rate sends fewer)": append([]wire.Exchange{answered},
			slices.Repeat([]wire.Exchange{throttled}, deadAfter)...),
		"of the last 8 calls it throttled 7: no answer within 10s": append(slices.Repeat([]wire.Exchange{throttled},
			deadAfter-1), silent),
		"the target stopped answering: no answer within 10s": append([]wire.Exchange{throttled, answered},
			slices.Repeat([]wire.Exchange{silent}, deadAfter)...),
	} {
		h := &health{}
		for _, ex := range seen {
			h.saw(ex)
		}
		NewWithT(t).Expect(h.dead()).To(ContainSubstring(want))
	}
}
