package defect

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/essconform/essconform/harness/mock"
)

// head writes status and header, with this Content-Length.
func head(w http.ResponseWriter, a *mock.Answer, length int) {
	h := w.Header()
	for name, values := range a.Header {
		h[name] = values
	}
	h.Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(a.Status)
}

// part promises the whole body and sends a part of it. net/http then closes the connection.
func part(share func(length int) int) func(http.ResponseWriter, *mock.Answer, []byte) {
	return func(w http.ResponseWriter, a *mock.Answer, body []byte) {
		head(w, a, len(body))
		_, _ = w.Write(body[:share(len(body))])
	}
}

// onConnection takes the connection over. It belongs to the function from there on, and is closed after it.
func onConnection(do func(conn net.Conn, a *mock.Answer, body []byte)) func(http.ResponseWriter, *mock.Answer, []byte) {
	return func(w http.ResponseWriter, a *mock.Answer, body []byte) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler) // a connection that cannot be taken over breaks off, which is a defect, too
		}
		defer func() { _ = conn.Close() }()
		do(conn, a, body)
	}
}

// raw is an answer as bytes, with a length that is offset from the true one, and something behind it.
func raw(offset int, behind string) func(net.Conn, *mock.Answer, []byte) {
	return func(conn net.Conn, a *mock.Answer, body []byte) {
		_, _ = io.WriteString(conn,
			startOf(a)+"Content-Length: "+strconv.Itoa(len(body)+offset)+"\r\n\r\n"+string(body)+behind)
	}
}

// startOf is the status line and the header, but for the length.
func startOf(a *mock.Answer) string {
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 " + strconv.Itoa(a.Status) + " " + http.StatusText(a.Status) + "\r\n")
	_ = a.Header.Write(&b) // a Buffer's Write returns no error
	return b.String()
}

// reset breaks the connection off so that the peer sees a reset.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}

// untilGone reads until the peer gives up.
func untilGone(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// redirected sends the caller elsewhere instead of answering.
func redirected(code int, location string) func(http.ResponseWriter, *mock.Answer, []byte) {
	return func(w http.ResponseWriter, _ *mock.Answer, _ []byte) {
		w.Header().Set("Location", location)
		w.WriteHeader(code)
	}
}

// packed compresses the body, or only says so.
func packed(coding string, pack func(body []byte) []byte) func(http.ResponseWriter, *mock.Answer, []byte) {
	return func(w http.ResponseWriter, a *mock.Answer, body []byte) {
		body = pack(body)
		w.Header().Set("Content-Encoding", coding)
		head(w, a, len(body))
		_, _ = w.Write(body)
	}
}

func gzipped(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body) // a Buffer's Write returns no error
	_ = z.Close()
	return b.Bytes()
}

func deflated(body []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(body)
	_ = z.Close()
	return b.Bytes()
}

func takesGzip(q *mock.Request) bool {
	return strings.Contains(q.Header.Get("Accept-Encoding"), "gzip")
}

func bytesOf(edit func(string) string) func([]byte) []byte {
	return func(body []byte) []byte { return []byte(edit(string(body))) }
}

// transport breaks what carries the answer.
func transport() []single {
	half := func(n int) int { return n / 2 }
	return []single{
		{"wire.body-cut", on(wellFormed), "half of the body comes", send(part(half))},
		{
			"wire.body-cut-xml-errors", on(wellFormed), "of errors in XML all but the last byte comes",
			send(part(func(n int) int { return n - 1 }), inXML, refused),
		},
		{
			"wire.no-body", on(wellFormed), "a body is promised and none comes",
			send(part(func(int) int { return 0 }), accepted),
		},
		{
			"wire.empty-body", on(successXML, successJSON), "success has an empty body",
			send(func(w http.ResponseWriter, a *mock.Answer, _ []byte) { head(w, a, 0) }, accepted),
		},
		{
			"wire.empty-body-errors", on(errorXML, errorJSON), "errors have an empty body",
			send(func(w http.ResponseWriter, a *mock.Answer, _ []byte) { head(w, a, 0) }, refused),
		},
		{
			"wire.length-too-long", on(wellFormed), "Content-Length is two bytes too long",
			send(onConnection(raw(2, ""))),
		},
		{
			"wire.length-too-short", on(wellFormed), "Content-Length is two bytes too short",
			send(onConnection(raw(-2, ""))),
		},
		{
			"wire.bytes-behind", on(wellFormed), "a line break comes behind the length",
			send(onConnection(raw(0, "\r\n\r\n")), accepted),
		},
		{
			"wire.chunk-cut", on(wellFormed), "a chunked body has no end",
			send(onConnection(func(conn net.Conn, a *mock.Answer, body []byte) {
				_, _ = io.WriteString(conn,
					startOf(a)+"Transfer-Encoding: chunked\r\n\r\n"+strconv.FormatInt(int64(len(body)),
						16)+"\r\n"+string(body)+"\r\n")
			})),
		},
		{
			"wire.reset", on(wellFormed), "the connection is reset instead of an answer",
			send(onConnection(func(conn net.Conn, _ *mock.Answer, _ []byte) { reset(conn) }), refused),
		},
		{
			"wire.reset-in-body", on(wellFormed), "the connection is reset in the middle of the body",
			send(onConnection(func(conn net.Conn, a *mock.Answer, body []byte) {
				_, _ = io.WriteString(conn,
					startOf(a)+"Content-Length: "+strconv.Itoa(len(body))+"\r\n\r\n"+string(body[:len(body)/2]))
				reset(conn)
			}), accepted, byPOST),
		},
		{
			"wire.closed", on(wellFormed), "the connection is closed instead of an answer to a refused call by GET",
			send(onConnection(func(net.Conn, *mock.Answer, []byte) {}), refused, byGET),
		},
		{
			"wire.hang-one-code", on(wellFormed), "IncorrectLoadBalancerStatus is never answered",
			send(onConnection(func(conn net.Conn, _ *mock.Answer, _ []byte) { untilGone(conn) }),
				coded("IncorrectLoadBalancerStatus"), inXML),
		},
		{
			"wire.hang-in-body", on(wellFormed), "the body of Forbidden.Unauthorized stops in the middle",
			send(onConnection(func(conn net.Conn, a *mock.Answer, body []byte) {
				_, _ = io.WriteString(conn,
					startOf(a)+"Content-Length: "+strconv.Itoa(len(body))+"\r\n\r\n"+string(body[:len(body)/2]))
				untilGone(conn)
			}), coded("Forbidden.Unauthorized"), inJSON),
		},
		{
			"wire.no-status-line", on(wellFormed), "the answer has no status line",
			send(onConnection(func(conn net.Conn, _ *mock.Answer, body []byte) {
				_, _ = conn.Write(body)
			}), refused, inJSON),
		},
		{
			"wire.redirect-permanent", on("detach.one"), "success is a redirect to another path",
			send(redirected(http.StatusMovedPermanently, "/api/"), accepted),
		},
		{
			"wire.redirect-post", on("detach.one", "method.post"), "by POST the caller is redirected to a GET",
			send(redirected(http.StatusSeeOther, "/"), byPOST),
		},
		{
			"wire.redirect-errors", everyCode("error.status."), "errors are redirects to a page",
			send(redirected(http.StatusFound, "/error.html"), refused),
		},
		{
			"wire.not-gzip", on(wellFormed), "a plain body is called gzip",
			send(packed("gzip", bytesOf(after(""))), requested(takesGzip)),
		},
		{"wire.gzip-unasked", on(wellFormed), "gzip comes though it was not asked for", send(packed("gzip", gzipped))},
		{
			"wire.gzip-cut", on(wellFormed), "a gzip body that was asked for is cut",
			send(packed("gzip", func(b []byte) []byte { z := gzipped(b); return z[:len(z)-6] }), requested(takesGzip)),
		},
		{
			"wire.deflate", on(wellFormed), "deflate comes where gzip was asked for",
			send(packed("deflate", deflated), requested(takesGzip)),
		},
		{
			"wire.nul-behind", on(wellFormed), "zero bytes pad the body",
			send(func(w http.ResponseWriter, a *mock.Answer, body []byte) {
				head(w, a, len(body)+8)
				_, _ = w.Write(append(body, make([]byte, 8)...))
			}),
		},
		{
			"wire.login-page", on("format.json", "format.xml"), "success is a page that asks to log in",
			both(answer(contentType("text/html"), accepted), body(instead(page), accepted)),
		},
		{
			"wire.server-error-later", on("detach.one"), "from the twentieth success on the server fails",
			answerFrom(20, func(a *mock.Answer) {
				a.Status, a.Root = http.StatusInternalServerError, "Error"
				a.Fields = []mock.Field{
					text(requestID, value(a, requestID)), text("HostId", a.Call.Request.Host),
					text("Code", "InternalError"), text("Message", "It failed."),
				}
			}, accepted),
		},
	}
}
