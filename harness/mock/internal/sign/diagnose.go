package sign

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Unexplained is the diagnosis when no usual mistake gives the signature that came.
const Unexplained = "no usual mistake explains it: compare the secret, and the client's own string to sign with the " +
	"answer's"

// mostTried bounds the parameters that are left out one after the other: more take longer than a diagnosis is worth.
const mostTried = 50

// mistake is something that clients do wrong when they sign.
type mistake struct {
	text         string
	stringToSign func(RequestV1) string
}

// RequestV1 is a request that was signed by RPC 1.0, as it was received.
type RequestV1 struct {
	Method, SignatureMethod string
	Query, Form             url.Values
	Signature               string
}

func (r RequestV1) all() url.Values {
	all := url.Values{}
	for _, part := range []url.Values{r.Form, r.Query} {
		for name, values := range part {
			all[name] = values
		}
	}
	return all
}

// Diagnose says which part of the string to sign differs, by trying the mistakes that clients make.
func (r RequestV1) Diagnose(secret string) string {
	right := StringToSignV1(r.Method, r.all())
	for _, key := range []struct{ text, key string }{
		{`the key of the HMAC is the secret alone; it must be the secret and "&"`, secret},
		{"the secret was signed with a line end behind it", secret + "\n&"},
	} {
		if macV1(r.SignatureMethod, key.key, []byte(right)) == r.Signature {
			return key.text
		}
	}
	for _, m := range mistakes() {
		if macV1(r.SignatureMethod, secret+"&", []byte(m.stringToSign(r))) == r.Signature {
			return m.text
		}
	}
	if len(r.all()) > mostTried {
		return Unexplained
	}
	for name := range r.all() {
		rest := r.all()
		delete(rest, name)
		if name != "Signature" && macV1(r.SignatureMethod, secret+"&", []byte(StringToSignV1(r.Method,
			rest))) == r.Signature {
			return "the parameter " + name + " was added or is not signed"
		}
	}
	return Unexplained
}

// mistakes are those of clients whose key is right.
func mistakes() []mistake {
	over := func(pairs func(url.Values) string) func(RequestV1) string {
		return func(r RequestV1) string { return stringOver(r.Method, pairs(r.all())) }
	}
	replaced := func(old, with string) func(RequestV1) string {
		return over(func(v url.Values) string { return strings.ReplaceAll(canonicalPairs(v, "Signature"), old, with) })
	}
	return []mistake{
		{
			"the method differs: the signature is one of a GET",
			func(r RequestV1) string { return StringToSignV1(http.MethodGet, r.all()) },
		},
		{
			"the method differs: the signature is one of a POST",
			func(r RequestV1) string { return StringToSignV1(http.MethodPost, r.all()) },
		},
		{"a space is signed as + ; it must be %20", replaced("%20", "+")},
		{"an asterisk is not encoded; it must be %2A", replaced("%2A", "*")},
		{"a tilde is encoded; it must stay ~", replaced("~", "%7E")},
		{
			"the parameters of the form body are not signed",
			func(r RequestV1) string { return StringToSignV1(r.Method, r.Query) },
		},
		{
			"the parameters of the query are not signed",
			func(r RequestV1) string { return StringToSignV1(r.Method, r.Form) },
		},
		{"empty parameters are left out; they count", over(func(v url.Values) string {
			kept := url.Values{}
			for name, values := range v {
				if values[0] != "" {
					kept[name] = values
				}
			}
			return canonicalPairs(kept, "Signature")
		})},
		{"names and values are not encoded before they are joined", over(func(v url.Values) string {
			return joined(v, strings.Compare, func(s string) string { return s })
		})},
		{"the joined parameters are not encoded as a whole", func(r RequestV1) string {
			return r.Method + "&%2F&" + canonicalPairs(r.all(), "Signature")
		}},
		{"the path is signed as / ; it must be %2F", func(r RequestV1) string {
			return strings.Replace(StringToSignV1(r.Method, r.all()), "&%2F&", "&/&", 1)
		}},
		{"names are sorted without regard to case; they must be sorted by byte", over(func(v url.Values) string {
			return joined(v, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) },
				func(s string) string { return string(appendEncoded(nil, s)) })
		})},
	}
}

// joined is canonicalPairs with another order and another encoding.
func joined(params url.Values, order func(a, b string) int, encode func(string) string) string {
	var names, pairs []string
	for name := range params {
		if name != "Signature" {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, order)
	for _, name := range names {
		pairs = append(pairs, encode(name)+"="+encode(params.Get(name)))
	}
	return strings.Join(pairs, "&")
}

// Diagnose says which part of a V3 request differs from what was signed.
func (r RequestV3) Diagnose(secret, signature string) string {
	if name := r.uncovered(); name != "" {
		return "SignedHeaders does not name " + name
	}
	if !r.hashFits() {
		return "x-acs-content-sha256 is not the hash of the body that came"
	}
	signed := slices.Clone(r.Signed)
	slices.Sort(signed)
	if !slices.Equal(signed, r.Signed) {
		return "SignedHeaders is not sorted"
	}
	hash := HexSHA256(r.Body)
	for _, m := range []struct {
		text string
		with func(RequestV3) RequestV3
	}{
		{"the method differs: the signature is one of a GET", asMethod(http.MethodGet)},
		{"the method differs: the signature is one of a POST", asMethod(http.MethodPost)},
		{"the query is not signed", func(r RequestV3) RequestV3 { r.Query = nil; return r }},
		{
			"the path differs: the signature is one of an empty path",
			func(r RequestV3) RequestV3 { r.Path = ""; return r },
		},
	} {
		q := m.with(r)
		if got, _ := V3(secret, CanonicalV3(q.Method, q.Path, q.Query, q.Signed, r.value, hash)); got == signature {
			return m.text
		}
	}
	canonical := CanonicalV3(r.Method, r.Path, r.Query, r.Signed, r.value, hash)
	if got, _ := V3(secret+"&", canonical); got == signature {
		return `the key of the HMAC is the secret and "&"; V3 takes the secret alone`
	}
	return Unexplained
}

func asMethod(method string) func(RequestV3) RequestV3 {
	return func(r RequestV3) RequestV3 {
		r.Method = method
		return r
	}
}
