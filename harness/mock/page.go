package mock

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
		numeric("TotalCount", len(all)),
		numeric("PageNumber", number),
		numeric("PageSize", size),
		objects(name, item, all[from:to], field),
	}
}

// filters keeps what matches every parameter that the call sends; an absent parameter matches all.
type filters[T any] []struct {
	param string
	value func(T) string
}

func (f filters[T]) match(c *Call, t T) bool {
	for _, one := range f {
		if wanted := c.Request.Param(one.param); wanted != "" && wanted != one.value(t) {
			return false
		}
	}
	return true
}

// selected is what matches and whose id is asked for by prefix.N; without such a parameter every id is.
func selected[T any](c *Call, all []T, prefix string, id func(T) string, f filters[T]) []T {
	ids := requestedIDs(c, prefix)
	var out []T
	for _, t := range all {
		if (len(ids) == 0 || ids[id(t)]) && f.match(c, t) {
			out = append(out, t)
		}
	}
	return out
}
