package engine_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
)

// The engine without Ginkgo: plan, start, connect, and run some cases against a server of one's own.
func Example() {
	handler, err := mock.New(mock.Options{SkipVerification: true}) // stands for the server that you test
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	if err := runDetachOne(context.Background(), server); err != nil {
		log.Fatal(err)
	}
	// Output:
	// detach.one/xml/get passed
	// detach.one/xml/post passed
	// detach.one/json/get passed
	// detach.one/json/post passed
}

func runDetachOne(ctx context.Context, server *httptest.Server) error {
	plan, err := engine.NewPlan(target.Settings{
		Endpoint:       server.URL,
		ProviderStates: server.URL + "/_states",
		Signature:      "none",
		Late:           -1, // no wait before the last look
	})
	if err != nil {
		return err
	}
	cases, err := plan.Select([]string{"detach.one"}, func(labels []string) bool { return true })
	if err != nil {
		return err
	}
	address, stop, err := plan.Start(ctx, engine.StartOptions{})
	defer stop()
	if err != nil {
		return err
	}
	runner, err := plan.Connect(address, plan.Settings.Arguments())
	if err != nil {
		return err
	}
	defer runner.Close()
	for _, result := range runner.Results(ctx, cases) {
		fmt.Println(result.ID, result.Outcome)
	}
	return nil
}
