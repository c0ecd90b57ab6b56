package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/printable"
)

const (
	redrawEvery = 200 * time.Millisecond // of the line on a terminal
	lineEvery   = 10 * time.Second       // between lines elsewhere
)

// progress says on stderr how far a run is: a line that is redrawn on a terminal, a line every ten seconds elsewhere.
type progress struct {
	out      io.Writer
	terminal bool
	total    int
	late     time.Duration // the wait before the late look
	began    time.Time

	mu      sync.Mutex
	ran     int // programs that have run
	done    int // results
	failed  int
	shown   bool // a line stands on the terminal
	stopped chan struct{}
	ended   sync.WaitGroup
}

// startProgress begins to print; nil prints nothing.
func startProgress(out io.Writer, terminal bool, total int, late time.Duration) *progress {
	p := &progress{
		out: out, terminal: terminal, total: total, late: late, began: time.Now(),
		stopped: make(chan struct{}),
	}
	every := lineEvery
	if terminal {
		every = redrawEvery
	}
	p.ended.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-p.stopped:
				return
			case <-tick.C:
				p.print()
			}
		}
	})
	return p
}

// begun notes a program that has run; what has surely failed is shown at once.
func (p *progress) begun(result reports.CaseResult, failed bool) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ran++
	if !failed {
		return
	}
	if p.failed++; p.failed > 1 || len(result.Findings) == 0 {
		return
	}
	p.clear()
	f := result.Findings[0]
	fmt.Fprintf(p.out, "first failure: %s\n  %s: wanted %s; got %s\n", result.ID, f.Requirement,
		printable.Text(f.Want, 200), printable.Text(f.Got, 200))
}

// final notes a result.
func (p *progress) final() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
}

// stop ends the printing and takes the line away.
func (p *progress) stop() {
	if p == nil {
		return
	}
	close(p.stopped)
	p.ended.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}

func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.shown = false
	}
}

func (p *progress) print() {
	p.mu.Lock()
	defer p.mu.Unlock()
	line := p.line(time.Since(p.began))
	if !p.terminal {
		fmt.Fprintln(p.out, line)
		return
	}
	p.clear()
	fmt.Fprint(p.out, line)
	p.shown = true
}

// line is how far the run is after so long.
func (p *progress) line(passed time.Duration) string {
	line := fmt.Sprintf("%d of %d cases", max(p.ran, p.done), p.total)
	if p.failed > 0 {
		line += fmt.Sprintf(", %d failed", p.failed)
	}
	switch {
	case p.ran < p.total:
		if p.ran > 0 {
			left := time.Duration(float64(passed)/float64(p.ran)*float64(p.total-p.ran)) + p.late
			line += fmt.Sprintf("; about %s left", left.Round(time.Second))
		}
	case p.done < p.total:
		line += fmt.Sprintf("; waiting %s for the late look", p.late)
	}
	return line
}
