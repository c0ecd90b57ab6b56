package control

import (
	"embed"
	"net/http"
)

//go:embed openapi.yaml ui
var files embed.FS

// pages serves the description and the page. The page loads nothing from elsewhere, and runs no script but its own.
func pages(mux *http.ServeMux) {
	for _, f := range []struct{ pattern, file, contentType string }{
		{"GET /_mock/openapi.yaml", "openapi.yaml", "application/yaml"},
		{"GET /_ui", "ui/index.html", "text/html; charset=utf-8"},
		{"GET /_ui/app.js", "ui/app.js", "text/javascript; charset=utf-8"},
		{"GET /_ui/style.css", "ui/style.css", "text/css; charset=utf-8"},
	} {
		mux.HandleFunc(f.pattern, func(w http.ResponseWriter, _ *http.Request) {
			text, err := files.ReadFile(f.file)
			if err != nil {
				panic("control: " + err.Error()) // it is embedded
			}
			h := w.Header()
			h.Set("Content-Type", f.contentType)
			h.Set("Cache-Control", "no-store")
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Content-Security-Policy",
				"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "+
					"base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
			_, _ = w.Write(text) // net/http closes the connection of a caller who left
		})
	}
	mux.Handle("GET /_ui/{$}", http.RedirectHandler(UIPath, http.StatusMovedPermanently))
}
