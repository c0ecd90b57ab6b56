package judge

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// errTooDeep ends the decoding of a body that is nested deeper than maxDepth.
var errTooDeep = fmt.Errorf("nested deeper than %d levels", maxDepth)

// decodeJSON decodes d.text. It notes what RFC 8259 and RFC 7493 refuse, and still keeps what a lenient client would see: of a duplicate
// name the first value, and nothing of what follows the document.
func (d *document) decodeJSON() {
	walk, value, err := walkJSON(d.text, false)
	if err != nil && !errors.Is(err, errTooDeep) {
		// A lone surrogate is the only invalid UTF-8 that a valid text can hold. The second walk tells whether that was all.
		if again, other, otherErr := walkJSON(d.text, true); otherErr == nil {
			d.problem(walk.where(err), "valid UTF-8", jsonError(err))
			walk, value, err = again, other, nil
		}
	}
	for _, pointer := range walk.duplicates {
		d.problem(pointer, "each name once in an object", quoted(jsontext.Pointer(pointer).LastToken())+" again")
	}
	if object, ok := walk.top.(map[string]any); ok {
		d.fields = object
	}
	switch {
	case errors.Is(err, errTooDeep):
		d.problem("", fmt.Sprintf("at most %d levels of nesting", maxDepth), errTooDeep.Error())
		return
	case err != nil:
		d.problem(walk.where(err), "a well-formed JSON document", jsonError(err))
		return
	}
	d.whole = true
	if d.fields == nil {
		d.top = typeName(value)
	}
	if rest := strings.TrimLeft(d.text[walk.in.InputOffset():], " \t\r\n"); rest != "" {
		d.problem("", "nothing after the JSON document", quoted(rest))
	}
}

// jsonWalk builds values from tokens, so that depth and duplicates are its own to see.
type jsonWalk struct {
	in         *jsontext.Decoder
	duplicates []string // JSON pointers
	top        any      // what was decoded of the top level, also after an error
}

func walkJSON(text string, anyUTF8 bool) (*jsonWalk, any, error) {
	w := &jsonWalk{in: jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(anyUTF8))}
	value, err := w.value(1)
	return w, value, err
}

func (w *jsonWalk) value(depth int) (any, error) {
	token, err := w.in.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case '{', '[':
		if depth > maxDepth {
			return nil, errTooDeep
		}
		if token.Kind() == '{' {
			return w.object(depth)
		}
		return w.array(depth)
	case '"':
		return token.String(), nil
	case '0':
		return json.Number(token.String()), nil
	case 't', 'f':
		return token.Bool(), nil
	default:
		return nil, nil
	}
}

func (w *jsonWalk) object(depth int) (any, error) {
	object := map[string]any{}
	if depth == 1 {
		w.top = object
	}
	for {
		token, err := w.in.ReadToken()
		if err != nil {
			return nil, err
		}
		if token.Kind() == '}' {
			return object, nil
		}
		name, pointer := token.String(), ""
		_, twice := object[name]
		if twice && len(w.duplicates) < maxFindings { // a pointer can be as long as the body
			pointer = string(w.in.StackPointer())
		}
		value, err := w.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if !twice {
			object[name] = value
		} else if pointer != "" {
			w.duplicates = append(w.duplicates, pointer)
		}
	}
}

func (w *jsonWalk) array(depth int) (any, error) {
	array := []any{}
	for w.in.PeekKind() != ']' {
		value, err := w.value(depth + 1)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, err := w.in.ReadToken()
	return array, err
}

func (w *jsonWalk) where(err error) string {
	if syntax := (*jsontext.SyntacticError)(nil); errors.As(err, &syntax) {
		return string(syntax.JSONPointer)
	}
	return ""
}

// jsonError is what is wrong with a JSON text and at which byte.
func jsonError(err error) string {
	syntax := (*jsontext.SyntacticError)(nil)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "one that is cut off"
	case errors.As(err, &syntax) && syntax.Err != nil:
		return fmt.Sprintf("%v at byte %d", syntax.Err, syntax.ByteOffset)
	default:
		return err.Error()
	}
}

// jsonToken is name as one token of a JSON pointer (RFC 6901).
func jsonToken(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }
