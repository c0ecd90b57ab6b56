package main

import (
	"cmp"
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// table is what is printed.
type table []row

// row is one figure. A row with what alone is a heading; aim and met are empty where no aim was set.
type row struct{ what, measured, aim, met string }

func heading(what string) row { return row{what: what} }

func figure(what, measured string) row { return row{what: "  " + what, measured: measured} }

func below[T cmp.Ordered](what string, got, most T, show func(T) string) row {
	return row{"  " + what, show(got), "≤ " + show(most), yes(got <= most)}
}

func above[T cmp.Ordered](what string, got, least T, show func(T) string) row {
	return row{"  " + what, show(got), "≥ " + show(least), yes(got >= least)}
}

func yes(met bool) string {
	if met {
		return "yes"
	}
	return "no"
}

func (t table) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "what\tmeasured\taim\tmet")
	for _, r := range t {
		if r.measured == "" {
			fmt.Fprintf(w, "%s\t\t\t\n", r.what)
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.what, r.measured, r.aim, r.met)
	}
	return w.Flush()
}

func show(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.2f ms", d.Seconds()*1000)
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

func ratio(r float64) string { return fmt.Sprintf("%.2f", r) }

func perSecond(n float64) string { return fmt.Sprintf("%.0f/s", n) }

// memoryRow judges nothing where the system does not tell.
func memoryRow(what string, bytes int64) row {
	if bytes == 0 {
		return figure(what, "unknown")
	}
	return below(what, bytes, 100_000_000, func(n int64) string { return fmt.Sprintf("%d MB", n/1_000_000) })
}
