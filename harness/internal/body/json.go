package body

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// errTooDeep ends the decoding of a body that is nested deeper than maxDepth.
var errTooDeep = fmt.Errorf("nested deeper than %d levels", maxDepth)

// decodeJSON decodes d.Text. It notes what RFC 8259 and RFC 7493 refuse, and still keeps what a lenient client
// would see: of a duplicate name the first value, and nothing of what follows the document.
func (d *Document) decodeJSON() {
	walk, value, err := d.walkJSON(false)
	if err != nil && !errors.Is(err, errTooDeep) {
		// A lone surrogate is the only invalid UTF-8 that a valid text can hold. The second walk tells whether that
		// was all.
		if again, other, otherErr := d.walkJSON(true); otherErr == nil {
			at := walk.offset(err)
			d.problem(walk.where(err), "valid UTF-8", jsonError(err), at, at+1)
			walk, value, err = again, other, nil
		}
	}
	for _, twice := range walk.duplicates {
		name := jsontext.Pointer(twice.pointer).LastToken()
		d.problem(twice.pointer, "each name once in an object", quoted(name)+" again", twice.from, twice.to)
	}
	if object, ok := walk.top.(map[string]any); ok {
		d.Fields = object
	}
	switch {
	case errors.Is(err, errTooDeep):
		at := int(walk.in.InputOffset())
		d.problem("", fmt.Sprintf("at most %d levels of nesting", maxDepth), errTooDeep.Error(), at-1, at)
		return
	case err != nil:
		at := walk.offset(err)
		d.problem(walk.where(err), "a well-formed JSON document", jsonError(err), at, at+1)
		return
	}
	d.Whole = true
	if d.Fields == nil {
		d.Top = []any{value}
	}
	after := int(walk.in.InputOffset())
	if rest := strings.TrimLeft(d.Text[after:], space); rest != "" {
		d.problem("", "nothing after the JSON document", quoted(rest), len(d.Text)-len(rest), len(d.Text))
	}
}

// jsonWalk builds values from tokens, so that depth and duplicates are its own to see.
type jsonWalk struct {
	in         *jsontext.Decoder
	document   *Document
	duplicates []duplicate
	top        any // what was decoded of the top level, also after an error
}

// duplicate is a member whose name the object has already.
type duplicate struct {
	pointer  string
	from, to int
}

func (d *Document) walkJSON(anyUTF8 bool) (*jsonWalk, any, error) {
	options := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(anyUTF8)}
	in := jsontext.NewDecoder(strings.NewReader(d.Text), options...)
	w := &jsonWalk{in: in, document: d}
	value, err := w.value(1, "")
	if err == nil {
		start := len(d.Text) - len(strings.TrimLeft(d.Text, space))
		d.places[""] = d.span(start, int(in.InputOffset()))
	}
	return w, value, err
}

// value reads one value. path is the pointer to it.
func (w *jsonWalk) value(depth int, path string) (any, error) {
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
			return w.object(depth, path)
		}
		return w.array(depth, path)
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

func (w *jsonWalk) object(depth int, path string) (any, error) {
	object := map[string]any{}
	if depth == 1 {
		w.top = object
	}
	for {
		before := int(w.in.InputOffset())
		token, err := w.in.ReadToken()
		if err != nil {
			return nil, err
		}
		if token.Kind() == '}' {
			return object, nil
		}
		name, pointer := token.String(), ""
		_, twice := object[name]
		if twice && len(w.duplicates) < maxProblems { // a pointer can be as long as the body
			pointer = string(w.in.StackPointer())
		}
		from, member := w.start(before), w.below(path, name, depth)
		value, err := w.value(depth+1, member)
		if err != nil {
			return nil, err
		}
		w.document.place(member, from, int(w.in.InputOffset()))
		if !twice {
			object[name] = value
		} else if pointer != "" {
			w.duplicates = append(w.duplicates, duplicate{pointer, from, int(w.in.InputOffset())})
		}
	}
}

// start is where the token after an offset begins.
func (w *jsonWalk) start(after int) int {
	text := w.document.Text[after:w.in.InputOffset()]
	return after + len(text) - len(strings.TrimLeft(text, space+","))
}

// below is the pointer to a member or element; "" when its place is not kept.
func (w *jsonWalk) below(path, token string, depth int) string {
	full := len(w.document.places) >= maxPlaces && (depth > 1 || len(w.document.places) >= 2*maxPlaces)
	if full || depth >= maxPlaceDepth || depth > 1 && path == "" || len(path)+len(token) > maxPointer {
		return ""
	}
	return path + "/" + Token(token)
}

func (w *jsonWalk) array(depth int, path string) (any, error) {
	array := []any{}
	for w.in.PeekKind() != ']' {
		before, item := int(w.in.InputOffset()), w.below(path, strconv.Itoa(len(array)), depth)
		value, err := w.value(depth+1, item)
		if err != nil {
			return nil, err
		}
		if item != "" {
			text := w.document.Text[before:]
			w.document.place(item, before+len(text)-len(strings.TrimLeft(text, space+",")), int(w.in.InputOffset()))
		}
		array = append(array, value)
	}
	_, err := w.in.ReadToken()
	return array, err
}

// offset is where in the text an error is.
func (w *jsonWalk) offset(err error) int {
	if syntax := (*jsontext.SyntacticError)(nil); errors.As(err, &syntax) {
		return min(int(syntax.ByteOffset), len(w.document.Text)-1)
	}
	return len(w.document.Text) - 1
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

// Token is name as one token of a JSON pointer (RFC 6901).
func Token(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}
