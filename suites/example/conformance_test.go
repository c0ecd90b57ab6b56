// Package example shows how a module of its own tests its own server with the suite. Copy the test; server.go stands
// for your handler.
package example

import (
	"net/http/httptest"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/suites"
)

func TestConformance(t *testing.T) {
	server := httptest.NewServer(NewServer()) // your handler, which also arranges provider states
	defer server.Close()
	gomega.RegisterFailHandler(ginkgo.Fail)
	err := suites.Describe(target.Settings{
		Name:           "example",
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
