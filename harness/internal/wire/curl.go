package wire

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"al.essio.dev/pkg/shellescape"
)

// accessKeyVariable is the official name of the variable; the reader of a report exports it.
const accessKeyVariable = `"$ALIBABA_CLOUD_ACCESS_KEY_ID"`

// tokenVariable is the official name of the variable that holds a security token. A token is a secret, so no line holds
// one.
const tokenVariable = `"$ALIBABA_CLOUD_SECURITY_TOKEN"`

// Curl is the line for a POSIX shell that sends an unsigned call again. The AccessKeyId, when there is one, is taken
// from the environment. It is "" for a signed call, whose signature would not be accepted twice, and for one that Build
// refuses. A Shuffle is asked again, so it must permute in the same way each time for the line to have the order that
// was sent.
func Curl(call Call, endpoint *url.URL) string {
	if call.Scheme != SignNone {
		return ""
	}
	return CurlOnce(call, endpoint, Once{Variable: true})
}

// Once is what a line for one call of any scheme needs to know.
type Once struct {
	// Now and Nonce go into the signature. The line works once, and as long as the target takes a timestamp to be fresh
	// (15 minutes, facts, section 1).
	Now   time.Time
	Nonce string
	// Variable takes the AccessKeyId from the environment of the shell; else it stands in the line.
	Variable bool
	CA       string // file of a certificate to trust; "" for those of the system
}

// CurlOnce is the line for a POSIX shell that sends a call, signed where it is to be. It holds no secret: the signature
// is good for this call only, and a security token is taken from the environment. It is "" for a call that Build
// refuses.
func CurlOnce(call Call, endpoint *url.URL, once Once) string {
	m, err := compose(call, endpoint, once.Now, once.Nonce)
	if err != nil {
		return ""
	}
	line := "curl -sS -i"
	if once.CA != "" && endpoint.Scheme == "https" {
		line += " --cacert " + shellescape.Quote(once.CA)
	}
	if call.AcceptGzip {
		line += " -H 'Accept-Encoding: gzip'"
	}
	for _, name := range slices.Sorted(maps.Keys(call.Header)) {
		if m.v3 == nil || !inV3(name) { // else it comes with those that are signed
			line += " -H " + shellescape.Quote(name+": "+call.Header[name])
		}
	}
	if m.v3 != nil {
		line += m.headersV3(once.Variable)
	}
	query, body := m.split()
	query, inQuery := withoutToken(query)
	body, inBody := withoutToken(body)
	at := shellescape.Quote(m.base)
	if len(query) > 0 {
		at = m.quoted(m.base+"?", query, once.Variable)
	}
	if m.method == http.MethodPost {
		line += " -X POST --data " + m.quoted("", body, once.Variable)
	}
	if inQuery || inBody {
		if m.method != http.MethodPost {
			line += " -G"
		}
		line += " --data-urlencode SecurityToken=" + tokenVariable
	}
	return line + " " + at
}

// headersV3 are the headers that a V3 signature covers, and itself.
func (m *message) headersV3(variable bool) string {
	line := " -H " + shellescape.Quote("Host: "+m.host)
	for _, name := range slices.Sorted(maps.Keys(m.header)) {
		switch value := m.header.Get(name); {
		case name == "X-Acs-Security-Token":
			line += " -H " + name + ":" + tokenVariable
		case name == "Authorization" && variable:
			before, after, _ := strings.Cut(value, m.accessKey)
			line += " -H " + shellescape.Quote(name+": "+before) + accessKeyVariable + shellescape.Quote(after)
		case inV3(name):
			line += " -H " + shellescape.Quote(name+": "+value)
		}
	}
	return line
}

// inV3 tells the headers of a call by V3 that a line must give.
func inV3(name string) bool {
	return name == "Authorization" || name == "Accept" || name == "Content-Type" || strings.HasPrefix(name, "X-Acs-")
}

// withoutToken leaves a security token out, and says whether there was one. Signatures do not depend on where it
// stands.
func withoutToken(params []Param) (rest []Param, found bool) {
	rest = slices.DeleteFunc(slices.Clone(params), func(p Param) bool { return p.Name == "SecurityToken" })
	return rest, len(rest) < len(params)
}

// quoted is the prefix and the parameters as one word of the shell, with the variable in the place of the AccessKeyId.
func (m *message) quoted(prefix string, params []Param, variable bool) string {
	i := slices.Index(params, Param{"AccessKeyId", m.accessKey})
	if i < 0 || !variable {
		return shellescape.Quote(prefix + m.encode(params))
	}
	before := m.encode(append(slices.Clone(params[:i]), Param{Name: "AccessKeyId"}))
	after := m.encode(params[i+1:])
	if after == "" {
		return shellescape.Quote(prefix+before) + accessKeyVariable
	}
	return shellescape.Quote(prefix+before) + accessKeyVariable + shellescape.Quote("&"+after)
}
