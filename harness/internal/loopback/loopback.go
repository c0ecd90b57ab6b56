// Package loopback lets the processes of a run ask each other over this machine's loopback interface.
package loopback

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"time"
)

// headerTime is how long a request may take until its header is read.
const headerTime = 10 * time.Second

// Serve answers POST requests at a path that cannot be guessed; the URL is a secret of the run. stop ends the serving,
// after at most the grace that calls in flight get; zero ends them at once.
func Serve(answer http.HandlerFunc, grace time.Duration) (url string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	path := "/" + rand.Text()
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+path, answer)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: headerTime}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with stop
	}()
	stop = func() {
		ctx, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		if grace == 0 || server.Shutdown(ctx) != nil {
			_ = server.Close()
		}
		<-done
	}
	return "http://" + listener.Addr().String() + path, stop, nil
}
