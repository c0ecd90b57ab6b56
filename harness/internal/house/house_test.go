package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "github.com/essconform/essconform/"
	root   = "../../.."
)

type arrow struct {
	from string
	to   []string
}

// arrows says what the product files of a folder, and those of all folders below it, may import of the module. The
// first line that fits a folder is its rule; "x/..." is x and all below it. Test files may import more: they look at a
// room from outside.
var arrows = []arrow{
	{"spec", nil},
	{"fixtures", []string{"spec"}},
	{"reports/internal", []string{"reports", "reports/internal/..."}},
	{"reports/render", []string{"reports", "reports/internal/...", "reports/render/..."}},
	{"reports/compare", []string{"reports", "reports/internal/...", "reports/render/..."}},
	{"reports/merge", []string{"reports", "reports/internal/...", "reports/render/..."}},
	{"reports/gate", []string{"reports", "reports/internal/...", "reports/render/...", "reports/compare"}},
	{"reports/har", nil},
	{"reports", []string{"spec", "reports/internal/..."}},
	{"harness/mock", []string{"harness/mock/..."}},
	{"harness/internal/unknown", nil},
	{"harness/internal/loopback", nil},
	{"harness/internal/wire", nil},
	{"harness/target", []string{"harness/internal/wire"}},
	{"harness/internal/support", []string{"harness/internal/wire"}},
	{"harness/internal/judge", []string{"harness/internal/wire", "fixtures", "spec"}},
	{"harness/internal/states", []string{
		"harness/internal/wire", "harness/internal/support", "harness/target",
		"fixtures", "spec",
	}},
	{"harness/internal/dryrun", []string{
		"harness/internal/support", "harness/internal/states", "harness/target",
		"fixtures", "spec",
	}},
	{"harness/engine/shard", []string{"fixtures", "reports"}},
	{"harness/engine/embedded", []string{"harness/engine", "harness/target", "harness/mock/..."}},
	{"harness/internal/recording", []string{"harness/internal/wire", "harness/internal/states", "reports"}},
	{"harness/internal/replay", []string{"harness/internal/wire"}},
	{"harness/internal/traffic", []string{
		"harness/internal/wire", "harness/internal/judge/...", "harness/internal/support", "harness/internal/recording",
		"reports", "spec",
	}},
	{"harness/engine", []string{
		"harness/internal/recording", "harness/internal/replay", "harness/internal/wire", "harness/internal/support",
		"harness/internal/judge/...",
		"harness/internal/states/...",
		"harness/internal/dryrun", "harness/internal/unknown", "harness/internal/runlock", "harness/internal/build",
		"harness/target", "fixtures", "spec", "reports",
	}},
	// On top, and imported by nothing above.
	{"harness/internal/selftest", []string{"harness/...", "reports/...", "fixtures", "spec"}},
	{"harness/internal/bench", []string{"harness/...", "reports/...", "fixtures", "spec"}},
	{"harness/internal/generate", []string{"harness/internal/judge/history", "fixtures"}},
	{"harness/internal/explore", []string{"harness/internal/judge/history", "fixtures", "reports"}},
	{"harness/internal/house", nil},
	{"harness/internal", nil}, // small leaves, such as printable text, know nothing
	{"harness/cmd", []string{"harness/...", "reports/...", "fixtures", "spec"}},
	{"suites", []string{"harness/engine/...", "harness/target", "reports/...", "fixtures", "spec"}},
}

// leaves are small packages, which know nothing of ours, that every room may import.
var leaves = []string{
	"harness/internal/runlock",
	"spec/yamlfile", "reports/printable", "harness/internal/loopback", "harness/internal/ratelimit",
	"harness/internal/body", "harness/internal/reach",
	"reports/har",
}

func TestArrows(t *testing.T) {
	for dir, files := range folders(t) {
		rule := slices.IndexFunc(arrows, func(a arrow) bool { return within(dir, a.from) })
		if rule < 0 {
			t.Errorf("%s is in no arrow; give it a line in the arrows of this test", dir)
			continue
		}
		for _, file := range files {
			for _, to := range imports(t, file) {
				if to == dir || !within(dir, "harness/mock") && slices.Contains(leaves, to) {
					continue
				}
				if !slices.ContainsFunc(arrows[rule].to, func(allowed string) bool {
					tree, all := strings.CutSuffix(allowed, "/...")
					return to == allowed || all && within(to, tree)
				}) {
					t.Errorf("%s -> %s: this arrow points the wrong way (%s)", dir, to, file)
				}
			}
		}
	}
}

// A folder with more files than this is hard to find the way in.
func TestFoldersAreSmall(t *testing.T) {
	const most = 25
	for dir, files := range folders(t) {
		if len(files) > most {
			t.Errorf("%s has %d product files of Go; wanted at most %d; split it by subject", dir, len(files), most)
		}
	}
}

func within(dir, tree string) bool { return dir == tree || strings.HasPrefix(dir, tree+"/") }

// imports are the packages of the module that a file imports.
func imports(t *testing.T, file string) (found []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range parsed.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if to, ours := strings.CutPrefix(name, module); ours {
			found = append(found, to)
		}
	}
	return found
}

// folders are the folders of the module with their product files of Go. Modules of their own are not in it.
func folders(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, file := range goFiles(t) {
		if !strings.HasSuffix(file, "_test.go") {
			out[path.Dir(file)] = append(out[path.Dir(file)], file)
		}
	}
	if len(out) < 20 {
		t.Fatalf("wanted the folders of the whole module; got %d", len(out))
	}
	return out
}

func goFiles(t *testing.T) (files []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, err := os.Stat(filepath.Join(name, "go.mod"))
			own := err == nil && name != root
			if own || name != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" ||
				d.Name() == "node_modules") {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(name, ".go") {
			rel, err := filepath.Rel(root, name)
			if err != nil {
				return err
			}
			files = append(files, filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestLinesAreShort: lines fit on a screen, but for texts that stand as they are printed.
func TestLinesAreShort(t *testing.T) {
	const most = 120
	for _, file := range goFiles(t) {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		printed := rawLines(t, file, text)
		for i, line := range strings.Split(string(text), "\n") {
			if got := len([]rune(strings.ReplaceAll(line, "\t", "    "))); got > most && !printed[i+1] {
				t.Errorf("%s:%d has %d columns; wanted at most %d", file, i+1, got, most)
			}
		}
	}
}

// rawLines are the lines of a file on which raw string literals stand, counted from 1.
func rawLines(t *testing.T, file string, text []byte) map[int]bool {
	t.Helper()
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	lines := map[int]bool{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && strings.HasPrefix(lit.Value, "`") {
			for line := files.Position(lit.Pos()).Line; line <= files.Position(lit.End()).Line; line++ {
				lines[line] = true
			}
		}
		return true
	})
	return lines
}
