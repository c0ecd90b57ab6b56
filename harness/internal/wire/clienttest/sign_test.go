package clienttest

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/essconform/essconform/harness/internal/wire"
	"pgregory.net/rapid"
)

func list(m map[string]string) []wire.Param {
	var params []wire.Param
	for name, value := range m {
		params = append(params, wire.Param{Name: name, Value: value})
	}
	return params
}

// legal draws parameters with distinct names as the service has them, and any value that UTF-8 can hold.
func legal(t *rapid.T) map[string]string {
	return rapid.MapOfN(rapid.StringMatching(`[A-Za-z][A-Za-z0-9]{0,8}(\.[0-9]{1,2})?`), rapid.String(), 0, 12).
		Draw(t, "params")
}

func pointers(m map[string]string) map[string]*string {
	p := make(map[string]*string, len(m))
	for k, v := range m {
		p[k] = &v
	}
	return p
}

func TestSignatureV1EqualsOfficialLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		params := legal(t)
		method := rapid.SampledFrom([]string{"GET", "POST"}).Draw(t, "method")
		secret := rapid.String().Draw(t, "secret")
		_, got := wire.SignatureV1(method, list(params), secret)
		if want := *utils.GetRPCSignature(pointers(params), &method, &secret); got != want {
			t.Fatalf("wanted %s; got %s", want, got)
		}
	})
}

func TestSignatureV3EqualsOfficialLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		query := legal(t)
		header := rapid.MapOf(
			rapid.SampledFrom(
				[]string{"host", "content-type", "x-acs-action", "x-acs-date", "X-Acs-Version", "accept", "user-agent"},
			),
			rapid.StringMatching(`[ -~]{0,12}`),
		).Draw(t, "header")
		sum := sha256.Sum256([]byte(rapid.String().Draw(t, "body")))
		hash := hex.EncodeToString(sum[:])
		method := rapid.SampledFrom([]string{"GET", "POST"}).Draw(t, "method")
		secret := rapid.String().Draw(t, "secret")
		want := *utils.GetAuthorization(
			&dara.Request{
				Method: &method, Pathname: dara.String("/"), Query: pointers(query),
				Headers: pointers(header),
			},
			dara.String("ACS3-HMAC-SHA256"), &hash, dara.String("key"), &secret)
		got := wire.SignatureV3(
			wire.RequestV3{Method: method, Query: list(query), Header: list(header), PayloadHash: hash},
			secret,
		)
		if got.Authorization("key") != want {
			t.Fatalf("wanted %s; got %s for\n%s", want, got.Authorization("key"), got.CanonicalRequest)
		}
	})
}
