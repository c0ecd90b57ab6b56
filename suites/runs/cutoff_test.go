//go:build unix

package runs_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/essconform/essconform/reports"
)

// TestReportCutOff cuts a real report at many places, the last of them after the last but one byte that matters.
func TestReportCutOff(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(programs.green, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reports.ReadJSON("whole", bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	whole := len(bytes.TrimRight(data, "\n"))
	cuts := []int{0, 1, 2, whole / 3, whole / 2, whole - 50, whole - 2, whole - 1}
	cuts = append(cuts, bytes.LastIndex(data, []byte(`"complete"`)), bytes.LastIndex(data, []byte("true")))
	for _, n := range cuts {
		_, err := reports.ReadJSON("report.json", bytes.NewReader(data[:n]))
		if err == nil || !strings.Contains(err.Error(), "report.json") ||
			!strings.Contains(err.Error(), "run the suite again") {
			t.Errorf("cut after %d of %d bytes: wanted an error that says to run again; got %v", n, whole, err)
		}
	}
}
