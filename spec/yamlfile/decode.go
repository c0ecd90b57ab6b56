package yamlfile

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// maxNodes bounds how many values one call of Decode reads: aliases can make a short file into a very long one.
const maxNodes = 100_000

// Reader is implemented by types that read a node in a way of their own.
type Reader interface{ ReadYAML(n Node) error }

// Decode reads the node into what into points to: structs by their yaml tags, lists, maps of text, text, whole numbers
// and booleans. A key that the struct does not have is an error; so is a value of another type, but a scalar where text
// is wanted is taken as it was written. null leaves the zero value. The error has file and line.
func (n Node) Decode(into any) error {
	d := decoder{}
	return Locate(n.doc.file, n.line, d.value("", n, reflect.ValueOf(into).Elem()))
}

type decoder struct{ nodes int }

// value reads a node; name is the key that it stands at, for messages.
func (d *decoder) value(name string, n Node, into reflect.Value) error {
	if d.nodes++; d.nodes > maxNodes {
		return at(n.line, "the file holds more than %d values", maxNodes)
	}
	r, err := n.resolve()
	if err != nil {
		return err
	}
	if r.kind() == null {
		return nil
	}
	if reader, ok := into.Addr().Interface().(Reader); ok {
		return Locate("", n.line, reader.ReadYAML(r))
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return d.value(name, r, into.Elem())
	case reflect.Struct:
		return d.structure(name, r, into)
	case reflect.Slice:
		return d.list(name, r, into)
	case reflect.Map:
		return d.mapping(name, r, into)
	}
	return scalar(name, r, into)
}

func (d *decoder) structure(name string, n Node, into reflect.Value) error {
	if n.kind() != mapping {
		return wrong(name, n, "a map")
	}
	entries, err := n.Entries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		field, ok := fieldOf(into, e.Key)
		if !ok {
			return at(e.Line, "%w", unknown(e.Key, Keys(into.Type())))
		}
		if err := d.value(e.Key, e.Value, field); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) list(name string, n Node, into reflect.Value) error {
	if n.kind() != list {
		return wrong(name, n, "a list")
	}
	items, err := n.Items()
	if err != nil {
		return err
	}
	out := reflect.MakeSlice(into.Type(), len(items), len(items))
	for i, item := range items {
		if item.IsNull() {
			return at(item.line, "%s: item %d is empty", name, i+1)
		}
		if err := d.value(name, item, out.Index(i)); err != nil {
			return err
		}
	}
	into.Set(out)
	return nil
}

func (d *decoder) mapping(name string, n Node, into reflect.Value) error {
	if n.kind() != mapping {
		return wrong(name, n, "a map")
	}
	entries, err := n.Entries()
	if err != nil {
		return err
	}
	into.Set(reflect.MakeMap(into.Type()))
	for _, e := range entries {
		value := reflect.New(into.Type().Elem()).Elem()
		if err := d.value(e.Key, e.Value, value); err != nil {
			return err
		}
		into.SetMapIndex(reflect.ValueOf(e.Key).Convert(into.Type().Key()), value)
	}
	return nil
}

func scalar(name string, n Node, into reflect.Value) error {
	switch into.Kind() {
	case reflect.String:
		s, err := n.written()
		if err != nil {
			return wrong(name, n, "text")
		}
		into.SetString(s)
		return nil
	case reflect.Bool:
		if n.kind() != boolean {
			return wrong(name, n, "true or false")
		}
		into.SetBool(strings.EqualFold(n.ast.GetToken().Value, "true"))
		return nil
	case reflect.Int:
		s, err := n.written()
		i, syntax := strconv.Atoi(s)
		if err != nil || syntax != nil || n.kind() != number {
			return wrong(name, n, "a whole number")
		}
		into.SetInt(int64(i))
		return nil
	}
	panic(fmt.Sprintf("yamlfile: cannot decode into %s", into.Type()))
}

// wrong is the error of a value of another type.
func wrong(name string, n Node, want string) error {
	if name == "" {
		return at(n.line, "wanted %s; got %s", want, n.kind().a())
	}
	return at(n.line, "%s is %s; wanted %s", name, n.kind().a(), want)
}

// fieldOf finds the field with the yaml tag.
func fieldOf(v reflect.Value, key string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if tagOf(v.Type().Field(i)) == key {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// Keys are the keys of a struct, in its order.
func Keys(t reflect.Type) (out []string) {
	for i := range t.NumField() {
		if name := tagOf(t.Field(i)); name != "" {
			out = append(out, name)
		}
	}
	return out
}

func tagOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	if name == "-" || !f.IsExported() {
		return ""
	}
	return name
}

func unknown(key string, known []string) error {
	if near := Nearest(key, known); near != "" {
		return fmt.Errorf("unknown key %q; did you mean %s? The keys here are %s", key, near, strings.Join(known, ", "))
	}
	return fmt.Errorf("unknown key %q; the keys here are %s", key, strings.Join(known, ", "))
}

// Nearest is the known word with the fewest typing errors between it and word; "" when all are far away.
func Nearest(word string, known []string) string {
	best, least := "", max(2, len(word)/3)+1
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance counts the characters that must be put in, taken out or changed to get from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := slices.Clone(row)
		row[0] = i + 1
		for j := range len(b) {
			change := before[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, row[j]+1, before[j+1]+1)
		}
	}
	return row[len(b)]
}
