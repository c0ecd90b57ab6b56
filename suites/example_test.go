package suites_test

import (
	"log"
	"net/http/httptest"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/suites"
)

// The specs of a handler, in a test of one's own. Package suites/example runs this: Ginkgo runs its specs once in a
// process.
func ExampleDescribe() {
	handler, err := mock.New(mock.Options{SkipVerification: true}) // your handler, which also arranges provider states
	if err != nil {
		log.Fatal(err)
	}
	_ = func(t *testing.T) { // func TestConformance(t *testing.T)
		server := httptest.NewServer(handler)
		defer server.Close()
		gomega.RegisterFailHandler(ginkgo.Fail)
		err := suites.Describe(target.Settings{
			Endpoint:       server.URL,
			ProviderStates: server.URL + "/_states",
			Signature:      "none",
			ReportDir:      t.TempDir(),
		}, suites.Options{})
		if err != nil {
			t.Fatal(err)
		}
		ginkgo.RunSpecs(t, "our server is ESS DetachInstances")
	}
}
