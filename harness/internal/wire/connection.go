package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"
)

const (
	// headerLimit bounds the status line and header of an answer, interim answers (1xx) included, in bytes.
	headerLimit = 1 << 20
	maxInterim  = 5
	surplusKept = 512
)

// longAgo is a deadline that ends a blocked read or write.
var longAgo = time.Unix(1, 0)

var errHeaderTooLong = errors.New("the header is longer than 1 MiB")

// malformedError is an answer that is not HTTP, as net/http found it.
type malformedError struct{ error }

func (e malformedError) Unwrap() error { return e.error }

// handshakeError is a connection on which TLS could not be agreed.
type handshakeError struct{ error }

func (e handshakeError) Unwrap() error { return e.error }

// connection is one connection to the target, used by one exchange at a time.
type connection struct {
	net.Conn
	secure bool
	raw    syscall.RawConn // of the socket; nil when there is none
	guard  *headerGuard
	in     *bufio.Reader
	out    *bufio.Writer
	rested time.Time // since when nothing is under way on it, as the target counts
}

func dial(ctx context.Context, address string, config *tls.Config) (*connection, error) {
	// A connection lives for seconds, so it needs no probes, each of which costs a system call to set up.
	dialer := net.Dialer{KeepAlive: -1}
	begun := time.Now()
	socket, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	c := &connection{Conn: socket}
	defer func() {
		// On this machine a connection is there at once. If that was noticed late, the target has waited meanwhile.
		if c.rested = time.Now(); config == nil && isLoopback(socket.RemoteAddr()) {
			c.rested = begun
		}
	}()
	if s, ok := socket.(syscall.Conn); ok {
		c.raw, _ = s.SyscallConn() // without it the connection is not used twice
	}
	if config != nil {
		secured := tls.Client(socket, config)
		if err := secured.HandshakeContext(ctx); err != nil {
			socket.Close()
			return nil, handshakeError{err}
		}
		c.Conn, c.secure = secured, true
	}
	c.guard = &headerGuard{conn: c.Conn, left: headerLimit}
	c.in, c.out = bufio.NewReader(c.guard), bufio.NewWriter(c.Conn)
	return c, nil
}

func isLoopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

func (c *connection) write(r *http.Request) error {
	if err := r.Write(c.out); err != nil {
		return err
	}
	return c.out.Flush()
}

// waitForFirstByte blocks until the target answers.
func (c *connection) waitForFirstByte() error {
	c.guard.left, c.guard.err = headerLimit, nil
	_, err := c.in.Peek(1)
	return err
}

// readHeader reads up to the body of the final answer.
func (c *connection) readHeader(r *http.Request) (*http.Response, error) {
	for range maxInterim + 1 {
		resp, err := http.ReadResponse(c.in, r)
		switch {
		case err != nil && c.guard.err != nil:
			return nil, c.guard.err
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, err
		case err != nil:
			return nil, malformedError{err}
		case resp.StatusCode < 100 || resp.StatusCode > 199 || resp.StatusCode == http.StatusSwitchingProtocols:
			c.guard.left = math.MaxInt64
			return resp, nil
		}
	}
	return nil, malformedError{errors.New("more than 5 interim answers (1xx)")}
}

// rest is what a connection does between two exchanges.
type rest int

const (
	quiet  rest = iota // may be used again
	speaks             // the target sent bytes that were not asked for
	gone               // closed, or not to be trusted
)

// look tells what the connection does, without waiting.
func (c *connection) look() rest {
	if c.in.Buffered() > 0 {
		return speaks
	}
	if !c.secure {
		return lookAtSocket(c.raw)
	}
	// TLS may hold decrypted bytes of its own. With this deadline Peek sees those, and never waits for the network.
	if c.SetReadDeadline(longAgo) != nil {
		return gone
	}
	if _, err := c.in.Peek(1); err == nil {
		return speaks
	} else if !errors.Is(err, os.ErrDeadlineExceeded) {
		return gone
	}
	if c.SetReadDeadline(time.Time{}) != nil || lookAtSocket(c.raw) != quiet {
		return gone // an alert or a new key: cheaper to connect again than to find out
	}
	return quiet
}

// surplus reads the beginning of what look found.
func (c *connection) surplus() []byte {
	if _, err := c.in.Peek(1); err != nil {
		return nil
	}
	b, _ := c.in.Peek(min(c.in.Buffered(), surplusKept))
	return append([]byte(nil), b...)
}

// headerGuard reads at most left bytes from the connection, and remembers why it stopped, which net/http does not
// always pass on.
type headerGuard struct {
	conn net.Conn
	left int64
	err  error
}

func (g *headerGuard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		g.err = errHeaderTooLong
		return 0, g.err
	}
	n, err := g.conn.Read(p[:min(int64(len(p)), g.left)])
	g.left -= int64(n)
	if err != nil && err != io.EOF {
		g.err = err
	}
	return n, err
}
