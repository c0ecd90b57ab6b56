package recording

import (
	"time"

	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports/har"
)

// Recorder keeps the exchanges of one process of a run. A nil one keeps none.
type Recorder struct {
	folder   string
	spool    *har.Spool
	redactor *wire.Redactor
	knew     int // how many callers the redactor knew at the beginning
	began    time.Time
}

// New makes a recorder in a folder that all processes of a run share, see har.NewFolder. Times count from began.
func New(folder string, began time.Time, redactor *wire.Redactor) (*Recorder, error) {
	spool, err := har.NewSpool(folder)
	if err != nil {
		return nil, err
	}
	return &Recorder{folder: folder, spool: spool, redactor: redactor, knew: redactor.Known(), began: began}, nil
}

// Exchange keeps an exchange of wire, which was sent then.
func (r *Recorder) Exchange(ex wire.Exchange, sent time.Time, facts har.Facts) {
	if r == nil {
		return
	}
	r.time(&facts, sent, sent.Add(ex.Timings.Total))
	e := entry(ex, facts)
	r.spool.Add(&e)
}

// State keeps an exchange with a states endpoint.
func (r *Recorder) State(ex states.Exchange, facts har.Facts) {
	if r == nil {
		return
	}
	r.time(&facts, ex.Sent, ex.Done)
	e := state(ex, r.redactor.Redact, facts)
	r.spool.Add(&e)
}

// Note keeps what a case was told by something else than an exchange.
func (r *Recorder) Note(n har.Note, from, to time.Time) {
	if r == nil {
		return
	}
	n.FromMs, n.ToMs = har.Milliseconds(from.Sub(r.began)), har.Milliseconds(to.Sub(r.began))
	n.Value = r.redactor.Redact(n.Value)
	r.spool.Note(n)
}

func (r *Recorder) time(f *har.Facts, sent, done time.Time) {
	f.Sent, f.SentMs, f.DoneMs = sent, har.Milliseconds(sent.Sub(r.began)), har.Milliseconds(done.Sub(r.began))
}

// Close ends the recorder of a process. What it kept stays.
func (r *Recorder) Close() error {
	if r == nil {
		return nil
	}
	return r.spool.Close()
}

// Gather is what all processes have kept, when they have ended. What the run learned late is taken out of what came
// before, so the process that calls it is the one whose redactor knows the secrets of all.
func (r *Recorder) Gather() (*har.Recording, error) {
	if r == nil {
		return nil, nil
	}
	_ = r.spool.Close() // what is missing at its end is said in the file
	var hide func(string) string
	if r.redactor.Known() != r.knew {
		hide = r.redactor.Redact
	}
	return har.Gather(r.folder, hide)
}
