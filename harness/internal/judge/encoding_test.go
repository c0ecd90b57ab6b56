package judge

import (
	"testing"

	. "github.com/onsi/gomega"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/essconform/essconform/spec"
)

// A wrong encoding is one finding, and none that follows from it.
func TestOneFindingOnTheEncoding(t *testing.T) {
	c := contract(t)
	inUTF8 := map[spec.Format]string{
		spec.JSON: renderJSON(t, errorFields(instanceCode, instanceMessage)),
		spec.XML:  `<?xml version="1.0" encoding="GBK"?>` + renderXML("Error", errorFields(instanceCode, instanceMessage)),
	}
	for _, f := range []spec.Format{spec.JSON, spec.XML} {
		media := map[spec.Format]string{spec.JSON: "application/json", spec.XML: "text/xml"}[f]
		gbk, err := simplifiedchinese.GBK.NewEncoder().String(inUTF8[f])
		NewWithT(t).Expect(err).NotTo(HaveOccurred())
		wantLines(t, Answer(refuse(c, f), exchange(404, media+";charset=GBK", gbk)).Findings,
			"wire.well-formed: wanted a body in UTF-8; got a body in GBK")
	}
	wantLines(t, Answer(refuse(c, spec.JSON), exchange(404, "application/json;charset=GBK",
		inUTF8[spec.JSON])).Findings,
		"format.json: wanted a charset in which the body reads the same as in UTF-8; "+
			`got "application/json;charset=GBK" (header Content-Type)`)
	wantLines(t, Answer(refuse(c, spec.XML), exchange(404, "text/xml;charset=GBK", inUTF8[spec.XML])).Findings,
		"wire.well-formed: wanted a body in the encoding that its XML declaration names; "+
			`got a body in UTF-8 that declares "GBK"`)
}
