package mock

import (
	"slices"
	"strings"

	"github.com/essconform/essconform/harness/mock/internal/render"
)

// page checks PageNumber and PageSize (facts, section 6).
func page(largest int) []Precondition {
	const lastPage = 1 << 20 // far behind any end, and safe to multiply
	return []Precondition{integer("PageNumber", 1, lastPage), integer("PageSize", 1, largest)}
}

// paged is the counters of a listing, and the part of it that the call asks for.
func paged[T any](c *Call, all []T, name, item string, field func(T) Field) []Field {
	number, size := c.int("PageNumber", 1), c.int("PageSize", 10)
	from := min((number-1)*size, len(all))
	to := min(from+size, len(all))
	return []Field{
		render.NumberField("TotalCount", len(all)),
		render.NumberField("PageNumber", number),
		render.NumberField("PageSize", size),
		render.ObjectsField(name, item, all[from:to], field),
	}
}

// filter keeps what has the value that a parameter asks for. An absent parameter keeps all.
type filter[T any] struct {
	param string // ends in ".N" for a list of values, of which one must fit
	value func(T) string
}

// filters keeps what matches every parameter that the call sends.
type filters[T any] []filter[T]

// selected is what all filters keep.
func selected[T any](c *Call, all []T, f filters[T]) []T {
	wanted := map[string][]string{}
	for _, one := range f {
		if values := c.wanted(one.param); len(values) > 0 {
			wanted[one.param] = values
		}
	}
	var out []T
	for _, t := range all {
		if !slices.ContainsFunc(f, func(one filter[T]) bool {
			values, asked := wanted[one.param]
			return asked && !slices.Contains(values, one.value(t))
		}) {
			out = append(out, t)
		}
	}
	return out
}

// wanted are the values that a call sends for a filter.
func (c *Call) wanted(param string) (values []string) {
	name, isList := strings.CutSuffix(param, ".N")
	if !isList {
		if v := c.Request.Param(param); v != "" {
			values = append(values, v)
		}
		return values
	}
	list := c.Request.Repeated(name)
	if len(list) == 0 {
		list = c.Request.Elements(name) // a name that is plural in both editions, as LifecycleStates
	}
	for _, p := range list {
		values = append(values, p.Value)
	}
	return values
}
