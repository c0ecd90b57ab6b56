package wire

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"
)

// A target that hangs up has not answered. On a connection that waited for its request, it may have hung up before that
// came: such a call is doubtful, and one that changes nothing is made again.
func TestConnectionsThatWaited(t *testing.T) {
	endpoint := rawServer(t, func(net.Conn, *http.Request) bool { return false })
	line := detach(http.MethodPost, SignV1)
	line.Line = new(Line)
	defer line.Line.Close()
	for name, c := range map[string]struct {
		call     Call
		attempts int // where connections have waited
	}{
		"once": {detach(http.MethodPost, SignV1), 1}, "on a line": {line, 1},
		"repeatable": {repeatable(detach(http.MethodPost, SignV1)), mostAttempts},
	} {
		for _, ahead := range []bool{false, true} {
			for _, waited := range []bool{false, true} {
				client := client(t, endpoint, nil)
				if client.direct.prompt = time.Hour; waited {
					client.direct.prompt = 0
				}
				if ahead {
					if err := client.Warm(context.Background(), 1); err != nil {
						t.Fatal(err)
					}
				}
				want := 1
				if waited {
					want = c.attempts
				}
				x := client.Do(context.Background(), c.call)
				if x.Failure == "" || x.Doubtful() != (waited && want == 1) || x.Attempts != want {
					t.Errorf("%s, ahead %t, waited %t: wanted a failure after %d; got %q after %d, doubtful %t", name,
						ahead, waited, want, x.Failure, x.Attempts, x.Doubtful())
				}
			}
		}
	}
}
