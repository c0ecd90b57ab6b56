package yamlfile_test

import (
	"testing"
	"unicode/utf16"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/spec/yamlfile"
)

type thing struct {
	ID    string            `yaml:"scalingGroupId"`
	IDs   []string          `yaml:"instanceIds"`
	On    bool              `yaml:"on-switch"`
	Count int               `yaml:"count"`
	More  map[string]string `yaml:"more"`
	Inner *thing            `yaml:"inner"`
}

func decode(t *testing.T, data string) (thing, error) {
	t.Helper()
	doc, err := yamlfile.Parse("f.yaml", []byte(data))
	if err != nil {
		return thing{}, err
	}
	NewWithT(t).Expect(doc.Nodes).To(HaveLen(1))
	var out thing
	return out, doc.Nodes[0].Decode(&out)
}

func utf16of(order string, bom bool, s string) string {
	var out []byte
	units := utf16.Encode([]rune(s))
	if bom {
		units = append([]uint16{0xFEFF}, units...)
	}
	for _, u := range units {
		if order == "big" {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return string(out)
}

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       thing
	}{
		{"a number as it is written", "scalingGroupId: 0123", thing{ID: "0123"}},
		{"a hexadecimal number", "scalingGroupId: 0x1F", thing{ID: "0x1F"}},
		{
			"a number with separators", "instanceIds: [1_000, 1.10, 1e3, -0]",
			thing{IDs: []string{"1_000", "1.10", "1e3", "-0"}},
		},
		{"a version", "scalingGroupId: 1.10", thing{ID: "1.10"}},
		{"true as text", "scalingGroupId: true", thing{ID: "true"}},
		{"a date", "scalingGroupId: 2026-01-02", thing{ID: "2026-01-02"}},
		{"quoted", `scalingGroupId: "0123"`, thing{ID: "0123"}},
		{"a null", "scalingGroupId: null\ncount: ~\nmore:\n", thing{}},
		{"a tag", "scalingGroupId: !!str 0123", thing{ID: "0123"}},
		{"a block", "scalingGroupId: |\n  a\n  b\n", thing{ID: "a\nb\n"}},
		{"a folded block", "scalingGroupId: >-\n  a\n  b\n", thing{ID: "a b"}},
		{"an anchor", "scalingGroupId: &a x\ninner: {scalingGroupId: *a}", thing{ID: "x", Inner: &thing{ID: "x"}}},
		{
			"an anchor of a list", "instanceIds: &a [1, 02]\ninner: {instanceIds: *a}",
			thing{IDs: []string{"1", "02"}, Inner: &thing{IDs: []string{"1", "02"}}},
		},
		{
			"the last of two anchors", "scalingGroupId: &a x\ninner:\n  scalingGroupId: &a y\n  instanceIds: [*a]",
			thing{ID: "x", Inner: &thing{ID: "y", IDs: []string{"y"}}},
		},
		{
			"a merge", "inner: &a {count: 1, scalingGroupId: x}\n<<: *a\ncount: 2",
			thing{ID: "x", Count: 2, Inner: &thing{ID: "x", Count: 1}},
		},
		{"a mark of the byte order", "\uFEFFcount: 3", thing{Count: 3}},
		{
			"a switch", "on-switch: true\nmore: {VSwitchId: 0012}",
			thing{On: true, More: map[string]string{"VSwitchId": "0012"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := decode(t, c.text)
			NewWithT(t).Expect(err).NotTo(HaveOccurred())
			NewWithT(t).Expect(got).To(Equal(c.want))
		})
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"UTF-16 with a mark, little", utf16of("little", true, "count: 1\n"),
			"f.yaml: the file is UTF-16; save it as UTF-8",
		},
		{"UTF-16 with a mark, big", utf16of("big", true, "count: 1\n"), "f.yaml: the file is UTF-16; save it as UTF-8"},
		{"UTF-16 without", utf16of("little", false, "count: 1\n"), "f.yaml: the file is UTF-16; save it as UTF-8"},
		{"Latin-1", "scalingGroupId: caf\xe9", "f.yaml: the file is not UTF-8 text; save it as UTF-8"},
		{"two marks", "\uFEFF\uFEFFcount: 3", `f.yaml:1: unknown key "\ufeffcount"; the keys here are scalingGroupId, instanceIds, on-switch, count, more, inner`},
		{"a list for text", "\nscalingGroupId: [x]", "f.yaml:2: scalingGroupId is a list; wanted text"},
		{"a map for text", "scalingGroupId: {a: b}", "f.yaml:1: scalingGroupId is a map; wanted text"},
		{"text for a list", "instanceIds: i-1", "f.yaml:1: instanceIds is text; wanted a list"},
		{"text for a number", "count: many", "f.yaml:1: count is text; wanted a whole number"},
		{"a fraction", "count: 1.5", "f.yaml:1: count is a number; wanted a whole number"},
		{"text for a switch", "on-switch: \"true\"", "f.yaml:1: on-switch is text; wanted true or false"},
		{"an empty item", "instanceIds:\n  - i-1\n  -\n", "f.yaml:3: instanceIds: item 2 is empty"},
		{"an unknown key", "count: 1\nScalingGroup: x", `f.yaml:2: unknown key "ScalingGroup"; did you mean scalingGroupId? The keys here are scalingGroupId, instanceIds, on-switch, count, more, inner`},
		{"a key twice", "count: 1\ncount: 2", "f.yaml:2: mapping key \"count\" already defined at [1:1]"},
		{"an unknown alias", "scalingGroupId: *a", "f.yaml:1: the alias *a names no anchor above it"},
		{"an alias of itself", "inner: &a {inner: *a}", "the file holds more than 100000 values"},
		{"a tag that does not fit", "scalingGroupId: !!int x", "f.yaml:1: the tag !!int stands before text"},
		{"a tag of one's own", "scalingGroupId: !x y", "f.yaml:1: the tag !x is not supported; leave it out"},
		{"no YAML", "a: [", "f.yaml:1: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := decode(t, c.text)
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring(c.want)))
		})
	}
}

func TestNothingInIt(t *testing.T) {
	for _, text := range []string{"", "# a comment\n", "---\n", "\uFEFF# a comment\n", "---\n# a\n---\n# b\n"} {
		doc, err := yamlfile.Parse("f.yaml", []byte(text))
		NewWithT(t).Expect(err).NotTo(HaveOccurred())
		NewWithT(t).Expect(doc.Nodes).To(BeEmpty(), "%q", text)
	}
}
