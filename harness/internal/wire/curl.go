package wire

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"al.essio.dev/pkg/shellescape"
)

// accessKeyVariable is the official name of the variable; the reader of a report exports it.
const accessKeyVariable = `"$ALIBABA_CLOUD_ACCESS_KEY_ID"`

// Curl is the line for a POSIX shell that sends an unsigned call again. The AccessKeyId, when there is one, is taken
// from the environment. It is "" for a signed call, whose signature would not be accepted twice, and for one that Build
// refuses. A Shuffle is asked again, so it must permute in the same way each time for the line to have the order that
// was sent.
func Curl(call Call, endpoint *url.URL) string {
	if call.Scheme != SignNone {
		return ""
	}
	m, err := compose(call, endpoint, time.Time{}, "")
	if err != nil {
		return ""
	}
	line := "curl -sS -i"
	if call.AcceptGzip {
		line += " -H 'Accept-Encoding: gzip'"
	}
	query, body := m.split()
	at := shellescape.Quote(m.base)
	if len(query) > 0 {
		at = m.quoted(m.base+"?", query)
	}
	if m.method == http.MethodPost {
		return line + " -X POST --data " + m.quoted("", body) + " " + at
	}
	return line + " " + at
}

// quoted is the prefix and the parameters as one word of the shell, with the variable in the place of the AccessKeyId.
func (m *message) quoted(prefix string, params []Param) string {
	i := slices.Index(params, Param{"AccessKeyId", m.accessKey})
	if i < 0 {
		return shellescape.Quote(prefix + m.encode(params))
	}
	before := m.encode(append(slices.Clone(params[:i]), Param{Name: "AccessKeyId"}))
	after := m.encode(params[i+1:])
	if after == "" {
		return shellescape.Quote(prefix+before) + accessKeyVariable
	}
	return shellescape.Quote(prefix+before) + accessKeyVariable + shellescape.Quote("&"+after)
}
