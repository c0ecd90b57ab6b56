// Package embedded starts the mock as the target of a run without an endpoint. It is a package of its own so that a
// program which calls the engine on its own endpoints does not link the mock.
package embedded

import (
	"context"
	"fmt"
	"time"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
)

// ActivityDuration is how long a scaling activity of the mock takes: long enough for a second call to meet it, and
// short to wait for.
const ActivityDuration = 20 * time.Millisecond

// Mock starts the mock; it is an engine.Embedded.
func Mock(s target.Settings) (engine.Address, func() error, error) {
	nothing := func() error { return nil }
	const id, secret = "embedded-mock-caller", "embedded-mock-secret"
	server, err := mock.New(mock.Options{
		Credentials:      []mock.Credential{{AccessKeyID: id, AccessKeySecret: secret}},
		SkipVerification: s.Signature == target.SignatureNone,
		ActivityDuration: ActivityDuration,
	})
	if err != nil {
		return engine.Address{}, nothing, err
	}
	if err := server.Start("127.0.0.1:0"); err != nil {
		return engine.Address{}, nothing, fmt.Errorf("start the embedded mock: %w", err)
	}
	stop := func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Close(ctx) // a client that still waits for an answer of the mock waits in vain either way
		return nil
	}
	return engine.Address{
		Endpoint:       server.URL(),
		ProviderStates: server.URL() + mock.StatesPath,
		Credentials:    target.Credentials{AccessKeyID: id, AccessKeySecret: secret},
	}, stop, nil
}
