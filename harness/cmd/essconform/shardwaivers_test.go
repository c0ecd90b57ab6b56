package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

// TestWaiversOfOtherShards: a waiver whose case another shard runs is no problem of this one; one that no shard runs is
// a problem of all, and of the whole.
func TestWaiversOfOtherShards(t *testing.T) {
	url, known := server(t, wrongStatus), ""
	for _, variant := range []string{"json/get", "json/post", "xml/get", "xml/post"} {
		known += "- {case: error.InvalidInstanceId.NotFound.first/" + variant + ", reason: our limit}\n"
	}
	for _, c := range []struct {
		name, waivers string
		code          int
		says          string
	}{
		{"each in one shard", known, exitConformant, "4 waived"},
		{
			"one in none", known + "- {case: error.Typo/*, reason: our limit}\n", exitCouldNotJudge,
			"1 problem with the waivers",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, file := NewWithT(t), filepath.Join(t.TempDir(), "waivers.yaml")
			g.Expect(os.WriteFile(file, []byte(c.waivers), 0o600)).To(Succeed())
			merge, waived := []string{"merge", "-o", t.TempDir()}, 0
			for i := 1; i <= 2; i++ {
				part, code := run(t, url, "-late", "0", "-quiet", "-case", "error.InvalidInstanceId.NotFound.first",
					"-case", "detach.*/get", "-shard", fmt.Sprintf("%d/2", i), "-waivers", file)
				g.Expect(code).To(Equal(c.code), read(t, part).Verdict.Reason)
				r := read(t, part)
				g.Expect(r.Counts.Waived).To(And(BeNumerically(">", 0), BeNumerically("<", 4)),
					"a shard has some of them")
				waived += r.Counts.Waived
				merge = append(merge, part)
			}
			g.Expect(waived).To(Equal(4))
			code, out, stderr := essconform(t, nil, merge...)
			g.Expect(code).To(Equal(c.code), out+stderr)
			g.Expect(unwrapped(out)).To(ContainSubstring(c.says))
			g.Expect(read(t, filepath.Join(merge[2], "report.json")).Counts.Waived).To(Equal(4))
		})
	}
}
