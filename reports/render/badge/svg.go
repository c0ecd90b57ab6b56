package badge

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
)

// Measures of the badge, in pixels.
const (
	svgPadding = 6
	svgHeight  = 20
)

// svgColors are the colors of badge.json, dark enough for white text (contrast of 4.5 and more).
var svgColors = map[string]string{
	"brightgreen": "#1b7f3b", "green": "#2f7d32",
	"yellow": "#8a6100", "orange": "#b34700", "red": "#c62828", "lightgrey": "#5f6368",
}

// WriteSVG writes badge.svg: the text of badge.json as a picture that loads nothing.
func WriteSVG(w io.Writer, r reports.Report) error {
	b := badgeOf(r)
	label, message := textWidth(b.Label), textWidth(b.Message)
	left, right := label+2*svgPadding, message+2*svgPadding
	title := escapeXML(b.Label + ": " + b.Message)
	_, err := fmt.Fprintf(
		w,
		`<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" role="img" aria-label="%[3]s">
<title>%[3]s</title>
<linearGradient id="s" x2="0" y2="100%%">
<stop offset="0" stop-color="#bbb" stop-opacity=".1"/><stop offset="1" stop-opacity=".1"/>
</linearGradient>
<clipPath id="r"><rect width="%[1]d" height="%[2]d" rx="3" fill="#fff"/></clipPath>
<g clip-path="url(#r)">
<rect width="%[4]d" height="%[2]d" fill="#555"/>
<rect x="%[4]d" width="%[5]d" height="%[2]d" fill="%[6]s"/>
<rect width="%[1]d" height="%[2]d" fill="url(#s)"/>
</g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
<text x="%[7]d" y="14" textLength="%[8]d">%[9]s</text>
<text x="%[10]d" y="14" textLength="%[11]d">%[12]s</text>
</g>
</svg>
`,
		left+right,
		svgHeight,
		title,
		left,
		right,
		svgColors[b.Color],
		svgPadding,
		label,
		escapeXML(b.Label),
		left+svgPadding,
		message,
		escapeXML(b.Message),
	)
	if err != nil {
		return fmt.Errorf("write badge: %w", err)
	}
	return nil
}

// textWidth is about what s takes in Verdana at 11 pixels. textLength makes any other font fit.
func textWidth(s string) int {
	tenths := 0
	for _, r := range s {
		switch {
		case strings.ContainsRune("ijlI|.,:;'! ", r):
			tenths += 40
		case strings.ContainsRune("frt()[]-/", r):
			tenths += 48
		case strings.ContainsRune("mwMW@%", r):
			tenths += 105
		case 'A' <= r && r <= 'Z':
			tenths += 78
		default:
			tenths += 68 * printable.ColumnsOf(r)
		}
	}
	return (tenths + 9) / 10
}

func escapeXML(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(printable.Visible(s))) // a Builder takes everything
	return b.String()
}
