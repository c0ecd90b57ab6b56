// Package render draws reports. It holds the one list of formats, and delivers files to where people look for them;
// each format has a folder of its own.
package render

import (
	"context"
	"errors"
	"io"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/har"
	"github.com/essconform/essconform/reports/internal/words"
	"github.com/essconform/essconform/reports/render/badge"
	"github.com/essconform/essconform/reports/render/ctrf"
	"github.com/essconform/essconform/reports/render/github"
	"github.com/essconform/essconform/reports/render/gitlab"
	"github.com/essconform/essconform/reports/render/html"
	"github.com/essconform/essconform/reports/render/junit"
	"github.com/essconform/essconform/reports/render/markdown"
	"github.com/essconform/essconform/reports/render/terminal"
)

// Options say where a drawing is looked at. Most formats do not ask.
type Options = terminal.Options

// Format is one way to draw a T: a report, a comparison or a matrix.
type Format[T any] struct {
	Name string // as -format takes it
	// File is its name in a report directory; "" for a format that is only written when asked for.
	File string
	// Write draws v. One that is large stops when ctx ends.
	Write func(ctx context.Context, w io.Writer, v T, o Options) error
}

// Plain is a Format's Write that needs no options and takes no time.
func Plain[T any](write func(io.Writer, T) error) func(context.Context, io.Writer, T, Options) error {
	return func(_ context.Context, w io.Writer, v T, _ Options) error { return write(w, v) }
}

// Quick is a Format's Write that takes no time.
func Quick[T any](write func(io.Writer, T, Options) error) func(context.Context, io.Writer, T, Options) error {
	return func(_ context.Context, w io.Writer, v T, o Options) error { return write(w, v, o) }
}

// Formats are the formats of a report, in the order in which help lists them.
func Formats() []Format[reports.Report] {
	return []Format[reports.Report]{
		{"terminal", "", Quick(terminal.Write)},
		{"md", "report.md", Quick(text)},
		{"html", "report.html", page},
		{"junit", "junit.xml", Plain(junit.Write)},
		{"badge", "badge.json", Plain(badge.Write)},
		{"svg", "badge.svg", Plain(badge.WriteSVG)},
		{"json", "report.json", Plain(reports.WriteJSON)},
		{"har", "exchanges.har", Plain(recording)},
		{"github", "", Plain(github.Write)},
		{"gitlab", "", Plain(gitlab.Write)},
		{"ctrf", "", Plain(ctrf.Write)},
	}
}

func page(ctx context.Context, w io.Writer, r reports.Report, o Options) error {
	return html.WriteIn(ctx, w, r, o.Lang)
}

func text(w io.Writer, r reports.Report, o Options) error { return markdown.WriteIn(w, r, o.Lang) }

// CheckLanguage says whether the page, Markdown and the terminal can be drawn in a language: "en" or "zh".
func CheckLanguage(language string) error {
	_, err := words.In(language)
	return err
}

// errNoRecording is the error of a report whose exchanges were not kept, or are in a file already.
var errNoRecording = errors.New(
	"the exchanges of a run are written once, with its reports: look for exchanges.har beside report.json")

// recording writes the exchanges of the run.
func recording(w io.Writer, r reports.Report) error {
	if r.Recording == nil {
		return errNoRecording
	}
	return r.Recording.Write(w, har.Creator{Name: "essconform", Version: r.Suite.Version})
}
