package wire

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"
)

// CheckAgent is the User-Agent of the calls that check the credentials at the start, so that those who record them can
// tell them from the calls of a case.
const CheckAgent = userAgent + " (start check)"

const (
	userAgent  = "essconform"
	formType   = "application/x-www-form-urlencoded"
	timeLayout = "2006-01-02T15:04:05Z" // facts, section 1
)

// Build makes the signed HTTP request of a call. It is pure: the clock and the fresh nonce are given. The endpoint is
// an http or https URL without user, query and fragment. An error says what in the call cannot be sent, and holds no
// secret.
func Build(call Call, endpoint *url.URL, now time.Time, nonce string) (*http.Request, error) {
	m, err := compose(call, endpoint, now, nonce)
	if err != nil {
		return nil, err
	}
	return m.request()
}

// message is a request as it goes over the wire, still in parts, so that it can be shown without its secrets.
type message struct {
	method    string
	base      string // the URL without the query
	host      string
	params    []Param // in wire order, the signature included
	header    http.Header
	accessKey string
	nonce     string    // "" when none is sent
	signature string    // "" when none is sent
	v3        *SignedV3 // nil for the other schemes
	placement Placement
	encoding  Encoding
}

func compose(call Call, endpoint *url.URL, now time.Time, nonce string) (*message, error) {
	if err := errors.Join(checkEndpoint(endpoint), checkCall(call)); err != nil {
		return nil, err
	}
	m := &message{
		method:    call.Method,
		base:      (&url.URL{Scheme: endpoint.Scheme, Host: endpoint.Host}).String() + path(endpoint),
		host:      hostOf(endpoint),
		params:    slices.Grow(slices.Clone(call.Params), 10),
		header:    http.Header{"User-Agent": {userAgent}, "Accept-Encoding": {"identity"}},
		accessKey: call.Credentials.AccessKeyID,
		placement: call.Placement,
		encoding:  call.Encoding,
	}
	if call.Check {
		m.header.Set("User-Agent", CheckAgent)
	}
	if call.AcceptGzip {
		m.header.Set("Accept-Encoding", "gzip")
	}
	if call.Method == http.MethodPost {
		m.header.Set("Content-Type", formType)
	}
	for name, value := range call.Header {
		m.header.Set(name, value)
	}
	stamp := now.Add(call.Tamper.Skew).UTC().Format(timeLayout)
	if call.Tamper.Timestamp != "" {
		stamp = call.Tamper.Timestamp
	}
	if call.Tamper.Nonce != "" {
		nonce = call.Tamper.Nonce
	}
	switch call.Scheme {
	case SignV1:
		m.composeV1(call, stamp, nonce)
	case SignV3:
		m.composeV3(call, endpoint, stamp, nonce)
	default:
		m.composeUnsigned(call)
	}
	for name, values := range m.header {
		if !httpguts.ValidHeaderFieldValue(values[0]) {
			return nil, fmt.Errorf("the value of %s holds a character that no header can carry", name)
		}
	}
	return m, nil
}

func (m *message) composeV1(call Call, stamp, nonce string) {
	m.add("Action", call.Action)
	m.addIf("Version", call.Version)
	m.addIf("Format", call.Format)
	m.add("AccessKeyId", call.Credentials.AccessKeyID)
	m.add("SignatureMethod", "HMAC-SHA1")
	m.add("SignatureVersion", "1.0")
	m.add("SignatureNonce", nonce)
	m.add("Timestamp", stamp)
	m.addIf("SecurityToken", call.Credentials.SecurityToken)
	_, m.signature = SignatureV1(call.Method, m.params, call.Credentials.AccessKeySecret)
	if call.Tamper.Signature {
		m.signature = flip(m.signature)
	}
	m.nonce = nonce
	m.add("Signature", m.signature)
	m.shuffle(call)
}

func (m *message) composeV3(call Call, endpoint *url.URL, stamp, nonce string) {
	m.addIf("Format", call.Format)
	m.shuffle(call)
	// The service takes the format of V3 calls from Accept; look-alikes look at Format. Asking by both leaves no target
	// in doubt.
	switch strings.ToLower(call.Format) {
	case "json":
		m.header.Set("Accept", "application/json")
	case "xml":
		m.header.Set("Accept", "text/xml, application/xml")
	}
	inQuery, inBody := m.split()
	body := m.encode(inBody)
	hash := sha256Hex(body)
	m.header.Set("X-Acs-Action", call.Action)
	if call.Version != "" {
		m.header.Set("X-Acs-Version", call.Version)
	}
	m.header.Set("X-Acs-Date", stamp)
	m.header.Set("X-Acs-Signature-Nonce", nonce)
	m.header.Set("X-Acs-Content-Sha256", hash)
	if token := call.Credentials.SecurityToken; token != "" {
		m.header.Set("X-Acs-Security-Token", token)
	}
	signed := RequestV3{
		Method: call.Method, Path: path(endpoint), PayloadHash: hash, Header: []Param{{"Host", m.host}}, Query: inQuery,
	}
	for name, values := range m.header {
		signed.Header = append(signed.Header, Param{name, values[0]})
	}
	s := SignatureV3(signed, call.Credentials.AccessKeySecret)
	if call.Tamper.Signature {
		s.Signature = flip(s.Signature)
	}
	m.nonce, m.signature, m.v3 = nonce, s.Signature, &s
	m.header.Set("Authorization", s.Authorization(call.Credentials.AccessKeyID))
}

func (m *message) composeUnsigned(call Call) {
	m.add("Action", call.Action)
	m.addIf("Version", call.Version)
	m.addIf("Format", call.Format)
	m.addIf("AccessKeyId", call.Credentials.AccessKeyID)
	m.shuffle(call)
}

func (m *message) add(name, value string) { m.params = append(m.params, Param{name, value}) }

func (m *message) addIf(name, value string) {
	if value != "" {
		m.add(name, value)
	}
}

func (m *message) shuffle(call Call) {
	if call.Shuffle != nil {
		call.Shuffle(m.params)
	}
}

// common are the parameters that all operations share.
var common = []string{
	"Action", "Version", "Format", "AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce",
	"Timestamp",
	"SecurityToken", "RegionId",
}

// split gives the parameters to the parts of the request that carry them.
func (m *message) split() (query, body []Param) {
	switch {
	case m.method != http.MethodPost || m.placement == InQuery:
		return m.params, nil
	case m.placement != Split && m.placement != Mixed:
		return nil, m.params
	}
	own := 0 // parameters of the operation
	for _, p := range m.params {
		shared := slices.Contains(common, p.Name)
		if !shared {
			own++
		}
		if shared || m.placement == Mixed && own%2 == 0 {
			query = append(query, p)
		} else {
			body = append(body, p)
		}
	}
	return query, body
}

// encode writes parameters as the call wants them.
func (m *message) encode(params []Param) string { return encodeBy(params, m.write()) }

// write is how the call wants names and values.
func (m *message) write() func(string) string {
	switch m.encoding {
	case Plus:
		return url.QueryEscape
	case Percent:
		return percentMore
	}
	return percentEncode
}

// percentMore encodes more than it has to: all but letters and digits, and the first character.
func percentMore(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if i > 0 && ('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9') {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

func (m *message) request() (*http.Request, error) {
	query, body := m.split()
	r, err := http.NewRequest(m.method, withQuery(m.base, m.encode(query)), strings.NewReader(m.encode(body)))
	if err != nil {
		return nil, errors.New("the endpoint and the parameters do not make a URL")
	}
	r.Header = m.header
	return r, nil
}

func withQuery(base, query string) string {
	if query == "" {
		return base
	}
	return base + "?" + query
}

// hostOf is the value of the Host header, as net/http writes it: without an empty port and without the zone of an
// address. It is signed.
func hostOf(endpoint *url.URL) string {
	host := strings.TrimSuffix(endpoint.Host, ":")
	if zone := strings.LastIndexByte(host, '%'); zone >= 0 && strings.HasPrefix(host, "[") {
		if end := strings.IndexByte(host[zone:], ']'); end >= 0 {
			return host[:zone] + host[zone+end:]
		}
	}
	return host
}

// path is "/" for every real endpoint; one with a path of its own keeps it.
func path(endpoint *url.URL) string {
	if p := endpoint.EscapedPath(); p != "" {
		return p
	}
	return "/"
}

// flip changes the first character of a signature; digits stand in both base64 and hex.
func flip(signature string) string {
	if strings.HasPrefix(signature, "0") {
		return "1" + signature[1:]
	}
	return "0" + signature[1:]
}

func checkEndpoint(u *url.URL) error {
	switch {
	case u == nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return errors.New("wanted an endpoint such as http://127.0.0.1:9090")
	case u.User != nil:
		return errors.New("wanted an endpoint without user and password; credentials come from the environment or a " +
			"profile")
	case u.RawQuery != "" || u.Fragment != "":
		return errors.New("wanted an endpoint without query and fragment")
	case strings.IndexFunc(u.Host, func(r rune) bool { return r > '~' }) >= 0:
		return errors.New("wanted the host of the endpoint in its ASCII form (xn--…)")
	}
	return nil
}

func checkCall(call Call) error {
	if call.Method != http.MethodGet && call.Method != http.MethodPost {
		return fmt.Errorf("wanted method GET or POST; got %q", call.Method)
	}
	switch call.Scheme {
	case SignV1, SignV3:
		if call.Credentials.AccessKeyID == "" || call.Credentials.AccessKeySecret == "" {
			return fmt.Errorf("the scheme %s signs, so it needs an AccessKeyId and a secret", call.Scheme)
		}
	case SignNone:
		if call.Tamper != (Tamper{}) {
			return errors.New("an unsigned call has no signature, nonce or timestamp to get wrong")
		}
	default:
		return fmt.Errorf("wanted scheme v1, v3 or none; got %q", call.Scheme)
	}
	return nil
}
