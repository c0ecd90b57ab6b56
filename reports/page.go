package reports

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
)

//go:embed page
var pageFiles embed.FS

// writePage fills one template of the folder page. The file needs nothing from anywhere: its style stands in it, it has no script, and
// its policy lets a browser load nothing else.
func writePage(w io.Writer, name string, data any) error {
	style, err := pageFiles.ReadFile("page/page.css")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	sum := sha256.Sum256(style)
	t, err := template.New(name).Funcs(template.FuncMap{
		"style": func() template.CSS { return template.CSS(style) }, // our own file
		"policy": func() string {
			return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		},
		"plural": plural,
		"text":   func(s string) string { return bounded(s, mdText) },
		"digest": digest,
		"verdictClass": func(code int) string {
			return map[int]string{ExitConformant: "good", ExitNotConformant: "bad", ExitCouldNotJudge: "doubt"}[code]
		},
		"verdictMark": func(code int) string {
			return map[int]string{ExitConformant: "✓", ExitNotConformant: "✗", ExitCouldNotJudge: "?"}[code]
		},
	}).ParseFS(pageFiles, "page/"+name)
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
