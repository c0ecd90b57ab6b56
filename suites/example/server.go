package example

import (
	"net/http"

	"github.com/essconform/essconform/harness/mock"
)

// NewServer stands for the server that you test. This one borrows the mock, so that the example runs as it is.
func NewServer() http.Handler {
	server, err := mock.New(mock.Options{SkipVerification: true})
	if err != nil {
		panic(err)
	}
	return server
}
