package target

import (
	"flag"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// option is one row of the table of flags.
type option struct {
	name, env, usage string
	value            func(*Settings) flag.Value
}

var options = []option{
	{
		"endpoint", "ESSCONFORM_ENDPOINT", "`URL` of the target; none, or embedded: the embedded mock",
		text(func(s *Settings) *string { return &s.Endpoint }),
	},
	{"name", "", "the target's `NAME` in reports", text(func(s *Settings) *string { return &s.Name })},
	{"region", "ESSCONFORM_REGION", "RegionId `ID` that is sent", text(func(s *Settings) *string { return &s.Region })},
	{
		"signature", "ESSCONFORM_SIGNATURE", "`SCHEME` of the calls: v1, v3 or none",
		text(func(s *Settings) *string { return &s.Signature }),
	},
	{
		"verifies-signatures", "", "the target is expected to refuse bad signatures",
		func(s *Settings) flag.Value { return (*boolValue)(&s.VerifiesSignatures) },
	},
	{
		"provider-states", "ESSCONFORM_PROVIDER_STATES", "`URL` that arranges states",
		text(func(s *Settings) *string { return &s.ProviderStates }),
	},
	{
		"bindings", "ESSCONFORM_BINDINGS", "`FILE` of prepared resources for the states",
		text(func(s *Settings) *string { return &s.Bindings }),
	},
	{
		"arrange", "",
		"`api`: states are arranged through the API of the target, with what \"arrange:\" in the target file names",
		text(func(s *Settings) *string { return &s.Arrange }),
	},
	{
		"journal", "",
		"`FILE` that remembers what -arrange api has changed (default: journal.jsonl beside the reports)",
		text(func(s *Settings) *string { return &s.Journal }),
	},
	{"live", "", "the target may be on another machine", func(s *Settings) flag.Value { return (*boolValue)(&s.Live) }},
	{
		"insecure-http", "", "and be reached over plain http",
		func(s *Settings) flag.Value { return (*boolValue)(&s.InsecureHTTP) },
	},
	{
		"spec", "", "another description, a `FILE` or the API version of a built-in one: 2022-02-22",
		text(func(s *Settings) *string { return &s.Spec }),
	},
	{"cases", "", "`DIR` with more cases", text(func(s *Settings) *string { return &s.Cases })},
	{"timeout", "", "`DURATION` for one request", func(s *Settings) flag.Value { return (*durationValue)(&s.Timeout) }},
	{
		"activity-timeout", "",
		"`DURATION` until a scaling activity must have ended; default 10s on this machine, else 2m",
		func(s *Settings) flag.Value { return (*durationValue)(&s.ActivityTimeout) },
	},
	{
		"lag", "",
		"how old an answer of a Describe operation may be, a `DURATION`; default 1s on this machine, else 15s",
		func(s *Settings) flag.Value { return (*durationValue)(&s.Lag) },
	},
	{
		"late", "",
		"`DURATION` until what the calls did is looked at once more; 0: at once; default 2.5s on this machine, else " +
			"the lag",
		func(s *Settings) flag.Value { return (*lateValue)(&s.Late) },
	},
	{
		"jobs", "ESSCONFORM_JOBS",
		"run `N` cases at a time; default 8 where every setup gives fresh resources, else one for each group",
		func(s *Settings) flag.Value { return (*countValue)(&s.Jobs) },
	},
	{
		"cover", "",
		"`PART` of the case set: full, the default, or lean: the cheapest cases that still verify every requirement " +
			"in both formats and methods",
		func(s *Settings) flag.Value { return (*coverValue)(&s.Cover) },
	},
	{
		"rate", "", "at most `N` requests a second; default 0: no limit",
		func(s *Settings) flag.Value { return (*floatValue)(&s.Rate) },
	},
	{
		"wait", "", "how long to wait for a target that is still starting, a `DURATION`; default not at all",
		func(s *Settings) flag.Value { return (*durationValue)(&s.Wait) },
	},
	{
		"ca", "", "`FILE` with a CA certificate to trust, in PEM, beside the system's",
		text(func(s *Settings) *string { return &s.CA }),
	},
	{"waivers", "", "`FILE` of known failures", text(func(s *Settings) *string { return &s.Waivers })},
	{
		"report-dir", "ESSCONFORM_REPORT_DIR", "`DIR` for the reports",
		text(func(s *Settings) *string { return &s.ReportDir }),
	},
	{
		"no-har", "", "do not write exchanges.har, the recording of every exchange",
		func(s *Settings) flag.Value { return (*boolValue)(&s.NoHAR) },
	},
}

// Flags collects what the command line says, until Resolve puts it over the other sources.
type Flags struct {
	set  map[string]string
	file string
}

// Register adds the flags of the settings to a flag set.
func Register(fs *flag.FlagSet) *Flags {
	f := &Flags{set: map[string]string{}}
	fs.Func("target", "YAML `FILE` with these settings, arrange: and unsupported:", func(text string) error {
		if strings.TrimSpace(text) == "" {
			return errEmpty("-target")
		}
		f.file = text
		return nil
	})
	for _, o := range options {
		defaults, none := Defaults(), Settings{}
		v := &flagValue{name: o.name, into: f.set, scratch: o.value(&defaults)}
		if shown := v.scratch.String(); shown != o.value(&none).String() {
			v.shown = shown
		}
		fs.Var(v, o.name, o.usage)
	}
	return f
}

// Given is what the command line said, in the order of the table, as arguments that say it again.
func (f *Flags) Given() (args []string) {
	if f.file != "" {
		args = append(args, "-target", f.file)
	}
	for _, o := range options {
		if v, ok := f.set[o.name]; ok && o.name != "report-dir" {
			args = append(args, "-"+o.name+"="+v)
		}
	}
	return args
}

// Resolve merges defaults, file, environment and flags, in rising precedence, and checks the result. lookup is
// os.LookupEnv: a variable that is set but empty is an error. base is the directory against which relative paths are
// resolved; "" means the working directory.
func (f *Flags) Resolve(lookup func(string) (string, bool), base string) (Settings, error) {
	s, err := f.merge(lookup, base)
	if err != nil {
		return s, err
	}
	if err := s.Check(); err != nil {
		return s, err
	}
	return s.WithDefaults(), nil
}

// ResolveAnywhere is Resolve for commands that send nothing, so that they need no endpoint.
func (f *Flags) ResolveAnywhere(lookup func(string) (string, bool), base string) (Settings, error) {
	s, err := f.merge(lookup, base)
	if err != nil {
		return s, err
	}
	checked := s
	if s.Embedded() {
		checked.Bindings, checked.ProviderStates, checked.Arrange = "", "", ""
	}
	if err := checked.Check(); err != nil {
		return s, err
	}
	return s.WithDefaults(), nil
}

func (f *Flags) merge(lookup func(string) (string, bool), base string) (Settings, error) {
	s := Defaults()
	file := f.file
	if file == "" {
		name, err := given(lookup, "ESSCONFORM_TARGET")
		if err != nil {
			return s, err
		}
		file = name
	}
	if file != "" {
		if err := readFile(within(base, file), &s); err != nil {
			return s, err
		}
	}
	for _, o := range options {
		if o.env == "" {
			continue
		}
		v, err := given(lookup, o.env)
		if err != nil {
			return s, err
		}
		if v == "" {
			continue
		}
		if err := o.value(&s).Set(v); err != nil {
			return s, fmt.Errorf("%s=%q: %w", o.env, v, err)
		}
	}
	for _, o := range options {
		if v, ok := f.set[o.name]; ok {
			if err := o.value(&s).Set(v); err != nil {
				return s, fmt.Errorf("-%s %q: %w", o.name, v, err)
			}
		}
	}
	if s.Endpoint == EmbeddedEndpoint {
		s.Endpoint = ""
	}
	for _, p := range []*string{&s.Spec, &s.Cases, &s.Bindings, &s.Journal, &s.CA, &s.Waivers, &s.ReportDir} {
		*p = within(base, *p)
	}
	return s, nil
}

// given is a variable of the environment; "" when it is not set.
func given(lookup func(string) (string, bool), name string) (string, error) {
	v, set := lookup(name)
	if set && strings.TrimSpace(v) == "" {
		return "", errEmpty(name)
	}
	return v, nil
}

// Environment names the variables that settings are read from, for the help text.
func Environment() []string {
	var names []string
	for _, o := range options {
		if o.env != "" {
			names = append(names, o.env)
		}
	}
	return append(slices.Sorted(slices.Values(names)), "ESSCONFORM_TARGET")
}

// flagValue checks a flag's text when it is parsed and keeps it for Resolve.
type flagValue struct {
	name    string
	shown   string // the default as -h shows it behind the usage; "" where the usage says what holds then
	into    map[string]string
	scratch flag.Value
}

func (v *flagValue) String() string { return v.shown }

func (v *flagValue) Set(text string) error {
	if strings.TrimSpace(text) == "" {
		return errEmpty("-" + v.name)
	}
	if err := v.scratch.Set(text); err != nil {
		return err
	}
	v.into[v.name] = text
	return nil
}

func (v *flagValue) IsBoolFlag() bool { _, ok := v.scratch.(*boolValue); return ok }

func text(field func(*Settings) *string) func(*Settings) flag.Value {
	return func(s *Settings) flag.Value { return (*stringValue)(field(s)) }
}

type stringValue string

func (v *stringValue) String() string     { return string(*v) }
func (v *stringValue) Set(t string) error { *v = stringValue(strings.TrimSpace(t)); return nil }

type boolValue bool

func (v *boolValue) String() string { return strconv.FormatBool(bool(*v)) }
func (v *boolValue) Set(t string) error {
	b, err := strconv.ParseBool(t)
	if err != nil {
		return fmt.Errorf("write true or false")
	}
	*v = boolValue(b)
	return nil
}

type durationValue time.Duration

func (v *durationValue) String() string { return time.Duration(*v).String() }
func (v *durationValue) Set(t string) error {
	d, err := time.ParseDuration(t)
	if err != nil {
		return fmt.Errorf("write a duration such as 10s")
	}
	*v = durationValue(d)
	return nil
}

// lateValue keeps 0, which means at once, apart from a setting that was not given.
type lateValue time.Duration

func (v *lateValue) String() string { return max(0, time.Duration(*v)).String() }
func (v *lateValue) Set(t string) error {
	d, err := time.ParseDuration(t)
	if err != nil || d < 0 {
		return fmt.Errorf("write a duration such as 2.5s, or 0")
	}
	if d == 0 {
		d = -1
	}
	*v = lateValue(d)
	return nil
}

type coverValue string

func (v *coverValue) String() string {
	if *v == CoverFull {
		return "full"
	}
	return string(*v)
}

func (v *coverValue) Set(t string) error {
	switch t {
	case "full":
		*v = CoverFull
	case CoverLean:
		*v = CoverLean
	default:
		return fmt.Errorf("write full or lean")
	}
	return nil
}

type countValue int

func (v *countValue) String() string { return strconv.Itoa(int(*v)) }
func (v *countValue) Set(t string) error {
	n, err := strconv.Atoi(t)
	if err != nil || n < 1 {
		return fmt.Errorf("write a number from 1 on")
	}
	*v = countValue(n)
	return nil
}

type floatValue float64

func (v *floatValue) String() string { return strconv.FormatFloat(float64(*v), 'g', -1, 64) }
func (v *floatValue) Set(t string) error {
	f, err := strconv.ParseFloat(t, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return fmt.Errorf("write a number")
	}
	*v = floatValue(f)
	return nil
}
