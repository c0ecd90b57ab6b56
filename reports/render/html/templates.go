package html

import (
	"fmt"
	"html/template"
	"strings"
)

// templates are those of the page. Some of their functions give html/template what it trusts, because a page has some
// ten thousand of each: links, holds and trail give what a template itself has drawn, and drawn escapes the texts that
// it puts together.
func templates() (*template.Template, error) {
	t := template.New("")
	link, hold, step := once[caseLink](t, "link"), once[requirementLink](t, "hold"), once[stepView](t, "step")
	t.Funcs(template.FuncMap{
		"pair": pair, "from": from, "drawn": drawn,
		"links": func(links []caseLink) (template.HTML, error) { return each(links, link, " ") },
		"holds": func(links []requirementLink) (template.HTML, error) { return each(links, hold, " ") },
		"trail": func(steps []stepView) (template.HTML, error) {
			return each(steps, func(s stepView) (string, error) {
				drawn, err := step(stepView{What: s.What, Result: s.Result}) // no two take as long
				return `<li>` + drawn + ` <span class="hint">` + template.HTMLEscapeString(s.Took) + `</span></li>`, err
			}, "")
		},
	})
	return t.ParseFS(htmlFiles, "assets/*.tmpl")
}

// each draws values, with a text of ours behind each. They stand between tags, where all that a template draws may.
func each[T any](values []T, draw func(T) (string, error), behind string) (template.HTML, error) {
	var all strings.Builder
	for _, v := range values {
		drawn, err := draw(v)
		if err != nil {
			return "", err
		}
		all.WriteString(drawn)
		all.WriteString(behind)
	}
	return template.HTML(all.String()), nil
}

// once draws equal values one time.
func once[T comparable](t *template.Template, name string) func(T) (string, error) {
	known := map[T]string{}
	return func(v T) (string, error) {
		if drawn, ok := known[v]; ok {
			return drawn, nil
		}
		var b strings.Builder
		if err := t.ExecuteTemplate(&b, name, v); err != nil {
			return "", err
		}
		known[v] = b.String()
		return known[v], nil
	}
}

// drawn is a message with its colours and marks.
func drawn(m messageView) template.HTML {
	var b strings.Builder
	drawPieces(&b, m.Start)
	b.WriteByte('\n')
	for _, h := range m.Headers {
		if h.Marked {
			drawPiece(&b, piece{Text: h.Name + ": " + h.Value, Marked: true})
		} else {
			drawPiece(&b, piece{Text: h.Name + ":", Class: keyClass})
			drawPiece(&b, piece{Text: " " + h.Value})
		}
		b.WriteByte('\n')
	}
	if m.More > 0 {
		drawPiece(&b, piece{Text: fmt.Sprintf("… %d more header fields", m.More), Class: asideClass})
		b.WriteByte('\n')
	}
	if len(m.Body) > 0 {
		b.WriteByte('\n')
		drawPieces(&b, m.Body)
	}
	return template.HTML(b.String())
}

func drawPieces(b *strings.Builder, pieces []piece) {
	for _, p := range pieces {
		drawPiece(b, p)
	}
}

// drawPiece writes a text, escaped, in an element that gives it its colour or its mark.
func drawPiece(b *strings.Builder, p piece) {
	element := ""
	switch {
	case p.Marked:
		element = "mark"
	case p.Class != plain:
		element = "span"
	default:
		b.WriteString(template.HTMLEscapeString(p.Text))
		return
	}
	b.WriteString("<" + element)
	if p.Class != plain {
		b.WriteString(` class="` + p.Class + `"`) // one of ours
	}
	b.WriteString(">" + template.HTMLEscapeString(p.Text) + "</" + element + ">")
}

// cellInRow is what the panel of a cell is drawn from.
type cellInRow struct {
	Row  rowView
	Cell cellView
}

func pair(r rowView, c cellView) cellInRow { return cellInRow{r, c} }

// numbered are steps with the number of the first.
type numbered struct {
	First int
	Lines []lineView
}

func from(first int, lines []lineView) numbered { return numbered{first, lines} }
