package html

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"
)

// templates are those of the page. Two of their functions give html/template what it trusts, because a page has some
// ten thousand of each: once gives what a template itself has drawn, and drawn escapes the texts that it puts together.
func templates() (*template.Template, error) {
	t := template.New("")
	t.Funcs(template.FuncMap{"pair": pair, "from": from, "drawn": drawn, "once": once(t)})
	return t.ParseFS(htmlFiles, "assets/*.tmpl")
}

// once draws equal values one time. They stand between tags, where all that a template draws may stand.
func once(t *template.Template) func(name string, v any) (template.HTML, error) {
	type key struct {
		name string
		v    any
	}
	known := map[key]template.HTML{}
	return func(name string, v any) (template.HTML, error) {
		if out, ok := known[key{name, v}]; ok {
			return out, nil
		}
		var b bytes.Buffer
		if err := t.ExecuteTemplate(&b, name, v); err != nil {
			return "", err
		}
		out := template.HTML(b.String())
		known[key{name, v}] = out
		return out, nil
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
