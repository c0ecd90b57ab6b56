package timed

import "github.com/essconform/essconform/harness/mock"

// members is how many there are.
func members(c *mock.Call) int { return len(c.Group.Members) }

// counted adds to a number for each group what operations change.
func counted(name string, numbers map[*mock.Group]int) seam {
	return after(name, func(c *mock.Call) { numbers[c.Group] += len(c.Instances) })
}

// sizes measure MinSize by what was, and not by what is.
func sizes() []Entry {
	return []Entry{
		{
			Name:         "sequence.min-size-stale-after-detach",
			Requirements: on(sizeKept),
			Note:         "what was detached still counts for MinSize",
			Break: fresh(func(detached map[*mock.Group]int) seam {
				return all(
					sized(func(c *mock.Call) int { return members(c) + detached[c.Group] }),
					counted(operation, detached),
				)
			}),
		},
		{
			Name:         "sequence.min-size-stale-after-attach",
			Requirements: on(sizeBound, lives),
			Note:         "what was attached does not count for MinSize",
			Break: fresh(func(attached map[*mock.Group]int) seam {
				return all(
					sized(func(c *mock.Call) int { return members(c) - attached[c.Group] }),
					counted("AttachInstances", attached),
				)
			}),
		},
		{
			Name:         "sequence.min-size-first-look",
			Requirements: on(sizeKept, sizeBound),
			Note:         "MinSize is counted from the size that the group had at its first call",
			Break: fresh(func(first map[*mock.Group]int) seam {
				return sized(func(c *mock.Call) int {
					if first[c.Group] == 0 {
						first[c.Group] = members(c)
					}
					return first[c.Group]
				})
			}),
		},
		{
			Name:         "sequence.min-size-attached-twice",
			Requirements: on(sizeKept),
			Note:         "an instance that was detached and attached again counts twice for MinSize",
			Break: fresh(func(known map[*mock.Instance]int) seam {
				return all(
					sized(func(c *mock.Call) (n int) {
						for _, i := range c.Group.Members {
							n += 1 + known[i]
						}
						return n
					}),
					onEnd(func(_ *mock.World, a *mock.Activity) {
						for _, i := range a.Instances {
							known[i] = 1
						}
					}),
				)
			}),
		},
		{
			Name:         "sequence.min-size-first-only",
			Requirements: on(sizeKept),
			Note:         "MinSize is looked at only in the first call that a group accepts",
			Break: fresh(func(accepted map[*mock.Group]bool) seam {
				return all(
					dropping(minSize, func(c *mock.Call) bool { return accepted[c.Group] }),
					onAccept(func(c *mock.Call) { accepted[c.Group] = true }),
				)
			}),
		},
		{
			Name:         "sequence.min-size-raised-unseen",
			Requirements: on(sizeKept),
			Note:         "a MinSize that was raised is not seen",
			Source:       "getmoto/moto#2257",
			Break:        modified(func(c *mock.Call, before int) bool { return c.Group.MinSize > before }),
		},
		{
			Name:         "sequence.min-size-raised-inactive-unseen",
			Requirements: on(sizeKept),
			Note:         "a MinSize that was raised while the group was inactive is not seen",
			Break: modified(func(c *mock.Call, before int) bool {
				return c.Group.Lifecycle == mock.GroupInactive && c.Group.MinSize > before
			}),
		},
		{
			Name:         "sequence.min-size-lowered-unseen",
			Requirements: on(sizeBound, oneWorks),
			Note:         "a MinSize that was lowered is not seen",
			Break:        modified(func(c *mock.Call, before int) bool { return c.Group.MinSize < before }),
		},
		{
			Name:         "sequence.moved-counts-in-old",
			Requirements: on(sizeKept),
			Note:         "an instance that was moved still counts in its old group for MinSize",
			Break: leftOnce(func(from map[*mock.Instance]*mock.Group) seam {
				return sized(func(c *mock.Call) int {
					n := members(c)
					for i, g := range from {
						if g == c.Group && i.Group != nil && i.Group != g {
							n++
						}
					}
					return n
				})
			}),
		},
		{
			Name:         "sequence.min-size-forgotten",
			Requirements: on(sizeKept, settings),
			Note:         "an accepted call sets MinSize to 0",
			Break:        onAccept(func(c *mock.Call) { c.Group.MinSize = 0 }),
		},
		{
			Name:         "sequence.min-size-ratchet",
			Requirements: on(sizeBound, settings),
			Note:         "an accepted call raises MinSize to what it leaves",
			Break: onAccept(func(c *mock.Call) {
				c.Group.MinSize = max(c.Group.MinSize,
					members(c)-len(c.Instances))
			}),
		},
	}
}

// modified keeps counting with an older MinSize after some changes of it, whatever DescribeScalingGroups shows.
func modified(unseen func(c *mock.Call, before int) bool) seam {
	return fresh(func(counts map[*mock.Group]int) seam {
		return all(
			instead("ModifyScalingGroup", func(c *mock.Call, next func(*mock.Call) []mock.Field) []mock.Field {
				before := c.Group.MinSize
				fields := next(c)
				if unseen(c, before) {
					counts[c.Group] = before
				} else {
					delete(counts, c.Group)
				}
				return fields
			}),
			rule(minSize, func(next violated) violated {
				return func(c *mock.Call) (string, bool) {
					if old, keep := counts[c.Group]; keep {
						return "", members(c)-len(c.Instances) < old
					}
					return next(c)
				}
			}),
		)
	})
}
