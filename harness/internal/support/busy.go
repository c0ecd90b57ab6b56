package support

import (
	"context"
	"errors"
	"time"
)

// refusedWith tells a refusal with a Code.
func refusedWith(err error, code string) bool {
	var refused *Refusal
	return errors.As(err, &refused) && refused.Code == code
}

// ForBusy tells a change that was refused because an activity of the group is in progress.
func ForBusy(err error) bool { return refusedWith(err, "ScalingActivityInProgress") }

// ForStatus tells a change that was refused because the group is Active or Inactive, or on the way there.
func ForStatus(err error) bool { return refusedWith(err, "IncorrectScalingGroupStatus") }

// WhileBusy makes a change again while it is refused because the group is busy, for as long as the patience lasts: what
// the Describe operations show may be older than an activity.
func (p Pace) WhileBusy(ctx context.Context, patience time.Duration, change func() error) error {
	begin, err := p.Now(), change()
	for pause := p.First; ForBusy(err) && p.Since(begin) < patience; pause = min(2*pause, p.Last) {
		if err := p.Sleep(ctx, pause); err != nil {
			return err
		}
		err = change()
	}
	return err
}
