package target_test

import (
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/target"
)

// TestProfiles: credentials of the Alibaba Cloud CLI are found for a target on this machine and for one elsewhere; the
// names of profiles come from the official variable.
func TestProfiles(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	for _, name := range []string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN",
		"ALIBABA_CLOUD_PROFILE",
		"ALIBABA_CLOUD_CREDENTIALS_FILE", "ALIBABA_CLOUD_CONFIG_FILE",
	} {
		t.Setenv(name, "")
	}
	const config = `{"current":"plain","profiles":[
		{"name":"plain","mode":"AK","access_key_id":"plain-id","access_key_secret":"plain-secret"},
		{"name":"sts","mode":"StsToken","access_key_id":"sts-id","access_key_secret":"sts-secret","sts_token":"sts-token"}]}`
	g := NewWithT(t)
	g.Expect(os.MkdirAll(filepath.Join(home, ".aliyun"), 0o700)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(home, ".aliyun", "config.json"), []byte(config), 0o600)).To(Succeed())
	for _, endpoint := range []string{"http://127.0.0.1:1", "https://ess.example.com"} {
		for profile, want := range map[string][]string{
			"":    {"plain-id", "plain-secret", ""},
			"sts": {"sts-id", "sts-secret", "sts-token"},
		} {
			t.Setenv("ALIBABA_CLOUD_PROFILE", profile)
			c, err := target.Settings{Endpoint: endpoint}.WithDefaults().Credentials()
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect([]string{c.AccessKeyID, c.AccessKeySecret, c.SecurityToken}).To(Equal(want), endpoint+" "+profile)
		}
	}
}
