// Package render draws reports. It holds the one list of formats, and delivers files to where people look for them;
// each format has a folder of its own.
package render

import (
	"io"

	"github.com/essconform/essconform/reports"
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
	File  string
	Write func(w io.Writer, v T, o Options) error
}

// Plain is a Format's Write that needs no options.
func Plain[T any](write func(io.Writer, T) error) func(io.Writer, T, Options) error {
	return func(w io.Writer, v T, _ Options) error { return write(w, v) }
}

// Formats are the formats of a report, in the order in which help lists them.
func Formats() []Format[reports.Report] {
	return []Format[reports.Report]{
		{"terminal", "", terminal.Write},
		{"md", "report.md", Plain(markdown.Write)},
		{"html", "report.html", Plain(html.Write)},
		{"junit", "junit.xml", Plain(junit.Write)},
		{"badge", "badge.json", Plain(badge.Write)},
		{"svg", "badge.svg", Plain(badge.WriteSVG)},
		{"json", "report.json", Plain(reports.WriteJSON)},
		{"github", "", Plain(github.Write)},
		{"gitlab", "", Plain(gitlab.Write)},
		{"ctrf", "", Plain(ctrf.Write)},
	}
}
