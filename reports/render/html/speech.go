package html

import (
	"bytes"
	"strings"

	"github.com/essconform/essconform/reports/internal/words"
)

// speech says the texts of a page in its language, and keeps what its switch needs to say them in the other one.
type speech struct {
	language string
	book     *words.Book
	pairs    map[string]string // English, and the other language
	known    map[string]string // the same, with those that have no other form
	ear      *words.Ear
}

// scripted are the texts that the page's script shows.
var scripted = []string{
	"copy", "copied", "press Ctrl+C", "this file is not the recording of this run",
	"{1} of {2} requirements, {3} of {4} cases",
}

func newSpeech(language string) (*speech, error) {
	if _, err := words.In(language); err != nil {
		return nil, err
	}
	book, err := words.In(words.Chinese)
	if err != nil {
		return nil, err
	}
	s := &speech{language: language, book: book, pairs: map[string]string{}, known: map[string]string{}}
	s.ear = words.NewEar(s.say)
	for _, text := range scripted {
		s.pairs[text] = book.Say(text)
	}
	return s, nil
}

// tag is the language as HTML names it.
func (s *speech) tag() string {
	if s.language == words.Chinese {
		return "zh-CN"
	}
	return "en"
}

// speak is a part of the page in its language.
func (s *speech) speak(part []byte) []byte {
	if s.language == words.Chinese {
		return words.HTML(part, s.say)
	}
	s.ear.Hear(part) // for the switch
	return part
}

func (s *speech) say(english string) string {
	if took(english) {
		return english
	}
	other, known := s.known[english]
	if !known {
		other = s.book.Say(english)
		if s.known[english] = other; other != english {
			s.pairs[english] = other
		}
	}
	return other
}

// took tells a time such as "1.909 ms", which is the same in all languages. A page has thousands, no two alike.
func took(text string) bool {
	number, ok := strings.CutSuffix(text, " ms")
	return ok && strings.Trim(number, "0123456789.") == ""
}

// page is the whole page, with the texts for its switch.
func (s *speech) page(drawn []byte) ([]byte, error) {
	const place = `id="words">`
	drawn = s.speak(drawn)
	pairs, err := packed(s.pairs)
	if err != nil {
		return nil, err
	}
	return bytes.Replace(drawn, []byte(place), []byte(place+pairs), 1), nil
}
