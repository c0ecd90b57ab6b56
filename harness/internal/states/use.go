package states

import "context"

// Use says for which case a driver works and, at a teardown, what the case used up. Drivers whose resources are few need it; the protocol
// of provider states has no word for it, because there each setup gives fresh resources.
type Use struct {
	Case string
	// Spent are the instances that the case may have taken out of their group.
	Spent []string
}

type useKey struct{}

// WithUse tells the driver that is called with the context.
func WithUse(ctx context.Context, u Use) context.Context { return context.WithValue(ctx, useKey{}, u) }

func useOf(ctx context.Context) Use {
	u, _ := ctx.Value(useKey{}).(Use)
	return u
}
