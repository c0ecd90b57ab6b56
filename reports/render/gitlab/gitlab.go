// Package gitlab draws a Code Quality report, which GitLab shows in a merge request.
package gitlab

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/repair"
	"github.com/essconform/essconform/reports/internal/summary"
	show "github.com/essconform/essconform/reports/printable"
)

// issue is one entry, as docs.gitlab.com/ci/testing/code_quality describes it.
type issue struct {
	Description string   `json:"description"`
	CheckName   string   `json:"check_name"`
	Fingerprint string   `json:"fingerprint"`
	Severity    string   `json:"severity"`
	Location    location `json:"location"`
}

type location struct {
	Path  string `json:"path"`
	Lines lines  `json:"lines"`
}

type lines struct {
	Begin int `json:"begin"`
}

// longest bounds a text of an entry, in runes.
const longest = 400

// Write writes one entry for each thing to change, in repair order, and then one for each recommendation that is not
// followed. The same finding has the same fingerprint in every report.
func Write(w io.Writer, r reports.Report) error {
	issues := []issue{}
	add := func(cards []repair.Card, severity string) {
		for _, c := range cards {
			d := c.Differences[0]
			look := c.Name() + "\x00" + show.WithoutIDs(d.Want) + "\x00" + show.WithoutIDs(d.Got)
			sum := sha256.Sum256([]byte(look))
			i := issue{
				Description: fmt.Sprintf("%s Wanted %s; got %s, in %s.", c.Advice, printable.Bounded(d.Want, longest),
					printable.Bounded(d.Got, longest), printable.Plural(len(c.Cases), "case")),
				CheckName: c.Name(), Fingerprint: hex.EncodeToString(sum[:16]), Severity: severity,
			}
			i.Location = place(d.SpecLine, r)
			issues = append(issues, i)
		}
	}
	add(repair.Order(r.Cases), "critical")
	add(repair.Of(summary.Warnings(r.Cases)), "minor")
	if len(issues) == 0 && r.Verdict.ExitCode != reports.ExitConformant {
		issues = append(issues, issue{
			Description: printable.Bounded(r.Verdict.Reason, longest), CheckName: "verdict", Fingerprint: "verdict",
			Severity: "blocker", Location: place("", r),
		})
	}
	return printable.WriteJSON(w, "code quality report", issues)
}

func place(at string, r reports.Report) location {
	file, line := summary.FileAndLine(at)
	if file == "" {
		file = printable.ShortID(r.Contract.File)
	}
	n, err := strconv.Atoi(line)
	if err != nil {
		n = 1
	}
	return location{Path: file, Lines: lines{Begin: n}}
}
