package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/render"
	"github.com/essconform/essconform/reports/render/terminal"
)

// What the commands that read reports have in common.

// parseFiles reads flags and the files between them, of which there must be at least least and at most most.
func parseFiles(fs *flag.FlagSet, args []string, s streams, least, most int, what,
	about string,
) (files []string, err error) {
	if files, err = parseArguments(fs, args, s, about+"\n\n  essconform "+fs.Name()+" "+what); err != nil {
		return nil, err
	}
	if len(files) < least || len(files) > most {
		return nil, fmt.Errorf("%s: got %s; write essconform %s %s", fs.Name(), counted(len(files), "file"), fs.Name(),
			what)
	}
	return files, nil
}

// parseArguments reads flags and what stands between them.
func parseArguments(fs *flag.FlagSet, args []string, s streams, about string) (given []string, err error) {
	for {
		// parse refuses other arguments, so it is given the flags up to the next one.
		flags, rest := splitFlags(fs, args)
		if err := parse(fs, flags, s, about); err != nil {
			return nil, err
		}
		if len(rest) == 0 {
			return given, nil
		}
		given, args = append(given, rest[0]), rest[1:]
	}
}

// languageFlag adds -lang, the language in which a report is drawn for people.
func languageFlag(fs *flag.FlagSet) *string {
	language := "en"
	fs.Func("lang", "`LANGUAGE` of report.html, report.md and the terminal: en or zh (default en)",
		func(s string) error {
			if s == "" {
				return errors.New("it is empty; write en or zh")
			}
			language = s
			return render.CheckLanguage(s)
		})
	return &language
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// splitFlags cuts args before the first one that is neither a flag nor the value of one.
func splitFlags(fs *flag.FlagSet, args []string) (flags, rest []string) {
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			return args[:i], args[i+1:]
		}
		if len(a) < 2 || a[0] != '-' {
			return args[:i], args[i:]
		}
		f := fs.Lookup(strings.TrimLeft(a, "-"))
		if f == nil {
			continue // -name=value, -h, or unknown: parse will tell
		}
		if b, ok := f.Value.(interface{ IsBoolFlag() bool }); !ok || !b.IsBoolFlag() {
			i++ // the next one is its value
		}
	}
	return args, nil
}

// deliver writes the files of a report, and prints it. The exit code is that of its verdict.
func deliver(ctx context.Context, dir string, r reports.Report, language string, s streams) (int, error) {
	if err := render.DeliverIn(ctx, dir, r, language, s.getenv); err != nil {
		return 0, err
	}
	return r.Verdict.ExitCode, terminal.Write(s.out, r,
		terminal.Options{Color: s.color, Width: s.width, ReportDir: dir, Lang: language})
}

func readReport(path string) (reports.Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return reports.Report{}, fmt.Errorf("read report: %w", err)
	}
	defer f.Close()
	return reports.ReadJSON(path, f)
}

// writeTo writes to a file, or to standard output when path is "-". A file is written whole or not at all; what is not
// a file, such as /dev/stdout, is written to and not replaced.
func writeTo(path string, s streams, write func(io.Writer) error) error {
	if path == "-" {
		return write(s.out)
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	put := render.ReplaceFile
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		put = func(path string, data []byte) error { return os.WriteFile(path, data, 0o644) }
	}
	if err := put(path, b.Bytes()); err != nil {
		return fmt.Errorf("-o %s: %w", path, err)
	}
	return nil
}

// formatOf reads -o of a command that knows the formats: a name of one, which goes to standard output, or a file whose
// extension says it.
func formatOf[T any](o string, all []render.Format[T]) (format render.Format[T], path string, err error) {
	for _, f := range all {
		switch {
		case o == f.Name:
			return f, "-", nil
		case strings.EqualFold(filepath.Ext(o), filepath.Ext(f.File)):
			return f, o, nil
		}
	}
	return format, "", fmt.Errorf(
		"-o %q is neither a format nor a file with the extension of one; write %s, or a name such as diff.html", o,
		formatNames(all))
}
