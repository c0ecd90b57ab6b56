package judge

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// scalar is a plain value as text; false for null, objects and lists.
func scalar(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	default:
		return "", false
	}
}

// scalars are the fields that are plain values.
func scalars(all map[string]any) Fields {
	fields := Fields{}
	for name, value := range all {
		if text, ok := scalar(value); ok {
			fields[name] = text
		}
	}
	return fields
}

// text is scalar where "" and nothing are the same.
func text(value any) string {
	s, _ := scalar(value)
	return s
}

// typeName is a value in words, as the got of a finding.
func typeName(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		if v == "" {
			return "an empty string"
		}
		return "string " + quoted(v)
	case json.Number:
		return "number " + printable(v.String(), maxExcerpt)
	case float64: // what a schema error makes of a json.Number
		return "number " + strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	default:
		return fmt.Sprintf("a %T", value)
	}
}

// deeper finds name below the top level: the path of names that leads to it, and its value.
func deeper(fields map[string]any, name string) (path []string, value any, ok bool) {
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if path, value, ok := within(fields[key], name); ok {
			return append([]string{key}, path...), value, true
		}
	}
	return nil, nil, false
}

func within(value any, name string) (path []string, found any, ok bool) {
	switch v := value.(type) {
	case map[string]any:
		if found, ok := v[name]; ok {
			return []string{name}, found, true
		}
		return deeper(v, name)
	case []any:
		for _, item := range v {
			if path, found, ok := within(item, name); ok {
				return path, found, true
			}
		}
	}
	return nil, nil, false
}

// variant is a key of fields that is name in another case; "" when there is none.
func variant(fields map[string]any, name string) string {
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if key != name && strings.EqualFold(key, name) {
			return key
		}
	}
	return ""
}
