// Package control is what a developer steers the mock with over HTTP: health, reset, groups, the journal, latency,
// faults and the clock,
// as openapi.yaml describes them, and a page that shows them.
package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/fault"
	"github.com/essconform/essconform/harness/mock/internal/journal"
)

// The paths. Everything below Path is the control plane; UIPath is the page.
const (
	Path   = "/_mock/"
	UIPath = "/_ui"
)

const (
	// mostListed bounds a list, and defaultListed is how many come when the request does not say.
	mostListed, defaultListed = 1000, 100
	// longestForward bounds one step of the clock.
	longestForward = 366 * 24 * time.Hour
	// mostBody bounds a request, in bytes.
	mostBody = 64 << 10
)

// Mock is what the control plane steers.
type Mock interface {
	Health() Health
	Reset()
	Groups(limit int) (groups []Group, total int)
	DropGroup(id string) bool
	DropGroups() int
	Journal(after int64, limit int) (entries []journal.Entry, total int64)
	ClearJournal()
	Faults() []fault.Fault
	Inject(fault.Fault) (fault.Fault, error)
	RemoveFault(id string) bool
	ClearFaults()
	Latency() time.Duration
	SetLatency(time.Duration) error
	Clock() Clock
	Forward(time.Duration)
	StateNames() []string
}

// Health says that the mock answers.
type Health struct {
	Status    string    `json:"status"` // "ok"
	StartedAt time.Time `json:"startedAt"`
	Groups    int       `json:"groups"`
	Instances int       `json:"instances"`
	Requests  int64     `json:"requests"`
}

// Clock is the clock of the state.
type Clock struct {
	Now   time.Time      `json:"now"`
	Ahead fault.Duration `json:"ahead"` // of the clock that requests are held to
}

// Group is a scaling group and what belongs to it.
type Group struct {
	ID            string     `json:"id"`
	Name          string     `json:"name"`
	State         string     `json:"state"` // the provider state that it was arranged in, "" for none
	Lifecycle     string     `json:"lifecycle"`
	MinSize       int        `json:"minSize"`
	MaxSize       int        `json:"maxSize"`
	Desired       *int       `json:"desiredCapacity,omitempty"`
	CreatedAt     time.Time  `json:"createdAt"`
	CooldownUntil *time.Time `json:"cooldownUntil,omitempty"`
	Instances     []Instance `json:"instances"`
	Activities    []Activity `json:"activities"` // the newest first
	Balancers     []Resource `json:"loadBalancers"`
	Databases     []Resource `json:"dbInstances"`
}

// Instance is a member of a group.
type Instance struct {
	ID           string `json:"id"`
	Status       string `json:"status"` // of ECS
	Lifecycle    string `json:"lifecycle"`
	CreationType string `json:"creationType"`
}

// Activity is a scaling activity.
type Activity struct {
	ID          string     `json:"id"`
	Status      string     `json:"status"`
	Progress    int        `json:"progress"`
	Description string     `json:"description"`
	StartedAt   time.Time  `json:"startedAt"`
	EndsAt      *time.Time `json:"endsAt,omitempty"` // absent for one that never ends
}

// Resource is a load balancer or a DB instance.
type Resource struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

// New serves the control plane and the page.
func New(m Mock) http.Handler {
	mux := http.NewServeMux()
	for pattern, handle := range routes(m) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			value, err := handle(r)
			write(w, value, err)
		})
	}
	pages(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		write(
			w,
			nil,
			&problem{
				http.StatusNotFound,
				fmt.Sprintf("there is no %s %.100q; GET %sopenapi.yaml describes what there is",
					r.Method, r.URL.Path, Path),
			},
		)
	})
	return mux
}

// handle answers one request: a value for JSON, or an error.
type handle func(r *http.Request) (any, error)

// routes are the operations of openapi.yaml.
func routes(m Mock) map[string]handle {
	return map[string]handle{
		"GET /_mock/health": func(*http.Request) (any, error) { return m.Health(), nil },
		"POST /_mock/reset": func(*http.Request) (any, error) {
			m.Reset()
			return m.Health(), nil
		},
		"GET /_mock/states": func(*http.Request) (any, error) { return map[string]any{"states": m.StateNames()}, nil },
		"GET /_mock/groups": func(r *http.Request) (any, error) {
			limit, err := number(r, "limit", defaultListed, mostListed)
			if err != nil {
				return nil, err
			}
			groups, total := m.Groups(int(limit))
			return map[string]any{"total": total, "groups": groups}, nil
		},
		"DELETE /_mock/groups": func(*http.Request) (any, error) {
			return map[string]any{"dropped": m.DropGroups()}, nil
		},
		"DELETE /_mock/groups/{id}": func(r *http.Request) (any, error) {
			if !m.DropGroup(r.PathValue("id")) {
				return nil, &problem{http.StatusNotFound, fmt.Sprintf("there is no group %.100q", r.PathValue("id"))}
			}
			return map[string]any{"dropped": 1}, nil
		},
		"GET /_mock/journal": func(r *http.Request) (any, error) {
			limit, err := number(r, "limit", defaultListed, mostListed)
			if err != nil {
				return nil, err
			}
			after, err := number(r, "after", 0, 1<<62)
			if err != nil {
				return nil, err
			}
			entries, total := m.Journal(after, int(limit))
			return map[string]any{"total": total, "entries": entries}, nil
		},
		"DELETE /_mock/journal": func(*http.Request) (any, error) {
			m.ClearJournal()
			return map[string]any{"total": 0}, nil
		},
		"GET /_mock/faults": func(*http.Request) (any, error) { return map[string]any{"faults": m.Faults()}, nil },
		"POST /_mock/faults": func(r *http.Request) (any, error) {
			var f fault.Fault
			if err := read(r, &f); err != nil {
				return nil, err
			}
			f, err := m.Inject(f)
			if err != nil {
				return nil, &problem{http.StatusBadRequest, err.Error()}
			}
			return f, nil
		},
		"DELETE /_mock/faults": func(*http.Request) (any, error) {
			m.ClearFaults()
			return map[string]any{"faults": []fault.Fault{}}, nil
		},
		"DELETE /_mock/faults/{id}": func(r *http.Request) (any, error) {
			if !m.RemoveFault(r.PathValue("id")) {
				return nil, &problem{http.StatusNotFound, fmt.Sprintf("no fault %.100q waits", r.PathValue("id"))}
			}
			return map[string]any{"faults": m.Faults()}, nil
		},
		"GET /_mock/latency": func(*http.Request) (any, error) { return latency{fault.Duration(m.Latency())}, nil },
		"PUT /_mock/latency": func(r *http.Request) (any, error) {
			var l latency
			if err := read(r, &l); err != nil {
				return nil, err
			}
			if err := m.SetLatency(time.Duration(l.Latency)); err != nil {
				return nil, &problem{http.StatusBadRequest, err.Error()}
			}
			return l, nil
		},
		"GET /_mock/clock": func(*http.Request) (any, error) { return m.Clock(), nil },
		"POST /_mock/clock": func(r *http.Request) (any, error) {
			var step struct {
				Forward fault.Duration `json:"forward"`
			}
			if err := read(r, &step); err != nil {
				return nil, err
			}
			if d := time.Duration(step.Forward); d <= 0 || d > longestForward {
				return nil, &problem{
					http.StatusBadRequest,
					fmt.Sprintf(`forward is %s; wanted a duration such as "10m", up to %s`, d, longestForward),
				}
			}
			m.Forward(time.Duration(step.Forward))
			return m.Clock(), nil
		},
	}
}

type latency struct {
	Latency fault.Duration `json:"latency"`
}

// problem is an error with the status of its answer.
type problem struct {
	status int
	text   string
}

func (p *problem) Error() string { return p.text }

// read decodes the body, strictly: a member that is not known would be ignored in silence.
func read(r *http.Request, into any) error {
	d := json.NewDecoder(http.MaxBytesReader(nil, r.Body, mostBody))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return &problem{
			http.StatusBadRequest,
			fmt.Sprintf("the body is not the JSON object that was wanted: %.300s", err),
		}
	}
	if d.More() {
		return &problem{http.StatusBadRequest, "the body has something behind its JSON object"}
	}
	return nil
}

// number reads a parameter of the query.
func number(r *http.Request, name string, absent, highest int64) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > highest {
		return 0, &problem{
			http.StatusBadRequest,
			fmt.Sprintf("%s is %.100q; wanted a whole number from 0 to %d", name, text, highest),
		}
	}
	return n, nil
}

func write(w http.ResponseWriter, value any, err error) {
	status := http.StatusOK
	if err != nil {
		status = http.StatusInternalServerError
		if p, ok := errors.AsType[*problem](err); ok {
			status = p.status
		}
		value = map[string]any{"error": err.Error()}
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("control: %v", err)) // all values are plain structs and maps
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // net/http closes the connection of a caller who left
}

// Serves tells whether a path belongs to the control plane or to the page.
func Serves(path string) bool {
	return strings.HasPrefix(path, "/_") &&
		(strings.HasPrefix(path, Path) || path == UIPath || strings.HasPrefix(path, UIPath+"/"))
}
