package main

import (
	"cmp"
	"context"
	"flag"
	"io"
	"time"

	"github.com/essconform/essconform/reports/compare"
	"github.com/essconform/essconform/reports/render"
)

func diffCommand(ctx context.Context, args []string, s streams) (int, error) {
	fs := flag.NewFlagSet("diff", flag.ContinueOnError)
	o := fs.String("o", "text",
		"`FORMAT` (text, markdown, json, html), or a file whose name ends in .txt, .md, .json or .html")
	var want wanted // of the new report
	want.register(fs)
	files, err := parseFiles(fs, args, s, 2, 2, "OLD NEW",
		"Tells what changed from one report.json to another. It ends with 1 when something regressed, and with 2 when "+
			"they cannot be compared.")
	if err != nil {
		return 0, err
	}
	format, path, err := formatOf(*o, compare.Formats())
	if err != nil {
		return 0, err
	}
	old, err := readReport(files[0])
	if err != nil {
		return 0, err
	}
	now, err := readReport(files[1])
	if err == nil {
		err = want.check(files[1], now, time.Now())
	}
	if err != nil {
		return 0, err
	}
	c, err := compare.Reports(old, now)
	if err != nil {
		return 0, err
	}
	look := render.Options{Color: s.color && path == "-", Width: cmp.Or(s.width, 100)}
	return c.Verdict.ExitCode, writeTo(path, s,
		func(w io.Writer) error { return format.Write(ctx, forPeople(w, format.Name), c, look) })
}
