package mock

import (
	"log"
	"slices"
	"strings"
	"sync"

	"github.com/essconform/essconform/harness/mock/internal/request"
)

// common are the parameters that every operation takes (facts, section 1). RegionId selects nothing: the mock is one
// region, whose name Options.Region may fix.
func common() []string {
	return []string{
		"Action",
		"Version",
		"Format",
		"RegionId",
		"AccessKeyId",
		"Signature",
		"SignatureMethod",
		"SignatureVersion",
		"SignatureType",
		"SignatureNonce",
		"Timestamp",
		"SecurityToken",
	}
}

// mostUnsupported bounds how many names of unsupported parameters are kept, and mostTextBytes how long a text from
// outside may be in a log line or a header.
const (
	mostUnsupported = 16
	mostTextBytes   = 256
)

// supported are the names of the parameters that each operation acts on.
type supported map[*Operation]map[string]bool

func newSupported(operations []*Operation) supported {
	s := supported{}
	for _, o := range operations {
		names := map[string]bool{}
		for _, name := range slices.Concat(common(), o.Parameters) {
			names[name] = true
		}
		s[o] = names
	}
	return s
}

// without are the parameters of a call that its operation does not act on, sorted. Nothing that a client sends may be
// ignored in silence.
func (s supported) without(c *Call) []string {
	names := s[c.Operation]
	if names == nil || len(c.Operation.Parameters) == 0 {
		return nil
	}
	later := c.Request.Later()
	var out []string
	for name := range c.Request.Params {
		if !names[name] && !knownList(names, name, later) {
			out = append(out, strings.ReplaceAll(printable(name), ",", "?"))
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), mostUnsupported)]
}

// knownList recognises an element of a list parameter, as InstanceId.3. The later edition has plural names:
// InstanceIds.3.
func knownList(names map[string]bool, name string, later bool) bool {
	prefix, n, ok := strings.Cut(name, ".")
	if !ok {
		return false
	}
	if _, ok := request.Index(n); !ok {
		return false
	}
	if singular, plural := strings.CutSuffix(prefix, "s"); later {
		return plural && names[singular+".N"] || names[prefix+".N"] && plural
	}
	return names[prefix+".N"]
}

// printable is a text from outside as a header and a log line can hold it.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
	return text[:min(len(text), mostTextBytes)]
}

// mostNotes bounds how many notes are remembered as made.
const mostNotes = 1000

// notes are the log lines that are written once.
type notes struct {
	log *log.Logger

	mu   sync.Mutex
	made map[string]bool
}

// once logs each parameter of an operation that is not supported the first time that it comes.
func (n *notes) once(operation string, parameters []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range parameters {
		key := operation + " " + p
		if n.made[key] || len(n.made) >= mostNotes {
			continue
		}
		n.made[key] = true
		n.log.Printf(
			"%s: the parameter %s is not supported and has no effect; answers list it in the header %s",
			operation,
			p,
			UnsupportedHeader,
		)
	}
}
