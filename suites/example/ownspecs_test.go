package example

import "github.com/onsi/ginkgo/v2"

// Specs of your own may stand beside those of the suite, also pending ones. The report is of the cases only: were it
// not whole because of these, TestConformance would fail.
var _ = ginkgo.Describe("our server", func() {
	ginkgo.It("has a spec of its own", func() {})
	ginkgo.Context("in a container", func() {
		ginkgo.It("has another one", func() {})
	})
	ginkgo.PIt("has one that is pending", func() {})
})
