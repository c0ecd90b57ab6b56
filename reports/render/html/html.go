// Package html draws the page of a report.
package html

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/words"
)

//go:embed assets
var htmlFiles embed.FS

// Write writes report.html in English; see WriteIn.
func Write(ctx context.Context, w io.Writer, r reports.Report) error {
	return WriteIn(ctx, w, r, words.English)
}

// WriteIn writes report.html in a language, "en" or "zh": one file that asks for nothing from anywhere, for readers who
// want to know whether the target is compatible, why it is not, or how that was found out. It works without JavaScript,
// which only filters, copies, and sets the colours and the language. Equal reports give equal bytes. Drawing stops when
// ctx ends.
func WriteIn(ctx context.Context, w io.Writer, r reports.Report, language string) error {
	if err := write(ctx, w, r, language); err != nil {
		return fmt.Errorf("write html: %w", err)
	}
	return nil
}

func write(ctx context.Context, w io.Writer, r reports.Report, language string) error {
	said, err := newSpeech(language)
	if err != nil {
		return err
	}
	t, err := templates()
	if err != nil {
		return err
	}
	style, err := htmlFiles.ReadFile("assets/report.css")
	if err != nil {
		return err
	}
	script, err := htmlFiles.ReadFile("assets/report.js")
	if err != nil {
		return err
	}
	p, err := drawPage(ctx, r)
	if err != nil {
		return err
	}
	p.Lang = said.tag()
	if p.Later, err = later(ctx, t, p, said.speak); err != nil {
		return err
	}
	// These two are the project's own files. Nothing of a report gets a type that html/template trusts before it is
	// escaped, see templates.
	p.Style, p.Script = template.CSS(style), template.JS(script)
	p.Policy = policy(string(style), string(script))
	var b bytes.Buffer // so that nothing is written of a page that cannot be drawn
	if err := t.ExecuteTemplate(&b, "page", p); err != nil {
		return err
	}
	page, err := said.page(b.Bytes())
	if err != nil {
		return err
	}
	_, err = w.Write(unspoken(page))
	return err
}

// unspoken writes commands by references to characters, which a browser shows as they were. The style is ours, and is
// left alone.
func unspoken(page []byte) []byte {
	byReference := func(b []byte) []byte {
		return printable.Broken(b, func(last byte) string { return fmt.Sprintf("&#%d;", last) })
	}
	style := max(bytes.Index(page, []byte("<style>")), 0)
	end := max(bytes.Index(page, []byte("</style>")), style)
	return slices.Concat(byReference(page[:style]), page[style:end], byReference(page[end:]))
}

// policy is a Content-Security-Policy under which nothing is loaded from anywhere, and only this style and this script
// count.
func policy(style, script string) string {
	digest := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return strings.Join([]string{
		"default-src 'none'", "style-src " + digest(style), "script-src " + digest(script), "base-uri 'none'",
		"form-action 'none'",
	}, "; ")
}
