package engine

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/target"
)

func TestRejects(t *testing.T) {
	for code, want := range map[string]bool{
		"SignatureDoesNotMatch": true, "IncompleteSignature": true, "InvalidAccessKeyId": true, "InvalidAccessKeyId.NotFound": true,
		"InvalidAccessKeyId.Inactive": true, "InvalidAccessKeyId.Whatever": true, "MissingAccessKeyId": true, "MissingSignature": true,
		"InvalidSecurityToken.Expired": true, "InvalidSecurityToken.MismatchWithAccessKey": true, "SecurityTokenExpired": true,
		"MissingSecurityToken": true, "IllegalTimestamp": true, "InvalidTimeStamp.Expired": true, "InvalidTimeStamp.Format": true,
		"Forbidden.AccessKeyDisabled": true,
		"":                            false, "Forbidden": false, "Forbidden.Unauthorized": false, "SignatureNonceUsed": false, "MissingParameter": false,
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
		{"MissingAccessKeyId", "InvalidScalingGroupId.NotFound", "", ""}, // it does not read the form, which is a fault to be judged
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
		_, _, err = plan.startOn(context.Background(), target.Credentials{AccessKeyID: "STS.key", AccessKeySecret: keySecret}, 1, environment)
		g.Expect(err).To(MatchError(ContainSubstring(c.says)))
	}
}
