package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
)

// drawing is one format that a report can be drawn in.
type drawing struct {
	format string
	draw   func(w io.Writer, r reports.Report) error
}

func drawings(color bool) []drawing {
	return []drawing{
		{"terminal", func(w io.Writer, r reports.Report) error {
			return reports.Terminal(w, r, reports.TerminalOptions{Color: color})
		}},
		{"md", reports.WriteMarkdown},
		{"html", reports.WriteHTML},
		{"junit", reports.WriteJUnit},
		{"badge", reports.WriteBadge},
		{"svg", reports.WriteBadgeSVG},
		{"json", reports.WriteJSON},
	}
}

func reportCommand(_ context.Context, args []string, s streams) (int, error) {
	fs := flag.NewFlagSet("report", flag.ContinueOnError)
	in := fs.String("in", "reports/out/report.json", "the `FILE` to read, a report.json")
	format := fs.String("format", "terminal", "`FORMAT`: "+strings.Join(formats(), ", "))
	out := fs.String("o", "-", "the `FILE` to write; - is standard output")
	if err := parse(fs, args, s, "Draws a report again, in any of its formats. It ends with 0 when that was done, whatever the verdict: `essconform gate` judges."); err != nil {
		return 0, err
	}
	all := drawings(s.color && *out == "-")
	i := slices.IndexFunc(all, func(d drawing) bool { return d.format == *format })
	if i < 0 {
		return 0, fmt.Errorf("report: -format %q is unknown; write %s", *format, strings.Join(formats(), ", "))
	}
	r, err := readReport(*in)
	if err != nil {
		return 0, err
	}
	return exitConformant, writeTo(*out, s, func(w io.Writer) error { return all[i].draw(w, r) })
}

func formats() (names []string) {
	for _, d := range drawings(false) {
		names = append(names, d.format)
	}
	return names
}
