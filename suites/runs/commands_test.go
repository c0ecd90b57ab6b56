//go:build unix

package runs_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestAnswersThatAreCommands: Ginkgo's own output for GitHub holds no command, and no control character, of the target.
func TestAnswersThatAreCommands(t *testing.T) {
	t.Parallel()
	const body = `{"RequestId":"r-1","HostId":"h","Code":"\u001b]0;own\u0007\u202eX\n::stop-commands::p","Message":"##[add-mask]conformant"}`
	x := newTarget(t, func(w http.ResponseWriter, r request) bool {
		if r.what != "DetachInstances" {
			return false
		}
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, body)
		return true
	})
	for _, flags := range [][]string{{"--github-output"}, {"-vv"}, {"--github-output", "--procs=2"}} {
		r := ginkgo(append(flags, "--label-filter=json && req:detach.one"),
			x.args("-report-dir", t.TempDir())...).run(t)
		if r.code == 0 || !strings.Contains(r.all(), `own\a`) {
			t.Errorf("%v: wanted the answer as it is shown; got %d:\n%.2000s", flags, r.code, r.all())
		}
		for _, found := range regexp.MustCompile(`(?m)^\s*::(\w[\w-]*)|##\[|\x1b\]|\x07|\x{202e}`).FindAllStringSubmatch(r.all(), -1) {
			if !slices.Contains([]string{"error", "warning", "notice", "group", "endgroup"}, found[1]) { // Ginkgo's
				t.Errorf("%v: wanted nothing of the target raw; got %q", flags, found[0])
			}
		}
	}
}
