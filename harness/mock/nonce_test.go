package mock

import (
	"net/http"
	"testing"
	"time"
)

func TestNonceIsUsedOnce(t *testing.T) {
	e := verifying(t)
	v := e.setup(t, atMinSize, 1)
	ask := func(c Credential, nonce string) reply {
		return send(t, e, get(signV1With(http.MethodGet, v1Params(e, v, c, nonce), c.AccessKeySecret)))
	}
	refused(t, ask(Credential{AccessKeyID: "alice", AccessKeySecret: "wrong"}, "n"), 400, "SignatureDoesNotMatch")
	refused(t, ask(alice, "n"), 400, "IncorrectCapacity.MinSize")
	refused(t, ask(alice, "n"), 400, "SignatureNonceUsed")
	refused(t, ask(alice, "m"), 400, "IncorrectCapacity.MinSize")
	refused(t, ask(bob, "n"), 400, "IncorrectCapacity.MinSize")
	e.clock.Advance(timestampWindow)
	refused(t, ask(alice, "n"), 400, "SignatureNonceUsed")
	e.clock.Advance(2 * nonceMemory)
	refused(t, ask(alice, "n"), 400, "IncorrectCapacity.MinSize")
}

func TestNonceMemoryIsBounded(t *testing.T) {
	n := newNonces()
	n.limit = 100
	now := time.Unix(0, 0)
	for i := range 1000 {
		if !n.use("k", string(rune('a'+i)), now) {
			t.Fatalf("wanted nonce %d to be fresh", i)
		}
		if n.count() > 200 {
			t.Fatalf("wanted at most two generations; got %d nonces", n.count())
		}
	}
	if n.use("k", string(rune('a'+999)), now) {
		t.Error("wanted the last nonce to be remembered")
	}
	if !n.use("k", "later", now.Add(3*nonceMemory)) || n.count() != 1 {
		t.Errorf("wanted all old ones forgotten; got %d nonces", n.count())
	}
}

func TestNonceIsRememberedLongEnough(t *testing.T) {
	for _, first := range []time.Duration{0, nonceMemory / 2, nonceMemory - time.Second} {
		n := newNonces()
		start := time.Unix(0, 0)
		n.use("k", "begins the generation", start)
		n.use("k", "n", start.Add(first))
		if n.use("k", "n", start.Add(first+nonceMemory-time.Second)) {
			t.Errorf("wanted a nonce of %s remembered for %s", first, nonceMemory)
		}
	}
}
