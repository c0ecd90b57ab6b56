// Package page fills the pages of a comparison and of a matrix.
package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
)

// shownText is the longest text that a page shows in one place, in runes.
const pageText = 400

// someIDs is how many ids of cases a page names in one place.
const someIDs = 8

//go:embed assets
var pageFiles embed.FS

// Write fills one template of the folder page. The file needs nothing from anywhere: its style stands in it, and its
// script, and its policy lets a browser load nothing else.
func Write(w io.Writer, name string, data any) error {
	style, err := pageFiles.ReadFile("assets/page.css")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	script, err := pageFiles.ReadFile("assets/matrix.js")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	t, err := template.New(name).Funcs(template.FuncMap{
		"style":  func() template.CSS { return template.CSS(style) }, // our own file
		"script": func() template.JS { return template.JS(script) },  // our own, too
		"policy": func() string {
			return "default-src 'none'; style-src " + digest(style) + "; script-src " + digest(script)
		},
		"plural": printable.Plural,
		"text":   func(s string) string { return printable.Bounded(s, pageText) },
		"digest": printable.Digest,
		"id":     printable.ShortID,
		"some":   func(ids []string) string { return printable.Some(ids, someIDs, printable.ShortID) },
		"verdictClass": func(code int) string {
			return of(code, "good", "bad", "doubt")
		},
		"verdictMark": func(code int) string {
			return of(code, "✓", "✗", "?")
		},
	}).ParseFS(pageFiles, "assets/"+name)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// digest is how a policy names a text that a page holds.
func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// of is what goes with an exit code.
func of(code int, conformant, not, doubt string) string {
	switch code {
	case reports.ExitConformant:
		return conformant
	case reports.ExitNotConformant:
		return not
	}
	return doubt
}
