package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/internal/build"
	"github.com/essconform/essconform/harness/internal/traffic"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/har"
	"github.com/essconform/essconform/reports/printable"
	"github.com/essconform/essconform/reports/render"
)

const (
	// waiting is how many exchanges may wait to be judged. More make the clients wait.
	waiting = 4096
	// mostIdle is how many connections to the target are kept for the next request.
	mostIdle = 256
)

func proxyCommand(ctx context.Context, args []string, s streams) (exit int, err error) {
	fs := flag.NewFlagSet("proxy", flag.ContinueOnError)
	addr := fs.String("addr", "127.0.0.1:9091", "`HOST:PORT` to listen on")
	output := fs.String("o", "", "`FILE` for the recording (default: traffic.har beside the reports)")
	var o recordingFlags
	o.register(fs)
	settings := target.Settings{}.WithDefaults()
	fs.StringVar(&settings.Endpoint, "endpoint", "", "`URL` of the target")
	fs.StringVar(&settings.CA, "ca", "", "`FILE` with a CA certificate to trust, in PEM, beside the system's")
	fs.BoolVar(&settings.Live, "live", false, "the target may be on another machine")
	fs.BoolVar(&settings.InsecureHTTP, "insecure-http", false, "and be reached over plain http")
	about := "Forwards what clients send to a target, unchanged, and records it as HAR. Findings are printed as\n" +
		"they appear; Ctrl-C ends it and writes the reports. Point the SDK, or your tests, at -addr."
	if err := parse(fs, args, s, about); err != nil {
		return 0, err
	}
	if settings.Endpoint == "" {
		return 0, errors.New("proxy: name the target with -endpoint URL")
	}
	at, err := url.Parse(settings.Endpoint)
	if err != nil || !isTarget(at) {
		return 0, fmt.Errorf(
			"proxy: -endpoint %s: wanted http or https, a host and nothing more, as in http://127.0.0.1:9090",
			printable.Quoted(settings.Endpoint, 200))
	}
	if err := settings.Guard(); err != nil {
		return 0, err
	}
	cas, err := settings.CAs()
	if err != nil {
		return 0, err
	}
	contract, err := contractOf(o.edition)
	if err != nil {
		return 0, err
	}
	release, err := render.Begin(o.dir, engine.LockReports)
	if err != nil {
		return 0, err
	}
	defer release()
	if *output == "" {
		*output = filepath.Join(o.dir, "traffic.har")
	}
	journal, err := har.NewJournal(*output, har.Creator{Name: har.Proxy, Version: build.Read().Version})
	if err != nil {
		return 0, fmt.Errorf("proxy: -o: %w", err)
	}
	defer func() { err = errors.Join(err, journal.Close()) }()

	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DisableCompression: true, MaxIdleConnsPerHost: mostIdle,
		IdleConnTimeout: time.Minute, TLSClientConfig: &tls.Config{RootCAs: cas, MinVersion: tls.VersionTLS12},
		TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}, // no HTTP/2: what is sent stays as it is
	}
	defer transport.CloseIdleConnections()
	w := watcher{Collector: traffic.Collector{Contract: contract, Lag: o.lag}, s: s}
	began := time.Now()
	if err := w.serve(ctx, *addr, at, transport, journal, *output); err != nil {
		return 0, err
	}
	w.EndOfFile()
	if len(w.Results) == 0 {
		return 0, fmt.Errorf("proxy: nothing to judge: %s", w.Summary())
	}
	report := recordingReport(&w.Collector, []string{*output}, began, w.partial,
		append([]string{"essconform", "proxy"}, args...))
	return deliverRecording(context.WithoutCancel(ctx), report, &w.Collector, o.dir, s)
}

// isTarget tells whether an address is that of a host and nothing more.
func isTarget(u *url.URL) bool {
	bare := strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && u.User == nil
	return u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && bare
}

// watcher judges exchanges as they come.
type watcher struct {
	traffic.Collector
	s       streams
	partial string
}

// serve forwards until the context ends, and judges all that came.
func (w *watcher) serve(
	ctx context.Context, addr string, at *url.URL, transport http.RoundTripper, journal *har.Journal, file string,
) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("proxy: %w; choose another address with -addr", err)
	}
	entries, stop := make(chan har.Read, waiting), make(chan struct{})
	proxy := traffic.NewProxy(at, transport, func(e *har.Entry) {
		_ = journal.Add(e) // its error is told when the journal is closed
		select {
		case entries <- e.Read():
		case <-stop:
		}
	})
	server := &http.Server{
		Handler: proxy, ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: log.New(printable.NewLog(w.s.err), "essconform proxy: ", 0),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	fmt.Fprintf(w.s.out, "http://%s forwards to %s and records in %s; Ctrl-C ends it and judges\n", listener.Addr(), at,
		file)
	judged := make(chan struct{})
	go func() {
		defer close(judged)
		w.judge(entries, stop)
	}()
	select {
	case err = <-served:
	case <-ctx.Done():
		patient, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if server.Shutdown(patient) != nil { // calls that were not over
			_ = server.Close()
		}
	}
	proxy.Wait()
	close(stop)
	<-judged
	return err
}

// judge judges entries until stop, and all that wait then.
func (w *watcher) judge(entries <-chan har.Read, stop <-chan struct{}) {
	w.Found = w.print
	for {
		select {
		case e := <-entries:
			w.add(e)
		case <-stop:
			for {
				select {
				case e := <-entries:
					w.add(e)
				default:
					return
				}
			}
		}
	}
}

func (w *watcher) add(e har.Read) {
	if w.partial != "" {
		return
	}
	if err := w.Add(e); err != nil {
		w.partial = err.Error()
		fmt.Fprintln(w.s.err, "essconform proxy: not judged from here on: "+w.partial)
	}
}

// print shows what is wrong with one answer.
func (w *watcher) print(r reports.CaseResult) {
	for _, f := range r.Findings {
		fmt.Fprintf(w.s.out, "%s  %s %s: wanted %s; got %s\n", time.Now().Format(time.TimeOnly), r.ID, f.Requirement,
			f.Want, f.Got)
	}
}
