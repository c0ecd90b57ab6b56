package support_test

import (
	"context"
	"errors"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/internal/support"
)

func TestPoll(t *testing.T) {
	g := NewWithT(t)
	pace, asked := support.PaceOf(true), 0
	g.Expect(pace.Poll(context.Background(), time.Minute,
		func() (bool, error) { asked++; return asked == 3, nil })).To(Succeed())
	g.Expect(asked).To(Equal(3))
	asked = 0
	g.Expect(pace.Poll(context.Background(), 0, func() (bool, error) { asked++; return false, nil })).To(Succeed())
	g.Expect(asked).To(Equal(1), "one look, whatever the patience")
	boom := errors.New("boom")
	g.Expect(pace.Poll(context.Background(), time.Minute,
		func() (bool, error) { return false, boom })).To(MatchError(boom))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	g.Expect(pace.Poll(ctx, time.Minute, func() (bool, error) {
		return false, nil
	})).To(MatchError(ContainSubstring("the run was stopped")))
}
