package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"al.essio.dev/pkg/shellescape"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/internal/build"
	"github.com/essconform/essconform/harness/internal/traffic"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/har"
	"github.com/essconform/essconform/reports/render"
	"github.com/essconform/essconform/spec"
)

func judgeCommand(ctx context.Context, args []string, s streams) (int, error) {
	fs := flag.NewFlagSet("judge", flag.ContinueOnError)
	var o recordingFlags
	o.register(fs)
	about := "Judges recorded traffic of any client: each answer to the operation by what every answer must be, and\n" +
		"what the recording shows of groups, by Describe operations and accepted calls. All else is counted."
	files, err := parseFiles(fs, args, s, 1, 1000, "FILE.har…", about)
	if err != nil {
		return 0, err
	}
	contract, err := contractOf(o.edition)
	if err != nil {
		return 0, err
	}
	if err := inTheWay(o.dir, files); err != nil {
		return 0, err
	}
	release, err := render.Begin(o.dir, engine.LockReports)
	if err != nil {
		return 0, err
	}
	defer release()
	begin := time.Now()
	c := &traffic.Collector{Contract: contract, Lag: o.lag}
	partial, err := readRecordings(ctx, c, files)
	if err != nil {
		return 0, err
	}
	if len(c.Results) == 0 && partial == "" {
		return 0, fmt.Errorf("judge: nothing to judge in %s: %s", strings.Join(files, ", "), c.Summary())
	}
	report := recordingReport(c, files, begin, partial, append([]string{"essconform", "judge"}, args...))
	return deliverRecording(ctx, report, c, o.dir, s)
}

// recordingFlags are those of all commands that judge recordings.
type recordingFlags struct {
	dir, edition string
	lag          time.Duration
}

func (o *recordingFlags) register(fs *flag.FlagSet) {
	fs.StringVar(&o.dir, "report-dir", "reports/recording", "`DIR` for the reports")
	fs.StringVar(&o.edition, "spec", "",
		"another description, a `FILE` or the API version of a built-in one: 2022-02-22")
	o.lag = -1
	fs.Func("lag",
		"how old an answer of a Describe operation may be, a `DURATION`; default 1s on this machine, else 15s",
		func(text string) (err error) {
			if o.lag, err = time.ParseDuration(text); err != nil || o.lag < 0 {
				return errors.New("write a duration such as 5s")
			}
			return nil
		})
}

// inTheWay is an error when the reports would take the place of a recording that is to be judged.
func inTheWay(dir string, files []string) error {
	for _, f := range render.Formats() {
		old, err := os.Stat(filepath.Join(dir, f.File))
		if err != nil || f.File == "" {
			continue
		}
		for _, name := range files {
			if given, err := os.Stat(name); err == nil && os.SameFile(given, old) {
				return fmt.Errorf(
					"judge: %s is in the way of the reports: choose another directory with -report-dir", name)
			}
		}
	}
	return nil
}

// deliverRecording writes the reports on recorded traffic, and prints the outcome.
func deliverRecording(
	ctx context.Context, report reports.Report, c *traffic.Collector, dir string, s streams,
) (int, error) {
	exit, err := deliver(ctx, dir, report, "", s)
	if err == nil {
		fmt.Fprintf(s.out, "\n%s\n", c.Summary())
	}
	return exit, err
}

func contractOf(edition string) (*spec.Contract, error) {
	switch {
	case edition == "":
		return spec.Default()
	case target.IsEdition(edition):
		return spec.Edition(edition)
	}
	return spec.LoadFile(edition)
}

// readRecordings reads the files. partial says why not all that they hold could be judged.
func readRecordings(ctx context.Context, c *traffic.Collector, files []string) (partial string, err error) {
	var problems []string
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return "", fmt.Errorf("judge: %w", err)
		}
		before := c.Entries()
		unreadable, err := har.Each(bufio.NewReaderSize(f, 1<<20), func(e har.Read) error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return c.Add(e)
		})
		_ = f.Close() // it was only read
		c.EndOfFile()
		switch {
		case errors.Is(err, har.ErrNotHAR):
			return "", fmt.Errorf("judge: %s: %w", name, err)
		case errors.Is(err, har.ErrNoEnd):
			c.Notes = append(c.Notes, fmt.Sprintf("%s: %s", filepath.Base(name), err))
		case err != nil:
			problems = append(problems,
				fmt.Sprintf("%s: %s (after %d entries)", filepath.Base(name), err, c.Entries()-before))
		case unreadable > 0:
			problems = append(problems,
				fmt.Sprintf("%s: %d entries are not in the form of HAR", filepath.Base(name), unreadable))
		}
	}
	return strings.Join(problems, "; "), nil
}

func recordingReport(
	c *traffic.Collector, files []string, begin time.Time, partial string, command []string,
) reports.Report {
	name := filepath.Base(files[0])
	if len(files) > 1 {
		name += fmt.Sprintf(" and %d more", len(files)-1)
	}
	b := build.Read()
	return reports.Build(reports.Input{
		Suite: reports.Suite{Version: b.Version, Commit: b.Commit},
		Contract: reports.Contract{
			File: c.Contract.File, SHA256: c.Contract.SHA256,
			APIVersion: c.Contract.APIVersion, Operation: c.Contract.Operation,
		},
		Target: reports.Target{Name: name, Kind: reports.KindRecording, Endpoint: name, Arrangement: "none"},
		Run: reports.Run{
			ID: "recording", StartedAt: begin, EndedAt: time.Now(), Procs: 1, Config: map[string]string{},
			Selection: "the calls in " + name, Command: shellescape.QuoteCommand(command), Partial: partial,
		},
		Catalogue: c.Catalogue(), Cases: c.Results, Selected: len(c.Results),
	})
}
