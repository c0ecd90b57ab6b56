package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/printable"
)

// clockSkew is how far the clock of the machine that wrote a report may be ahead.
const clockSkew = 5 * time.Minute

// wanted says which runs a command takes reports of: a report that another run left behind must not stand for the one
// that is meant.
type wanted struct {
	ids    []string
	maxAge time.Duration
}

func (w *wanted) register(fs *flag.FlagSet) {
	fs.Func("run-id",
		"take a report of the run with this `ID` only (run.id in report.json); may be given several times",
		func(v string) error {
			if strings.TrimSpace(v) == "" {
				return errors.New("the id is empty; an unset variable must not let every report through")
			}
			w.ids = append(w.ids, v)
			return nil
		})
	fs.Func("max-age", "take no report of a run that ended longer ago than this `DURATION`", func(v string) error {
		d, err := time.ParseDuration(v)
		if err != nil || d <= 0 {
			return errors.New("write a duration above 0, such as 1h")
		}
		w.maxAge = d
		return nil
	})
}

// check is an error when the report is of another run, or too old.
func (w *wanted) check(file string, r reports.Report, now time.Time) error {
	if len(w.ids) > 0 && !slices.Contains(w.ids, r.Run.ID) {
		return fmt.Errorf("%s is of run %s; wanted %s", file, printable.Text(r.Run.ID, 80), strings.Join(w.ids, ", "))
	}
	if w.maxAge == 0 {
		return nil
	}
	switch age := now.Sub(r.Run.EndedAt); {
	case age > w.maxAge:
		return fmt.Errorf("%s is too old: its run ended at %s, longer ago than -max-age %s; run the suite again",
			file, r.Run.EndedAt.Format(time.RFC3339), w.maxAge)
	case age < -clockSkew:
		return fmt.Errorf("%s is of a run that ends in the future, at %s; correct the clock, and run the suite again",
			file, r.Run.EndedAt.Format(time.RFC3339))
	}
	return nil
}
