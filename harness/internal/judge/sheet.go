package judge

import (
	"slices"

	"github.com/essconform/essconform/harness/internal/body"
	"github.com/essconform/essconform/spec"
)

// maxFindings bounds the findings on one requirement: a hostile body could hold a hundred thousand differences of
// one kind.
const maxFindings = 20

// sheet collects what is found on one answer.
type sheet struct {
	contract *spec.Contract
	findings []Finding
	checked  []string
	count    map[string]int
	doc      *body.Document // that the findings are about; nil when they are not about one that could be read
}

func newSheet(c *spec.Contract) *sheet { return &sheet{contract: c, count: map[string]int{}} }

// check notes that the answer is really looked at for requirement id.
func (s *sheet) check(id string) {
	if id != "" && !slices.Contains(s.checked, id) {
		s.checked = append(s.checked, id)
	}
}

// find adds a finding of the requirement's own level.
func (s *sheet) find(id, pointer, want, got string) { s.add(id, s.level(id), pointer, want, got) }

// warn adds a finding that fails nothing, whatever the requirement's level.
func (s *sheet) warn(id, pointer, want, got string) { s.add(id, spec.Should, pointer, want, got) }

// findAt adds a finding whose place is known.
func (s *sheet) findAt(id, pointer string, at body.Span, want, got string) {
	s.put(id, s.level(id), pointer, at, want, got)
}

func (s *sheet) add(id string, level spec.Level, pointer, want, got string) {
	var at body.Span
	if s.doc != nil {
		at = s.doc.Place(pointer)
	}
	s.put(id, level, pointer, at, want, got)
}

func (s *sheet) put(id string, level spec.Level, pointer string, at body.Span, want, got string) {
	s.check(id)
	if s.count[id]++; s.count[id] > maxFindings {
		return
	}
	s.findings = append(s.findings, Finding{
		Requirement: id,
		Level:       level,
		Pointer:     printable(pointer, maxText),
		Want:        printable(want, maxText),
		Got:         printable(got, maxText),
		Offset:      at.Offset,
		Length:      at.Length,
	})
}

// level is that of the catalogue. A requirement that an edited description left out weighs as a MUST: leaving it
// out must not silence it.
func (s *sheet) level(id string) spec.Level {
	if s.contract != nil {
		if r, ok := s.contract.Requirement(id); ok && r.Level != "" {
			return r.Level
		}
	}
	return spec.Must
}
