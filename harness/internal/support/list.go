package support

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/essconform/essconform/harness/internal/wire"
)

const (
	// PageSize is the most that the Describe operations give in one answer.
	PageSize = 50
	// maxItems and maxPages bound one list. A target may give fewer items on a page than are asked for.
	maxItems = 50_000
	maxPages = 2_000
	// rereads is how often a list is read again that changed while it was read.
	rereads = 2
)

// list is one list to be read to its end.
type list struct {
	action, version string
	outer, inner    string // ScalingInstances.ScalingInstance
	id              string // the field that tells items apart
	params          []wire.Param
	// asked are the ids that were asked for: when they all came, nothing is left to be read. nil: whatever there is.
	asked []string
}

// read reads all pages. Where the end cannot be reached, nothing was seen that could be relied on: the error is an
// *Unobservable.
func (c *Client) read(ctx context.Context, l list) (out []Node, err error) {
	for again := 0; ; again++ {
		var missing int
		if out, missing, err = c.readOnce(ctx, l); err != nil || missing == 0 {
			return out, err
		}
		if again == rereads {
			return nil, &Unobservable{
				l.action,
				fmt.Sprintf("its pages list %d of %s, and TotalCount says %d", len(out), l.outer, len(out)+missing),
			}
		}
	}
}

// readOnce reads the pages once; missing is how many items TotalCount promised that did not come.
func (c *Client) readOnce(ctx context.Context, l list) (out []Node, missing int, err error) {
	seen := map[string]bool{}
	for page := 1; page <= maxPages; page++ {
		answer, err := c.look(ctx, l.action, l.version, append(l.params,
			wire.Param{Name: "PageNumber", Value: strconv.Itoa(page)}, wire.Param{
				Name:  "PageSize",
				Value: strconv.Itoa(PageSize),
			})...)
		if err != nil {
			return nil, 0, err
		}
		items, shape, ok := answer.list(l.outer, l.inner)
		if !ok {
			return nil, 0, &Unobservable{l.action, "its answer has no " + l.outer + "." + l.inner}
		}
		c.noteShape(l, shape)
		fresh := 0
		for _, item := range items {
			id := item.At(l.id).Text()
			if id == "" {
				return nil, 0, &Unobservable{
					l.action,
					fmt.Sprintf("an item of %s in its answer has no %s", l.outer, l.id),
				}
			}
			if !seen[id] {
				seen[id] = true
				out = append(out, item)
				fresh++
			}
		}
		if len(out) > maxItems {
			return nil, 0, &Unobservable{
				l.action,
				fmt.Sprintf("its answers list more than %d of %s", maxItems, l.outer),
			}
		}
		total, counted := answer.At("TotalCount").Number()
		size, sized := answer.At("PageSize").Number()
		switch {
		case len(l.asked) > 0 && !slices.ContainsFunc(l.asked, func(id string) bool { return !seen[id] }):
			return out, 0, nil
		case counted && len(out) >= total:
			return out, 0, nil
		case fresh == 0 && counted: // an empty page, or one that came before
			return out, total - len(out), nil
		case fresh == 0, !counted && sized && len(items) < size:
			return out, 0, nil
		}
	}
	return nil, 0, &Unobservable{l.action, fmt.Sprintf("its list of %s does not end after %d pages", l.outer, maxPages)}
}

// noteShape notes a list of ESS that has the shape of another edition: 2014-08-28 nests lists, later ones do not
// (facts, section 8).
func (c *Client) noteShape(l list, s shape) {
	if l.version != c.Version || s == shapeUnknown {
		return
	}
	switch {
	case c.plural() && s == shapeNested:
		c.learned.note(l.action,
			fmt.Sprintf("%s is an object with a list in it; edition %s has the list itself there", l.outer, c.Version))
	case !c.plural() && s == shapeFlat:
		c.learned.note(l.action,
			fmt.Sprintf("%s is a list; edition %s has an object with the list %s there", l.outer, c.Version, l.inner))
	}
}
