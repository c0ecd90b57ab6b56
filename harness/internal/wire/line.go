package wire

import (
	"net/http"
	"time"
)

// Line keeps one connection for calls that follow each other, as the connection pool of a client does: what a target
// remembers of a connection shows on it. The zero value is ready. One call at a time may use it. A call on a used
// connection that is closed without a byte of an answer was perhaps never read, see Exchange.Doubtful.
type Line struct {
	c    *connection
	used bool
}

// Close gives the connection up.
func (l *Line) Close() {
	if l.c != nil {
		l.c.Close()
		l.c, l.used = nil, false
	}
}

// Time is the moment of an offset such as Timings.Start.
func (c *Client) Time(offset time.Duration) time.Time { return c.made.Add(offset) }

// Doubtful tells an exchange over a connection that was used before, or had waited, which broke before the first byte
// of an answer: the target may have closed the connection, as it may at any time, before it read the request. It is no
// answer, and no failure of the target either.
func (e Exchange) Doubtful() bool { return e.doubtful }

// Recorded is an exchange that was kept, with what it cannot say by itself.
func Recorded(e Exchange, doubtful, echoes bool) Exchange {
	e.redact()
	e.doubtful, e.echo = doubtful, echoes
	return e
}

// sendOn sends over the connection of a line, or over a new one that becomes it.
func (d *direct) sendOn(l *Line, r *http.Request, t *trace) (*http.Response, error) {
	c, used := l.c, l.used
	l.c, l.used = nil, false
	if c != nil && !c.alive() {
		c.Close()
		c, used = nil, false
	}
	if c == nil {
		if c = d.takeAhead(); c == nil {
			var err error
			if c, err = d.dial(r.Context()); err != nil {
				return nil, err
			}
		}
	}
	resp, err := d.exchange(c, r, t)
	t.doubtful = (used || t.waited) && t.unread(r, err)
	if err == nil {
		if body, ok := resp.Body.(*answerBody); ok {
			body.line = l
		}
	}
	return resp, err
}
