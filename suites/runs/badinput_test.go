//go:build unix

package runs_test

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// badInput is one thing that a user got wrong.
type badInput struct {
	name string
	// args are the flags that are wrong; files may be written into dir.
	args func(t *testing.T, dir string) []string
	env  []string // nil: credentials
	// says must stand in the one line, in this order; DIR is the directory that args got.
	says []string
	// lines is how many faults there are, each with its line; 0 is one, -1 any number.
	lines int
	// prints marks what is found out after something was printed: the plan of a run off this machine.
	prints bool
	// began marks what is found out when the run has begun, and the reports of an earlier one are gone.
	began bool
	// commandOnly marks flags that Ginkgo has in its own words.
	commandOnly bool
	// parallel asks for the same under several processes, which costs a second.
	parallel bool
}

// flags are args that need no file.
func flags(args ...string) func(*testing.T, string) []string {
	return func(*testing.T, string) []string { return args }
}

// file writes a file and passes its path, or with a slash at the end of its name, its directory.
func file(flag, name, text string) func(*testing.T, string) []string {
	return func(t *testing.T, dir string) []string {
		path := write(t, filepath.Join(dir, name), text)
		if folder, _, ok := strings.Cut(name, "/"); ok {
			path = filepath.Join(dir, folder)
		}
		return []string{flag, path}
	}
}

// at is a target of the test's own.
func at(take take, more ...string) func(*testing.T, string) []string {
	return func(t *testing.T, _ string) []string { return newTarget(t, take).args(more...) }
}

func badInputs() []badInput {
	return []badInput{
		{
			name: "unknown flag", args: flags("-nope"), says: []string{"-nope", "essconform run -h", "lists the flags"},
			parallel: true,
		},
		{name: "an argument without a dash", args: flags("endpoint", "http://127.0.0.1:1"), says: []string{`unexpected argument "endpoint"`, "flags begin with -"}},
		{name: "flag that is not a number", args: flags("-rate", "fast"), says: []string{"-rate", "write a number"}},
		{name: "unknown signature", args: flags("-signature", "v2"), says: []string{`-signature "v2" is unknown`, "v1, v3 or none"}},
		{
			name: "states without endpoint", args: flags("-provider-states", "http://127.0.0.1:1"),
			says: []string{"-provider-states", "without -endpoint", "give both or neither"},
		},

		{
			name: "target file that is not there", args: flags("-target", "nowhere.yaml"),
			says: []string{"target file", "nowhere.yaml", "no such file"},
		},
		{
			name: "target file that is a directory", args: flags("-target", "."),
			says: []string{"target file", ".", "is a directory"},
		},
		{
			name: "target file that is no YAML", args: file("-target", "t.yaml", "region: r\nname: [\n"),
			says: []string{"DIR/t.yaml:2: "}, parallel: true,
		},
		{name: "target file with an unknown setting", args: file("-target", "t.yaml", "region: r\nendpiont: x\n"), says: []string{"DIR/t.yaml:2: ", `unknown setting "endpiont"`, "did you mean endpoint?"}},
		{
			name: "target file that is empty", args: file("-target", "t.yaml", ""),
			says: []string{"DIR/t.yaml:1: ", "a map of settings"},
		},
		{name: "unsupported state with a typo", args: file("-target", "t.yaml", "unsupported:\n- {state: an inactive scaling gruop, reason: none}\n"), says: []string{"DIR/t.yaml", `"an inactive scaling gruop" is not a provider state`, "essconform cases"}},

		{
			name: "waivers that are not there", args: flags("-waivers", "nowhere.yaml"),
			says: []string{"-waivers", "nowhere.yaml", "no such file"},
		},
		{
			name: "waivers that are no YAML", args: file("-waivers", "w.yaml", "- case: a\n  reason: [\n"),
			says: []string{"DIR/w.yaml:2: ", "sequence end token"},
		},
		{
			name: "waivers that are no list", args: file("-waivers", "w.yaml", "\ncase: a\n"),
			says: []string{"DIR/w.yaml:2: ", "wanted a list of waivers"},
		},

		{
			name: "description that is not there", args: flags("-spec", "nowhere.yaml"),
			says: []string{"description", "nowhere.yaml", "no such file"},
		},
		{
			name: "description that is no YAML", args: file("-spec", "s.yaml", "openapi: 3.0.3\ninfo: [\n"),
			says: []string{"DIR/s.yaml:2: ", "invalid YAML", "correct the syntax"}, parallel: true,
		},
		{
			name: "description of nothing", args: file("-spec", "s.yaml", "hello\n"),
			says: []string{"DIR/s.yaml:1: ", "not an OpenAPI description", "give the path"},
		},
		{name: "description that is no OpenAPI", args: edited("          in: query\n          required: true",
			"          in: nowhere\n          required: true"), says: []string{"DIR/s.yaml:", "invalid OpenAPI"}},
		{
			name: "description without the operation", args: edited("\n  /:\n", "\n  /detach:\n"),
			says: []string{"DIR/s.yaml:37: ", "no path /", "describe the operation"},
		},
		{
			name: "description without one code", args: withoutCode("IncorrectDBInstanceStatus"),
			says: []string{
				"cases/2-errors.yaml:", "case error.IncorrectDBInstanceStatus: ", "is not in DIR/s.yaml",
				"add its named examples",
			}, lines: -1, parallel: true,
		},
		{name: "description with an invalid schema", args: edited("    Error:\n      type: object\n",
			"    Error:\n      type: thing\n"), says: []string{"DIR/s.yaml:", "invalid OpenAPI"}},
		{
			name: "description with another schema", args: edited("        name: DetachInstancesResponse\n",
				"        nmae: DetachInstancesResponse\n"),
			says: []string{"DIR/s.yaml:285: ", "no root element", "write its name"},
		},

		{
			name: "cases that are not there", args: flags("-cases", "nowhere"),
			says: []string{"cases nowhere", "name a directory"},
		},
		{name: "cases that are a file", args: func(t *testing.T, dir string) []string {
			return []string{"-cases", write(t, filepath.Join(dir, "c.yaml"), "- id: x\n")}
		}, says: []string{"cases DIR/c.yaml", "name a directory"}},
		{
			name: "no case in the directory", args: file("-cases", "c/readme.txt", "hello\n"),
			says: []string{"cases DIR/c", "no case in this directory", "put *.yaml files"}, parallel: true,
		},
		{
			name: "cases that are no YAML", args: file("-cases", "c/a.yaml", "- id: x\n  title: [\n"),
			says: []string{"DIR/c/a.yaml:2: "},
		},
		{
			name: "cases with an unknown key", args: file("-cases", "c/a.yaml", "- id: x\n  tilte: y\n"),
			says: []string{"DIR/c/a.yaml:2: ", "tilte"},
		},
		{name: "case that asserts nothing", args: file("-cases", "c/a.yaml",
			"- id: x\n  title: y\n  requirements: [detach.one]\n  state: {name: an inactive scaling group, "+
				"instances: 1}\n  calls: []\n"), says: []string{
			"DIR/c/a.yaml:1: ", "case x", "it sends nothing",
			"add request and expect",
		}},
		{
			name: "case with an id that is taken", args: file("-cases", "c/a.yaml",
				"- id: detach.one\n  title: y\n  requirements: [detach.one]\n  state: {name: an inactive scaling "+
					"group, instances: 1}\n  request: {instances: [given.1]}\n  expect: accepted\n"),
			says: []string{"DIR/c/a.yaml:1: ", "the id stands already at", "choose another"},
		},

		{name: "endpoint that is no URL", args: flags("-endpoint", "localhost:9090"), says: []string{`-endpoint "localhost:9090" is not a URL`, "write it like http://"}, parallel: true},
		{name: "endpoint without a host", args: flags("-endpoint", "http://"), says: []string{`-endpoint "http://" is not a URL`, "write it like http://"}},
		{
			name: "endpoint with a bad port", args: flags("-endpoint", "http://127.0.0.1:99999"),
			says: []string{"-endpoint", "no valid port", "write it like http://"},
		},
		{
			name: "endpoint with a password", args: flags("-endpoint", "http://u:hidden@127.0.0.1"),
			says: []string{"-endpoint", "must not carry a user or password", "environment"},
		},

		{name: "target that refuses", began: true, args: func(t *testing.T, _ string) []string {
			return []string{"-endpoint", refused(t)}
		}, says: []string{
			"-endpoint http://127.0.0.1:",
			"cannot be reached", "connection refused", "correct -endpoint",
		}, parallel: true},
		{
			name: "target elsewhere without -live", args: flags("-endpoint", "http://target.invalid"),
			says: []string{"-endpoint http://target.invalid is not on this machine", "add -live"},
		},
		{
			name: "target that does not resolve", began: true, args: flags("-endpoint", "https://target.invalid",
				"-timeout", "5s", "-live"), prints: true,
			says: []string{"-endpoint https://target.invalid cannot be reached", "correct -endpoint"},
		},
		{
			name: "no credentials", began: true, args: at(nil), env: []string{},
			says: []string{"no credentials", "export ALIBABA_CLOUD_ACCESS_KEY_ID", "-signature none"}, parallel: true,
		},
		{
			name: "wrong credentials", began: true, args: at(nil), env: []string{
				"ALIBABA_CLOUD_ACCESS_KEY_ID=" + keyID,
				"ALIBABA_CLOUD_ACCESS_KEY_SECRET=wrong",
			},
			says: []string{"the target rejected these credentials (SignatureDoesNotMatch)", "check the key"},
		},
		{
			name: "unknown caller", began: true, args: at(nil), env: []string{
				"ALIBABA_CLOUD_ACCESS_KEY_ID=nobody",
				"ALIBABA_CLOUD_ACCESS_KEY_SECRET=wrong",
			},
			says: []string{"the target rejected these credentials (InvalidAccessKeyId.NotFound)", "check the key"},
		},
		{
			name: "states that answer 500", began: true, args: at(brokenStates),
			says:     []string{"-provider-states", "/_states answered HTTP 500", "the protocol has 200, 404 and 422"},
			parallel: true,
		},

		{
			name: "report directory below a file", args: func(t *testing.T, dir string) []string {
				return []string{"-report-dir", filepath.Join(write(t, filepath.Join(dir, "a"), ""), "out")}
			}, says: []string{"report directory DIR/a/out cannot be written", "choose another with -report-dir"},
			parallel: true,
		},
		{
			name: "report directory below a device", args: flags("-report-dir", "/dev/null/out"),
			says: []string{"report directory /dev/null/out cannot be written", "choose another with -report-dir"},
		},
		{name: "report file that is a directory", args: func(t *testing.T, dir string) []string {
			write(t, filepath.Join(dir, "out", "report.json", "x"), "")
			return []string{"-report-dir", filepath.Join(dir, "out")}
		}, says: []string{"DIR/out", "report.json is a directory", "choose another with -report-dir"}},
		{name: "no report directory", args: flags("-report-dir", ""), says: []string{"-report-dir is given but empty"}},

		{
			name: "filter that selects nothing", args: flags("-label-filter", "nothing"),
			says: []string{"the selection matches no case", "essconform cases"}, commandOnly: true,
		},
		{name: "filter that cannot be read", args: flags("-label-filter", "xml &&"), says: []string{`-label-filter "xml &&"`, "Unexpected EOF", "write one such as"}, commandOnly: true},
		{name: "case that matches nothing", args: flags("-case", "detach.onee"), says: []string{`-case "detach.onee" matches no case`, "essconform cases"}, commandOnly: true},
		{
			name: "case and filter that exclude each other", args: flags("-case", "*/xml/*", "-label-filter", "json"),
			says: []string{"the selection matches no case", "essconform cases"}, commandOnly: true,
		},
		{
			name: "no process", args: flags("-procs", "0"), says: []string{"-procs", "write a number from 1 on"},
			commandOnly: true,
		},
	}
}

func brokenStates(w http.ResponseWriter, r request) bool {
	if r.what != "setup" && r.what != "teardown" {
		return false
	}
	http.Error(w, "out of order", http.StatusInternalServerError)
	return true
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	for _, c := range badInputs() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			t.Run("essconform", func(t *testing.T) { c.run(t, essconform) })
			if !c.commandOnly {
				t.Run("suite", func(t *testing.T) { c.run(t, suite) })
			}
			if c.parallel {
				t.Run("ginkgo", func(t *testing.T) { c.run(t, parallel) })
			}
		})
	}
}

func (c badInput) run(t *testing.T, way func(...string) command) {
	dir, out := t.TempDir(), reportDir(t)
	run := way(append([]string{"-report-dir", out}, c.args(t, dir)...)...)
	if c.env != nil {
		run.env = c.env
	}
	byCommand := run.program == programs.essconform
	r := run.run(t)
	switch {
	case byCommand && r.code != 2:
		t.Errorf("wanted exit code 2; got %d", r.code)
	case r.code == 0:
		t.Error("wanted an exit code that is not 0; got 0")
	}
	noTrace(t, r)
	if byCommand {
		if c.lines < 0 {
			c.lines = strings.Count(r.err, "\n")
		}
		onlyLines(t, r, max(c.lines, 1))
		if r.out != "" && !c.prints {
			t.Errorf("wanted nothing on stdout; got %q", r.out)
		}
	}
	line := pattern(c.says, dir)
	switch n := len(line.FindAllString(r.all(), -1)); {
	case n == 0:
		t.Errorf("wanted a line like %s; got\n%s", line, r.all())
	case n > 2: // Ginkgo's command prints what each of two processes said
		t.Errorf("wanted it said once; got it %d times:\n%s", n, r.all())
	}
	if c.began {
		notGreen(t, out)
	} else if got := readReport(t, out); !got.Verdict.Conformant {
		t.Errorf("wanted the report of the earlier run left alone; got %+v", got.Verdict)
	}
}

func onlyLines(t *testing.T, r result, n int) {
	t.Helper()
	if !strings.HasPrefix(r.err, "essconform: ") || strings.Count(r.err, "\n") != n ||
		!strings.HasSuffix(r.err, "\n") || len(r.err) > n*600 {
		t.Errorf("wanted %d lines on stderr that begin with \"essconform: \"; got %q", n, r.err)
	}
	if strings.ContainsRune(r.err, '\x1b') {
		t.Errorf("wanted no escapes; got %q", r.err)
	}
}

// pattern is one line that holds all words in this order.
func pattern(words []string, dir string) *regexp.Regexp {
	var quoted []string
	for _, w := range words {
		quoted = append(quoted, regexp.QuoteMeta(strings.ReplaceAll(w, "DIR", dir)))
	}
	return regexp.MustCompile(`(?m)^.*` + strings.Join(quoted, ".*") + `.*$`)
}
