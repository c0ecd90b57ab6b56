package variant

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

const (
	// slow is how long a slow answer takes.
	slow = 30 * time.Millisecond
	// pause stands between the pieces of an answer.
	pause = 2 * time.Millisecond
)

// head copies the header of an answer.
func head(w http.ResponseWriter, a *mock.Answer) http.Header {
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	return w.Header()
}

// raw writes an answer as bytes and closes the connection.
func raw(start func(a *mock.Answer) string, length bool, behind func(conn net.Conn)) func(http.ResponseWriter,
	*mock.Answer, []byte) {
	return func(w http.ResponseWriter, a *mock.Answer, body []byte) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler) // the mock serves HTTP/1.1 only, where this does not happen
		}
		defer func() { _ = conn.Close() }()
		var b bytes.Buffer
		b.WriteString(start(a) + "\r\n")
		_ = a.Header.Write(&b) // a Buffer's Write returns no error
		if length {
			b.WriteString("Content-Length: " + strconv.Itoa(len(body)) + "\r\n")
		}
		b.WriteString("\r\n")
		b.Write(body)
		_, _ = conn.Write(b.Bytes())
		behind(conn)
	}
}

func line(proto, reason string) func(a *mock.Answer) string {
	return func(a *mock.Answer) string {
		return strings.TrimSuffix(proto+" "+strconv.Itoa(a.Status)+" "+reason, " ")
	}
}

func nothing(net.Conn) {}

// connections carry the same answer in another way.
func connections() []Variant {
	return []Variant{
		{
			Name: "chunked", Note: "bodies in chunks",
			Options: sent(func(w http.ResponseWriter, a *mock.Answer, body []byte) {
				head(w, a)
				w.WriteHeader(a.Status)
				for part := range bytes.SplitAfterSeq(body, []byte(">")) {
					_, _ = w.Write(part)
					_ = http.NewResponseController(w).Flush()
				}
			}),
		},
		{
			Name: "trailers", Note: "bodies in chunks, with a trailer",
			Options: sent(func(w http.ResponseWriter, a *mock.Answer, body []byte) {
				head(w, a).Set("Trailer", "X-Checksum")
				w.WriteHeader(a.Status)
				_, _ = w.Write(body)
				_ = http.NewResponseController(w).Flush()
				w.Header().Set("X-Checksum", "1")
			}),
		},
		{
			Name: "gzip", Note: "gzip for who accepts it",
			Options: sent(func(w http.ResponseWriter, a *mock.Answer, body []byte) {
				h := head(w, a)
				if strings.Contains(a.Call.Request.Header.Get("Accept-Encoding"), "gzip") {
					var b bytes.Buffer
					z := gzip.NewWriter(&b)
					_, _ = z.Write(body) // a Buffer's Write returns no error
					_ = z.Close()
					h.Set("Content-Encoding", "gzip")
					body = b.Bytes()
				}
				w.WriteHeader(a.Status)
				_, _ = w.Write(body)
			}),
		},
		{
			Name: "connection-close", Note: "every connection serves one call",
			Options: sent(func(w http.ResponseWriter, a *mock.Answer, body []byte) {
				head(w, a).Set("Connection", "close")
				w.WriteHeader(a.Status)
				_, _ = w.Write(body)
			}),
		},
		{
			Name: "connection-close-unannounced", Note: "the connection is closed after each call without a word",
			Options: sent(raw(line("HTTP/1.1", "X"), true, nothing)),
		},
		{Name: "no-length", Note: "the end of the connection is the end of the body", Options: both(
			every(func(a *mock.Answer) { a.Header.Set("Connection", "close") }),
			sent(raw(line("HTTP/1.1", "OK"), false, nothing)),
		)},
		{
			Name: "http-1.0", Note: "HTTP/1.0, where the connection ends the body",
			Options: sent(raw(line("HTTP/1.0", "OK"), false, nothing)),
		},
		{
			Name: "no-reason-phrase", Note: "a status line without a reason phrase",
			Options: sent(raw(line("HTTP/1.1", ""), true, nothing)),
		},
		{
			Name: "reason-phrase-code", Note: "the reason phrase is a text of its own",
			Options: sent(raw(line("HTTP/1.1", "As You Asked"), true, nothing)),
		},
		{
			Name: "early-hints", Note: "a status 103 before the answer",
			Options: sent(func(w http.ResponseWriter, a *mock.Answer, body []byte) {
				w.WriteHeader(http.StatusEarlyHints)
				head(w, a)
				w.WriteHeader(a.Status)
				_, _ = w.Write(body)
			}),
		},
		{
			Name: "slow", Note: "every answer takes its time",
			Options: sent(func(w http.ResponseWriter, a *mock.Answer, body []byte) {
				time.Sleep(slow)
				mock.Send(w, a, body)
			}),
		},
		{
			Name: "in-pieces", Note: "a body comes in pieces with pauses",
			Options: sent(func(w http.ResponseWriter, a *mock.Answer, body []byte) {
				head(w, a).Set("Content-Length", strconv.Itoa(len(body)))
				w.WriteHeader(a.Status)
				for _, half := range [][]byte{body[:len(body)/2], body[len(body)/2:]} {
					_, _ = w.Write(half)
					_ = http.NewResponseController(w).Flush()
					time.Sleep(pause)
				}
			}),
		},
		{
			Name: "keeps-reading", Note: "the connection stays open for a moment after an answer that closes it",
			Options: both(
				every(func(a *mock.Answer) { a.Header.Set("Connection", "close") }),
				sent(raw(line("HTTP/1.1", "OK"), true, func(conn net.Conn) {
					_ = conn.SetReadDeadline(time.Now().Add(slow))
					_, _ = io.Copy(io.Discard, conn)
				})),
			),
		},
	}
}
