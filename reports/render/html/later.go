package html

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"html/template"
)

// later draws what the page leaves out until it is opened: HTML by the id of the place, as JSON, compressed, in letters
// that need no escape in a page. It is drawn by the templates that draw everything else, so there is one way to draw a
// case.
func later(ctx context.Context, t *template.Template, p page, speak func([]byte) []byte) (string, error) {
	drawn := map[string]string{}
	add := func(id, name string, data any) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		var b bytes.Buffer
		err := t.ExecuteTemplate(&b, name, data)
		drawn[id] = string(speak(b.Bytes()))
		return err
	}
	for _, g := range p.Groups {
		for _, c := range g.Cases {
			if !c.Later {
				continue
			}
			if err := add(c.Anchor, "case", c); err != nil {
				return "", err
			}
		}
	}
	for _, s := range p.Matrix.Sections {
		for _, row := range s.Rows {
			for _, cell := range row.Cells {
				if cell.Panel == nil || !cell.Later {
					continue
				}
				if err := add(cell.Anchor+".open", "panel", pair(row, cell)); err != nil {
					return "", err
				}
			}
		}
	}
	return packed(drawn)
}

// packed is v as JSON, compressed, in letters that need no escape in a page.
func packed(v any) (string, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the last tenth of the size is not worth half of the time
	if err != nil {
		return "", err
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false) // in base64 there is nothing to escape
	if err := e.Encode(v); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return base64.URLEncoding.EncodeToString(b.Bytes()), nil
}
