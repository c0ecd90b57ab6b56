package html

import (
	"fmt"
	"html/template"
	"strings"
)

// templates are those of the page. Some of their functions give html/template what it trusts, because a page has some
// ten thousand of each: links and holds give what a template itself has drawn, and drawn escapes the texts that it puts
// together.
func templates() (*template.Template, error) {
	t := template.New("")
	t.Funcs(template.FuncMap{
		"pair": pair, "from": from, "drawn": drawn, "links": each[caseLink](t, "link"), "holds": each[requirementLink](t, "hold"),
	})
	return t.ParseFS(htmlFiles, "assets/*.tmpl")
}

// each draws values by a template, equal ones once. They stand between tags, where all that a template draws may stand.
func each[T comparable](t *template.Template, name string) func([]T) (template.HTML, error) {
	known := map[T]string{}
	return func(values []T) (template.HTML, error) {
		var all strings.Builder
		for _, v := range values {
			if _, ok := known[v]; !ok {
				var one strings.Builder
				if err := t.ExecuteTemplate(&one, name, v); err != nil {
					return "", err
				}
				known[v] = one.String()
			}
			all.WriteString(known[v])
			all.WriteByte(' ')
		}
		return template.HTML(all.String()), nil
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
