// Package stage arranges provider states: it puts fresh resources into the state in which a documented answer comes.
package stage

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/keyring"
	"github.com/essconform/essconform/harness/mock/internal/world"
)

// The bounds of the parameter "instances" of a state.
const (
	defaultInstances = 2
	mostInstances    = 1000
	// roomAbove is how far MaxSize is above the members, so that a full call of AttachInstances (20 ids) finds room.
	roomAbove = 20
	// defaultCooldown is in seconds (facts, section 6).
	defaultCooldown = 300
	// echoLimit bounds what an error repeats of a request, in bytes.
	echoLimit = 2048
)

// Abandoned is how long after its setup a state counts as one that will not be torn down. Its resources are given
// back when a setup finds no room; until then it stays, however old it is.
const Abandoned = 10 * time.Minute

// never is the end of an activity that stays in progress.
var never time.Time

// What a setup or teardown can answer, apart from success.
var (
	ErrUnknownState = errors.New("unknown provider state")
	ErrBadParams    = errors.New("bad params")
	ErrFull         = errors.New("too many open states")
)

// Stage arranges provider states, and remembers what each setup made until it is torn down.
type Stage struct {
	// Arranged may change the group that a setup has made, while the world is held; nil leaves it as it is.
	Arranged func(*world.World, *world.Group)

	world *world.World
	keys  *keyring.Keyring
	ids   *world.IDs

	mu     sync.Mutex
	scenes map[string]*scene // by the id of the group
}

// scene is what one setup made.
type scene struct {
	world *world.World
	keys  *keyring.Keyring
	ids   *world.IDs

	state     string
	since     time.Time
	group     *world.Group
	handed    []*world.Instance // the instances whose ids the caller gets
	all       []*world.Instance // those and the bystanders
	balancers []*world.LoadBalancer
	databases []*world.Database
	callers   []keyring.Credential
	values    map[string]any
}

// New is a stage without any scene.
func New(w *world.World, k *keyring.Keyring, ids *world.IDs) *Stage {
	return &Stage{world: w, keys: k, ids: ids, scenes: map[string]*scene{}}
}

// Setup makes fresh resources in the state of that name and returns its values: texts, and instanceIds as a []string.
func (st *Stage) Setup(name string, params map[string]any) (map[string]any, error) {
	def, err := findState(name)
	if err != nil {
		return nil, err
	}
	n, err := instancesParam(params)
	if err != nil {
		return nil, err
	}
	defer st.world.Hold()()
	st.mu.Lock()
	defer st.mu.Unlock()
	if err := st.makeRoom(n + bystanders + 1); err != nil {
		return nil, err
	}
	s := &scene{
		world: st.world, keys: st.keys, ids: st.ids, state: name, since: st.world.Now(), values: map[string]any{},
	}
	s.build(def, n)
	if st.Arranged != nil {
		st.Arranged(st.world, s.group)
	}
	st.scenes[s.group.ID] = s
	return s.values, nil
}

// makeRoom gives back what abandoned states hold, the oldest first, until one more group and its instances fit.
func (st *Stage) makeRoom(instances int) error {
	full := func() bool {
		n := st.world.Count()
		return n.Groups >= world.MaxGroups || n.Instances+instances > world.MaxInstances
	}
	if !full() {
		return nil
	}
	oldest := make([]*scene, 0, len(st.scenes))
	for _, s := range st.scenes {
		oldest = append(oldest, s)
	}
	slices.SortFunc(oldest, func(a, b *scene) int { return cmp.Compare(a.since.UnixNano(), b.since.UnixNano()) })
	for _, s := range oldest {
		if st.world.Now().Sub(s.since) < Abandoned || !full() {
			break
		}
		s.free()
		delete(st.scenes, s.group.ID)
	}
	if !full() {
		return nil
	}
	n := st.world.Count()
	return fmt.Errorf(
		"%w: %d groups and %d instances are there; send the teardown of each setup, or wait: a state that is not torn "+
			"down is given back %s after its setup",
		ErrFull,
		n.Groups,
		n.Instances,
		Abandoned,
	)
}

// Teardown frees what the setup made whose scalingGroupId is in params. To free it again, or what never was, is no
// error.
func (st *Stage) Teardown(name string, params map[string]any) error {
	if _, err := findState(name); err != nil {
		return err
	}
	id, ok := params["scalingGroupId"].(string)
	if !ok {
		return fmt.Errorf("%w: a teardown needs the scalingGroupId that the setup returned, as a string", ErrBadParams)
	}
	defer st.world.Hold()()
	st.mu.Lock()
	defer st.mu.Unlock()
	if s := st.scenes[id]; s != nil {
		s.free()
		delete(st.scenes, id)
	}
	return nil
}

// Drop frees what the state of a group made, and tells whether there was one.
func (st *Stage) Drop(group string) bool {
	defer st.world.Hold()()
	st.mu.Lock()
	defer st.mu.Unlock()
	s := st.scenes[group]
	if s == nil {
		return false
	}
	s.free()
	delete(st.scenes, group)
	return true
}

// State is the state that a group was arranged in, "" for a group of another origin.
func (st *Stage) State(group string) string {
	st.mu.Lock()
	defer st.mu.Unlock()
	if s := st.scenes[group]; s != nil {
		return s.state
	}
	return ""
}

// Clear forgets all scenes, without freeing what they hold.
func (st *Stage) Clear() {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.scenes = map[string]*scene{}
}

// Count is how many states are arranged.
func (st *Stage) Count() int {
	st.mu.Lock()
	defer st.mu.Unlock()
	return len(st.scenes)
}

func findState(name string) (state, error) {
	for _, s := range states() {
		if s.name == name {
			return s, nil
		}
	}
	return state{}, fmt.Errorf("%w %q", ErrUnknownState, bounded(name))
}

// instancesParam reads the only parameter of a setup.
func instancesParam(params map[string]any) (int, error) {
	for name := range params {
		if name != "instances" {
			return 0, fmt.Errorf("%w: unknown parameter %q: a setup takes only instances", ErrBadParams, bounded(name))
		}
	}
	value, sent := params["instances"]
	if !sent {
		return defaultInstances, nil
	}
	if i, ok := value.(int); ok {
		value = float64(i)
	}
	n, ok := value.(float64)
	if !ok || n != math.Trunc(n) || n < 0 || n > mostInstances {
		return 0, fmt.Errorf("%w: wanted instances to be a whole number from 0 to %d; got %s", ErrBadParams,
			mostInstances,
			bounded(fmt.Sprintf("%v", value)))
	}
	return int(n), nil
}

func bounded(s string) string {
	if len(s) <= echoLimit {
		return s
	}
	return strings.ToValidUTF8(s[:echoLimit], "") + "…"
}
