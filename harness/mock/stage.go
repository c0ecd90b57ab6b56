package mock

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"time"
)

// The bounds of the parameter "instances" of a state.
const (
	defaultInstances = 2
	mostInstances    = 1000
	// roomAbove is how far MaxSize is above the members, so that a full call of AttachInstances finds room.
	roomAbove = maxInstanceIDs
)

// never is the end of an activity that stays in progress.
var never time.Time

// What a setup or teardown can answer, apart from success.
var (
	ErrUnknownState = errors.New("unknown provider state")
	ErrBadParams    = errors.New("bad params")
	ErrFull         = errors.New("too many open states")
)

// stage arranges provider states, and remembers what each setup made until it is torn down.
type stage struct {
	world *World
	keys  *keyring

	mu     sync.Mutex
	scenes map[string]*scene // by the id of the group
}

// scene is what one setup made.
type scene struct {
	world *World
	keys  *keyring

	group     *Group
	handed    []*Instance // the instances that the caller is told of
	all       []*Instance // those and the bystanders
	balancers []*LoadBalancer
	databases []*Database
	callers   []Credential
	values    map[string]any
}

func newStage(w *World, k *keyring) *stage {
	return &stage{world: w, keys: k, scenes: map[string]*scene{}}
}

// StateNames are the provider states that Setup knows.
func StateNames() []string {
	var names []string
	for _, s := range states() {
		names = append(names, s.name)
	}
	return names
}

// Setup makes fresh resources in the state of that name and returns its values: texts, and instanceIds as a []string. The errors are
// ErrUnknownState, ErrBadParams and ErrFull, each with a text that says more.
func (s *Server) Setup(name string, params map[string]any) (map[string]any, error) {
	return s.stage.setup(name, params)
}

// Teardown frees what the setup made whose scalingGroupId is in params. To free it again, or what never was, is no error.
func (s *Server) Teardown(name string, params map[string]any) error {
	return s.stage.teardown(name, params)
}

func (st *stage) setup(name string, params map[string]any) (map[string]any, error) {
	def, err := findState(name)
	if err != nil {
		return nil, err
	}
	n, err := instancesParam(params)
	if err != nil {
		return nil, err
	}
	defer st.world.hold()()
	if len(st.world.groups) >= maxGroups || len(st.world.instances)+n+bystanders+1 > maxInstances {
		return nil, fmt.Errorf("%w: %d groups and %d instances are there; send the teardown of each setup",
			ErrFull, len(st.world.groups), len(st.world.instances))
	}
	s := &scene{world: st.world, keys: st.keys, values: map[string]any{}}
	s.build(def, n)
	st.mu.Lock()
	defer st.mu.Unlock()
	st.scenes[s.group.ID] = s
	return s.values, nil
}

func (st *stage) teardown(name string, params map[string]any) error {
	if _, err := findState(name); err != nil {
		return err
	}
	id, ok := params["scalingGroupId"].(string)
	if !ok {
		return fmt.Errorf("%w: a teardown needs the scalingGroupId that the setup returned, as a string", ErrBadParams)
	}
	defer st.world.hold()()
	st.mu.Lock()
	defer st.mu.Unlock()
	if s := st.scenes[id]; s != nil {
		s.free()
		delete(st.scenes, id)
	}
	return nil
}

func (st *stage) count() int {
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
		return 0, fmt.Errorf("%w: wanted instances to be a whole number from 0 to %d; got %s", ErrBadParams, mostInstances,
			bounded(fmt.Sprintf("%v", value)))
	}
	return int(n), nil
}

// build makes the group that every state begins with, and then what the state makes of it.
func (s *scene) build(def state, n int) {
	w := s.world
	s.group = w.NewGroup(1, 0, defaultCooldown)
	s.group.Lifecycle = GroupActive
	s.values["scalingGroupId"] = s.group.ID
	if !def.empty {
		for range n {
			s.handed = append(s.handed, s.member("AutoCreated"))
		}
		for range bystanders {
			s.member("AutoCreated")
		}
		ids := make([]string, 0, n)
		for _, i := range s.handed {
			ids = append(ids, i.ID)
		}
		s.values["instanceIds"] = ids
	}
	s.balancer(true)
	s.database(true)
	if def.arrange != nil {
		def.arrange(s)
	}
	s.group.MaxSize = len(s.group.Members) + roomAbove
}

func (s *scene) member(creationType string) *Instance {
	i := s.world.NewInstance()
	s.world.Join(s.group, i, InService, creationType)
	s.all = append(s.all, i)
	return i
}

func (s *scene) balancer(active bool) *LoadBalancer {
	b := s.world.NewLoadBalancer(active)
	s.balancers = append(s.balancers, b)
	s.group.Balancers = append(s.group.Balancers, b)
	return b
}

func (s *scene) database(running bool) *Database {
	d := s.world.NewDatabase(running)
	s.databases = append(s.databases, d)
	s.group.Databases = append(s.group.Databases, d)
	return d
}

// attachOneMore starts an activity that attaches one more bystander.
func (s *scene) attachOneMore() *Activity {
	i := s.member("Attached")
	i.Lifecycle = Pending
	return s.world.Begin(s.group, []*Instance{i}, "attach", 0, finishAttaching)
}

// caller adds a caller who may not call an operation.
func (s *scene) caller(denied string) Credential {
	ids := s.world.ids
	c := Credential{AccessKeyID: ids.Next(keyPrefix), AccessKeySecret: ids.Next(""), Denied: []string{denied}}
	s.keys.add(c)
	s.callers = append(s.callers, c)
	return c
}

// free forgets everything that the setup made, wherever it is by now.
func (s *scene) free() {
	s.world.RemoveGroup(s.group)
	for _, i := range s.all {
		s.world.RemoveInstance(i)
	}
	for _, b := range s.balancers {
		delete(s.world.balancers, b.ID)
	}
	for _, d := range s.databases {
		delete(s.world.databases, d.ID)
	}
	for _, c := range s.callers {
		s.keys.remove(c.AccessKeyID)
	}
}
