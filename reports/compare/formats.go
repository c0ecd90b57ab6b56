package compare

import "github.com/essconform/essconform/reports/render"

// Formats are the formats of a comparison. File says which extension asks for which.
func Formats() []render.Format[Comparison] {
	return []render.Format[Comparison]{
		{Name: "text", File: "diff.txt", Write: render.Quick(writeText)},
		{Name: "markdown", File: "diff.md", Write: render.Plain(writeMarkdown)},
		{Name: "json", File: "diff.json", Write: render.Plain(writeJSON)},
		{Name: "html", File: "diff.html", Write: render.Plain(writeHTML)},
	}
}
