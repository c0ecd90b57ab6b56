package unknown

import (
	"testing"

	. "github.com/onsi/gomega"
)

func TestID(t *testing.T) {
	for given, shape := range map[string]string{
		"asg-bp18p2yfxow2dloq0001":             `asg-[a-z]{2}\d{2}[a-z]\d[a-z]{5}\d[a-z]{4}\d{4}`,
		"AG6CQdPU8OKdwLjgZcJabcd":              `[A-Z]{2}\d[A-Z]{2}[a-z][A-Z]{2}\d[A-Z]{2}[a-z]{2}[A-Z][a-z]{2}[A-Z][a-z][A-Z][a-z]{4}`,
		"5fd4c0a2-9e8b-4c31-8a67-0b1c2d3e4f50": `5fd4c0a2-9e8b-4c31-8a67-(\d[a-f]){5}\d\d`,
		"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E": `473469C7-AA6F-4DC5-B3DB-[A-F]\d[A-F]{2}\d[A-F]{2}\d[A-F]\d{2}[A-F]`,
		"507f1f77bcf86cd799439011":             `\d{3}[a-f]\d[a-f]\d\d[a-f]{3}\d{2}[a-f]{2}\d{9}`,
		"1234567890123456":                     `[1-9]\d{15}`,
		"83":                                   `[1-9]\d{11}`,
		"0123":                                 `\d{12}`,
		"i-1":                                  `i-[1-9]\d{11}`,
		"rm-A9":                                `rm-[A-F]\d{11}`,
		"":                                     `[a-z]{12}`,
		"asg-":                                 `asg-[a-z]{12}`,
		"arn:cloud:group/web.one_two":          `arn:cloud:group/web\.one_[a-z]{12}`,
		"AG6C****":                             `[A-Z]{2}\d[A-Z]\*{4}[A-Z]{8}`,
		"i-组":                                  `i-组[a-z]{12}`,
		"LTAI5tExampleKey":                     `[A-Z]{4}\d[a-z][A-Z][a-z]{6}[A-Z][a-z]{2}`,
	} {
		g := NewWithT(t)
		a, b := ID(given), ID(given)
		g.Expect(a).To(MatchRegexp("^(?:" + shape + ")$"))
		g.Expect(a).NotTo(Equal(b))
		g.Expect(a).NotTo(Equal(given))
	}
}

// TestSurely: what is short may be an id of the target's own count.
func TestSurely(t *testing.T) {
	for id, want := range map[string]bool{
		"asg-bp18p2yfxow2dloq9i4c": true, "asg-71": false, "g": false, "i.0123456789ab": true, "": false,
	} {
		if got := Surely(id); got != want {
			t.Errorf("%q: wanted %t; got %t", id, want, got)
		}
	}
}

// TestNearByCharacters: an id may end in a character of several bytes.
func TestNearByCharacters(t *testing.T) {
	none := func(string) bool { return false }
	for kind, want := range map[string]string{"shorter": "实例-abcdefgh", "percent": "实例-abcdefgh%C3%A9"} {
		if got := Near(kind, "实例-abcdefghé", none); got != want {
			t.Errorf("%s: wanted %q; got %q", kind, want, got)
		}
	}
}
