package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/essconform/essconform/harness/engine/shard"
	"github.com/essconform/essconform/harness/target"
)

// checkCommands parses each line of a shell snippet as its command would. Nothing is run.
func checkCommands(t *testing.T, s snippet) {
	text := strings.ReplaceAll(s.text, "\\\n", " ")
	for line := range strings.Lines(text) {
		if args := words(line); len(args) > 0 {
			checkCommand(t, s, args)
		}
	}
}

func checkCommand(t *testing.T, s snippet, args []string) {
	t.Helper()
	bad := func(format string, a ...any) {
		t.Helper()
		t.Errorf("%s:%d: %s: "+format, append([]any{s.file, s.line, strings.Join(args, " ")}, a...)...)
	}
	switch line := strings.Join(args, " "); {
	case args[0] == "essconform" || args[0] == "bin/essconform":
		checkEssconform(bad, args[1:])
	case args[0] == "make":
		checkMake(t, bad, args[1:])
	case strings.HasPrefix(line, "go tool ginkgo run "):
		checkGinkgo(bad, args[4:])
	case args[0] == "bin/suites.test":
		checkSuite(bad, args[1:])
	case line == "go generate ./fixtures", args[0] == "curl", args[0] == "export":
	case args[0] == "mitmdump": // another program, for those who have it
	case args[0] == "docker":
		document(t, "Dockerfile")
	default:
		bad("this command is not tested; add it to this test")
	}
}

// checkEssconform asks the command for help behind the flags: it parses them, and does nothing. Other arguments come
// last.
func checkEssconform(bad func(string, ...any), args []string) {
	var out bytes.Buffer
	for n := len(args); n > 0; n-- {
		if n < len(args) && strings.HasPrefix(args[n], "-") {
			break
		}
		out.Reset()
		s := streams{out: &out, err: &out, getenv: func(string) string { return "" }}
		if dispatch(context.Background(), append(slices.Clone(args[:n]), "-h"), s) == exitConformant {
			return
		}
	}
	bad("%s", out.String())
}

func checkMake(t *testing.T, bad func(string, ...any), args []string) {
	makefile := document(t, "Makefile")
	for _, arg := range args {
		name, _, set := strings.Cut(arg, "=")
		if set && !strings.Contains(makefile, "$("+name+")") {
			bad("the Makefile does not use %s", name)
		}
		if !set && !strings.Contains(makefile, "\n"+name+":") {
			bad("the Makefile has no target %s", name)
		}
	}
}

func checkGinkgo(bad func(string, ...any), args []string) {
	own, rest := args, []string(nil)
	if i := slices.Index(args, "--"); i >= 0 {
		own, rest = args[:i], args[i+1:]
	}
	suite, reporter, cli, toolchain := types.NewDefaultSuiteConfig(), types.NewDefaultReporterConfig(),
		types.NewDefaultCLIConfig(), types.NewDefaultGoFlagsConfig()
	flags, err := types.BuildRunCommandFlagSet(&suite, &reporter, &cli, &toolchain)
	if err != nil {
		bad("%v", err)
		return
	}
	packages, err := flags.Parse(own)
	if err != nil || !slices.Equal(packages, []string{"./suites"}) {
		bad("%v; packages %q", err, packages)
	}
	checkSuite(bad, rest)
}

// checkSuite parses the flags of a target as the suite does.
func checkSuite(bad func(string, ...any), args []string) {
	fs := flag.NewFlagSet("suite", flag.ContinueOnError)
	flags := target.Register(fs)
	shard.Register(fs)
	fs.String("ginkgo.label-filter", "", "")
	if err := fs.Parse(args); err != nil || fs.NArg() > 0 {
		bad("%v; %q", err, fs.Args())
		return
	}
	if _, err := flags.ResolveAnywhere(func(string) (string, bool) { return "", false }, ""); err != nil {
		bad("%v", err)
	}
}

// words splits a line as a shell does, as far as the documents need it: quotes, comments, and names with *.
func words(line string) (out []string) {
	var quote rune
	var word []rune
	begun := false
	end := func() {
		if begun {
			out = append(out, string(word))
		}
		word, begun = nil, false
	}
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word = append(word, r)
		case r == '\'' || r == '"':
			quote, begun = r, true
		case r == '#' && !begun:
			return out
		case r == ' ' || r == '\n' || r == '\t':
			end()
		default:
			word, begun = append(word, r), true
		}
	}
	end()
	return out
}

// TestFlagsAreExplained: the manual has every flag of `run`, and no other.
func TestFlagsAreExplained(t *testing.T) {
	var help bytes.Buffer
	dispatch(context.Background(), []string{"run", "-h"}, streams{out: &help, err: &help, getenv: os.Getenv})
	flags := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^  -([a-z-]+)`).FindAllStringSubmatch(help.String(), -1) {
		flags[m[1]] = true
	}
	explained := map[string]bool{}
	for line := range strings.Lines(document(t, "harness/README.md")) {
		if cells := strings.Split(line, "|"); len(cells) > 2 && strings.Contains(cells[1], "`-") {
			for _, m := range regexp.MustCompile("`-([a-z-]+)").FindAllStringSubmatch(cells[1], -1) {
				explained[m[1]] = true
			}
		}
	}
	for name := range flags {
		if !explained[name] {
			t.Errorf("harness/README.md does not explain -%s", name)
		}
	}
	for name := range explained {
		if !flags[name] {
			t.Errorf("harness/README.md explains -%s, which `essconform run` does not have", name)
		}
	}
}

// TestCommandsAreExplained: every command stands in a snippet of the documents.
func TestCommandsAreExplained(t *testing.T) {
	var all string
	for _, file := range documents {
		for _, s := range snippets(t, file) {
			if s.kind == "sh" {
				all += s.text
			}
		}
	}
	for _, c := range commands() {
		if !strings.Contains(all, "essconform "+c.name) {
			t.Errorf("no document shows `essconform %s`; the manual of the commands is harness/README.md, %s", c.name,
				filepath.Join("reports", "README.md"))
		}
	}
}
