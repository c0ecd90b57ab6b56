package reports

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/spec/yamlfile"
)

// maxReport is the size beyond which a report is not read, in bytes: far above any real one, and what a reader can
// still hold in memory.
const maxReport = 256 << 20

// WriteJSON writes report.json. Equal reports give equal bytes. What is not UTF-8 is replaced, and what is not
// printable is escaped, so that the file can be looked at in a terminal.
func WriteJSON(w io.Writer, r Report) error {
	return printable.WriteJSON(w, "report", r)
}

// ReadJSON reads a report that WriteJSON wrote. file is only for messages. Refused are: what is not a report, a report
// of a schema version that is neither SchemaVersion nor the one before, one that was cut off, one of more than 256 MiB,
// and one whose counts, outcomes, requirements or verdict do not follow from its cases.
func ReadJSON(file string, r io.Reader) (Report, error) {
	report, err := readJSON(r)
	if err != nil {
		return Report{}, fmt.Errorf("read report: %s: %w", file, err)
	}
	return report, nil
}

func readJSON(r io.Reader) (Report, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxReport+1))
	switch {
	case err != nil:
		return Report{}, err
	case len(data) > maxReport:
		return Report{}, fmt.Errorf("larger than %d MiB; no report of essconform is", maxReport>>20)
	case len(data) == 0:
		return Report{}, errors.New("the file is empty; run the suite again")
	}
	if data, err = yamlfile.Text(data); err != nil {
		return Report{}, err
	}
	// Kind and version come first: what another version means by its fields is not known here.
	var head struct {
		Kind          string `json:"kind"`
		SchemaVersion int    `json:"schemaVersion"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return Report{}, unreadable(err, len(data))
	}
	if head.Kind != Kind {
		return Report{}, fmt.Errorf("wanted kind %q; got %q; give a report.json of essconform", Kind,
			printable.Clip(head.Kind, 60))
	}
	if err := checkVersion(head.SchemaVersion, SchemaVersion); err != nil {
		return Report{}, err
	}
	var report Report
	if err := json.Unmarshal(data, &report); err != nil {
		return Report{}, unreadable(err, len(data))
	}
	if !report.Complete {
		return Report{}, fmt.Errorf("no \"complete\": true at the end: %w", errCutOff)
	}
	return report, verify(report)
}

func unreadable(err error, size int) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && syntax.Offset >= int64(size) {
		return errCutOff
	}
	return fmt.Errorf("no report of essconform: %w", err)
}
