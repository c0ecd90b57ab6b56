package clienttest

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/essconform/essconform/harness/mock/internal/sign"
	"pgregory.net/rapid"
)

// The mock signs as the official library does.

func parameters(t *rapid.T) url.Values {
	v := url.Values{}
	names := rapid.StringMatching(`[A-Za-z][A-Za-z0-9]{0,8}(\.[0-9]{1,2})?`)
	for name, value := range rapid.MapOfN(names, rapid.String(), 0, 12).Draw(t, "params") {
		v.Set(name, value)
	}
	return v
}

func pointers(v url.Values) map[string]*string {
	p := map[string]*string{}
	for name := range v {
		p[name] = dara.String(v.Get(name))
	}
	return p
}

func TestSignatureV1IsTheOfficialOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		params := parameters(t)
		method := rapid.SampledFrom([]string{"GET", "POST"}).Draw(t, "method")
		secret := rapid.String().Draw(t, "secret")
		got, text := sign.V1(method, sign.SHA1, secret, params)
		if want := *utils.GetRPCSignature(pointers(params), &method, &secret); got != want {
			t.Fatalf("wanted %s; got %s over %s", want, got, text)
		}
	})
}

func TestSignatureV3IsTheOfficialOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		query := parameters(t)
		header := rapid.MapOfN(
			rapid.SampledFrom([]string{"host", "content-type", "x-acs-action", "x-acs-date", "x-acs-version"}),
			rapid.StringMatching(`[ -~]{0,12}`), 1, 5).Draw(t, "header")
		hash := sign.HexSHA256([]byte(rapid.String().Draw(t, "body")))
		method := rapid.SampledFrom([]string{"GET", "POST"}).Draw(t, "method")
		secret := rapid.String().Draw(t, "secret")
		var signed []string
		pointed := map[string]*string{}
		for name, value := range header {
			signed = append(signed, name)
			pointed[name] = dara.String(value)
		}
		slices.Sort(signed)
		want := *utils.GetAuthorization(
			&dara.Request{Method: &method, Pathname: dara.String("/"), Query: pointers(query), Headers: pointed},
			dara.String(sign.AlgorithmV3), &hash, dara.String("key"), &secret)
		canonical := sign.CanonicalV3(
			method,
			"/",
			query,
			signed,
			func(name string) string { return strings.TrimSpace(header[name]) },
			hash,
		)
		if got, _ := sign.V3(secret, canonical); !strings.HasSuffix(want, "Signature="+got) {
			t.Fatalf("wanted %s; got %s for\n%s", want, got, canonical)
		}
	})
}
