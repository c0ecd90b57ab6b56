package wire

import "math"

// sample tells quickly that a text holds none of the patterns of a matcher. Wherever one stands, one of its first
// places is a multiple of the step, so only every so many places of a text need to be looked at.
type sample struct {
	step   int // 0: there are no patterns
	filter *filter
	keys   map[uint32]bool // four bytes at one of the first places of a pattern
}

func (s *sample) take(begins map[uint32][]pattern) {
	least := math.MaxInt
	for _, same := range begins {
		for _, p := range same {
			least = min(least, len(p.text))
		}
	}
	if len(begins) == 0 {
		return
	}
	s.step, s.filter, s.keys = least-shortest+1, new(filter), map[uint32]bool{}
	for _, same := range begins {
		for _, p := range same {
			for i := range s.step {
				key := keyAt(p.text, i)
				s.filter.add(key)
				s.keys[key] = true
			}
		}
	}
}

// in tells whether the text may hold a pattern.
func (s *sample) in(text string) bool {
	if s.step == 0 {
		return false
	}
	for i := 0; i+shortest <= len(text); i += s.step {
		if key := keyAt(text, i); s.filter.has(key) && s.keys[key] {
			return true
		}
	}
	return false
}

// keyAt is the folded four bytes at i.
func keyAt(text string, i int) uint32 {
	text = text[i : i+shortest]
	return uint32(fold(text[0]))<<24 | uint32(fold(text[1]))<<16 | uint32(fold(text[2]))<<8 | uint32(fold(text[3]))
}
