package mock

import (
	"context"
	"time"
)

// TB is the part of testing.TB that NewServer needs.
type TB interface {
	Helper()
	Fatal(args ...any)
	Error(args ...any)
	Cleanup(f func())
}

// The caller that a mock of NewServer knows.
const (
	TestAccessKeyID     = "testid"
	TestAccessKeySecret = "testsecret"
)

// testActivity is how long an activity of NewServer takes on the clock of the state, which a test moves by Forward:
// none ends by itself
// while a test runs.
const testActivity = time.Hour

// NewServer starts a mock for one test, on a free port of loopback, and stops it when the test ends. It knows the
// caller TestAccessKeyID, verifies signatures, and its activities take an hour: Server.Forward ends them. change edits
// the options before the start.
//
// The test arranges states with Server.Setup, lets calls go wrong with Server.Inject, and reads what was asked with
// Server.Journal.
func NewServer(t TB, change ...func(*Options)) *Server {
	t.Helper()
	o := Options{
		Credentials:      []Credential{{AccessKeyID: TestAccessKeyID, AccessKeySecret: TestAccessKeySecret}},
		ActivityDuration: testActivity,
	}
	for _, f := range change {
		f(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}
