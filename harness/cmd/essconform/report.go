package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/printable"
	"github.com/essconform/essconform/reports/render"
)

func reportCommand(ctx context.Context, args []string, s streams) (int, error) {
	fs := flag.NewFlagSet("report", flag.ContinueOnError)
	in := fs.String("in", "reports/out/report.json",
		"the `FILE` to read, a report.json; may also stand by itself: essconform report FILE")
	all := render.Formats()
	format := fs.String("format", all[0].Name, "`FORMAT`: "+formatNames(all))
	language := languageFlag(fs)
	out := fs.String("o", "-", "the `FILE` to write; - is standard output")
	about := "Draws a report again, in any of its formats. It ends with 0 when that was done, whatever the verdict: " +
		"`essconform gate` judges."
	files, err := parseFiles(fs, args, s, 0, 1, "report.json", about)
	if err != nil {
		return 0, err
	}
	if len(files) == 1 {
		*in = files[0]
	}
	i := slices.IndexFunc(all, func(f render.Format[reports.Report]) bool { return f.Name == *format })
	if i < 0 {
		return 0, fmt.Errorf("report: -format %q is unknown; write %s", *format, formatNames(all))
	}
	r, err := readReport(*in)
	if err != nil {
		return 0, err
	}
	look := render.Options{Color: s.color && *out == "-", Width: s.width, Lang: *language}
	return exitConformant, writeTo(*out, s,
		func(w io.Writer) error { return all[i].Write(ctx, forPeople(w, *format), r, look) })
}

// forPeople guards what a terminal or a log shows. Files in other formats are written as they are.
func forPeople(w io.Writer, format string) io.Writer {
	if format == "terminal" || format == "text" {
		return printable.NewLog(w)
	}
	return w
}

func formatNames[T any](all []render.Format[T]) string {
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = f.Name
	}
	return strings.Join(names, ", ")
}
