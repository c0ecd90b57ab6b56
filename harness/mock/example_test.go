package mock_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

// TestInATest is the example of README.md, which quotes it.
func TestInATest(t *testing.T) {
	detach := func(host string, values map[string]any) {
		query := url.Values{"Action": {"DetachInstances"}, "Version": {"2014-08-28"}}
		query.Set("ScalingGroupId", values["scalingGroupId"].(string))
		resp, err := http.Get("http://" + host + "/?" + query.Encode())
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Fatal(err)
		}
	}

	server := mock.NewServer(t)
	values, err := server.Setup("a scaling group with detachable instances", map[string]any{"instances": 1})
	if err != nil {
		t.Fatal(err)
	}
	_, err = server.Inject(mock.Fault{Operation: "DetachInstances", Kind: mock.Throttle, Count: 2})
	if err != nil {
		t.Fatal(err)
	}
	detach(server.Host(), values)           // your client: testid, testsecret
	server.Forward(time.Hour)               // activities end
	entries, total := server.Journal(0, 10) // what was asked

	if len(entries) != 1 || total != 1 || entries[0].Code != "MissingAccessKeyId" {
		t.Errorf("wanted one call, refused because it has no signature; got %+v", entries)
	}
}
