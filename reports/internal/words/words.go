// Package words says in other languages what reports say in English. There is one table for each language; English is
// the key, so that a text that no table has is shown as it is.
package words

import (
	"bytes"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed zh.yaml
var chinese []byte

// English is the language that reports are written in, and Chinese the other one.
const (
	English = "en"
	Chinese = "zh"
)

// Languages are the languages of a report.
func Languages() []string { return []string{English, Chinese} }

// Book says texts in one language. A nil one says them in English.
type Book struct {
	exact    map[string]string
	patterns []pattern
}

// pattern is a text with places for what differs.
type pattern struct {
	english *regexp.Regexp
	words   string // the longest word that stands in it, to pass over most patterns quickly
	other   string
	bare    bool // it has no word of its own, so that its parts must have one
	length  int  // of its own words, in bytes
	// verbatim are the places whose text stays as it is.
	verbatim []int
}

// In is the book of a language; "" is English.
func In(language string) (*Book, error) {
	switch language {
	case "", English:
		return nil, nil //nolint:nilnil // English needs no book
	case Chinese:
		return newBook(chinese)
	}
	return nil, fmt.Errorf("language %q is unknown; there are %s", language, strings.Join(Languages(), " and "))
}

func newBook(table []byte) (*Book, error) {
	var parts yaml.MapSlice // in order: of two patterns that say as much, the first is tried first
	if err := yaml.NewDecoder(bytes.NewReader(table), yaml.UseOrderedMap()).Decode(&parts); err != nil {
		return nil, fmt.Errorf("table of words: %w", err)
	}
	b := &Book{exact: map[string]string{}}
	for _, part := range parts {
		entries, ok := part.Value.(yaml.MapSlice)
		if !ok {
			return nil, fmt.Errorf("table of words: %v is no list of texts", part.Key)
		}
		for _, e := range entries {
			english, other := fmt.Sprint(e.Key), fmt.Sprint(e.Value)
			b.exact[english] = other
			if place.MatchString(english) {
				b.patterns = append(b.patterns, newPattern(english, other))
			}
		}
	}
	slices.SortStableFunc(b.patterns, func(a, b pattern) int { return b.length - a.length }) // what says most first
	return b, nil
}

// place is where something stands that differs: any text, a number where there is an n, words without punctuation where
// there is a w, and what is nobody's to translate, such as a name, where there is a v.
var place = regexp.MustCompile(`\{[1-9][nvw]?\}`)

func newPattern(english, other string) pattern {
	var expression strings.Builder
	longest, from := "", 0
	var verbatim []int
	places := 0
	for _, at := range append(place.FindAllStringIndex(english, -1), []int{len(english), len(english)}) {
		literal := english[from:at[0]]
		if len(literal) > len(longest) {
			longest = literal
		}
		expression.WriteString(regexp.QuoteMeta(literal))
		places++
		switch what := english[at[0]:at[1]]; {
		case strings.Contains(what, "n"):
			expression.WriteString("([0-9]+)")
		case strings.Contains(what, "w"):
			expression.WriteString("([^,;:()]+?)")
		case strings.Contains(what, "v"):
			verbatim = append(verbatim, places)
			expression.WriteString("(.+?)")
		case what != "":
			expression.WriteString("(.+?)")
		}
		from = at[1]
	}
	words := place.ReplaceAllString(english, "")
	return pattern{
		english: regexp.MustCompile(`(?s)^` + expression.String() + `$`), words: longest, other: other,
		bare: !strings.ContainsFunc(words, isLetter), length: len(words), verbatim: verbatim,
	}
}

func isLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

// Say says a text, and what stands in the places of a pattern, as far as the table has it.
func (b *Book) Say(s string) string {
	if b == nil || s == "" {
		return s
	}
	return b.say(s, deepest)
}

// deepest is how many patterns may stand in each other, and longest the text, in bytes, that is looked for.
const (
	deepest = 6
	longest = 500
)

func (b *Book) say(s string, depth int) string {
	if other, known := b.exact[s]; known {
		return other
	}
	if depth == 0 || len(s) > longest {
		return s
	}
	for _, p := range b.patterns {
		if !strings.Contains(s, p.words) {
			continue
		}
		m := p.english.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		parts := make([]string, len(m))
		for i := 1; i < len(m); i++ {
			if parts[i] = m[i]; !slices.Contains(p.verbatim, i) {
				parts[i] = b.say(m[i], depth-1)
			}
		}
		if p.bare && !changed(parts, m) {
			continue
		}
		return place.ReplaceAllStringFunc(p.other, func(at string) string {
			n, _ := strconv.Atoi(at[1:2]) // a digit, as the expression says
			return parts[min(n, len(parts)-1)]
		})
	}
	return s
}

// changed tells whether each part is said otherwise, but for numbers.
func changed(parts, was []string) bool {
	for i := 1; i < len(parts); i++ {
		if parts[i] == was[i] && strings.ContainsFunc(was[i], isLetter) {
			return false
		}
	}
	return true
}

// Sayf says a text with verbs, into which fmt.Sprintf puts the arguments. It is for what quotes a target: the arguments
// stay as they are.
func (b *Book) Sayf(format string, args ...any) string { return fmt.Sprintf(b.Say(format), args...) }

// Has tells whether the table has a text or a pattern for it.
func (b *Book) Has(s string) bool {
	if b == nil {
		return true
	}
	_, exact := b.exact[s]
	return exact || b.Say(s) != s
}
