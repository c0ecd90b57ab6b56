package target

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
)

// The values of -arrange.
const (
	ArrangeAPI  = "api"
	ArrangeNone = "none"
)

// API names what the states may be arranged with, through the API of the target itself. Nothing else is ever changed.
// In the target file it stands below "arrange:". It holds no secret: credentials are named by the environment variables
// that hold them.
type API struct {
	ScalingGroupID      string `yaml:"scalingGroupId"`
	OtherScalingGroupID string `yaml:"otherScalingGroupId"`
	Create              bool   `yaml:"create"` // make both groups, and remove them at the end
	// further parameters of CreateScalingGroup, such as VSwitchId
	CreateParams   map[string]string `yaml:"createParams"`
	InstanceIDs    []string          `yaml:"instanceIds"`
	LoadBalancerID string            `yaml:"loadBalancerId"`
	DBInstanceID   string            `yaml:"dbInstanceId"`
	// Groups are more groups, with resources of their own, so that as many cases can run at a time.
	Groups []API `yaml:"groups"`

	DeniedAccessKeyIDEnv     string `yaml:"deniedAccessKeyIdEnv"`
	DeniedAccessKeySecretEnv string `yaml:"deniedAccessKeySecretEnv"`

	// Addresses of the other products; "" where the endpoint serves them, too.
	ECSEndpoint string `yaml:"ecsEndpoint"`
	SLBEndpoint string `yaml:"slbEndpoint"`
	RDSEndpoint string `yaml:"rdsEndpoint"`
}

// endpoints are the addresses of the other products that were given, by the key that gave them.
func (a *API) endpoints() map[string]string {
	out := map[string]string{}
	if a != nil {
		for key, url := range map[string]string{
			"ecsEndpoint": a.ECSEndpoint, "slbEndpoint": a.SLBEndpoint,
			"rdsEndpoint": a.RDSEndpoint,
		} {
			if url != "" {
				out[key] = url
			}
		}
	}
	return out
}

// ByAPI tells whether states are arranged through the API of the target.
func (s Settings) ByAPI() bool { return s.Arrange == ArrangeAPI }

// UserResources tells whether states are arranged with resources that the user named. Others beside them are never
// touched.
func (s Settings) UserResources() bool { return s.ByAPI() || s.Bindings != "" }

// JournalFile is where the changes of a run are written down.
func (s Settings) JournalFile() string {
	return cmp.Or(s.Journal, filepath.Join(s.ReportDir, "journal.jsonl"))
}

// checkArrangement finds ways to arrange states that cannot work, or not together.
func (s Settings) checkArrangement() error {
	if !slices.Contains([]string{"", ArrangeAPI, ArrangeNone}, s.Arrange) {
		return fmt.Errorf("-arrange %q is unknown; write api, or none", s.Arrange)
	}
	ways := 0
	for flag, given := range map[string]bool{
		"-provider-states": s.ProviderStates != "", "-bindings": s.Bindings != "",
		"-arrange api": s.ByAPI(),
	} {
		if !given {
			continue
		}
		ways++
		if s.Embedded() {
			return fmt.Errorf(
				"%s is given without -endpoint; the embedded mock brings its own states: give both or neither", flag)
		}
	}
	switch {
	case ways > 1:
		return fmt.Errorf("choose one of -provider-states, -bindings and -arrange api (or \"arrange:\" in the target " +
			"file): they arrange the same states")
	case s.ByAPI() && s.API == nil:
		return fmt.Errorf("-arrange api needs to know what it may touch; name it below \"arrange:\" in a target file " +
			"(-target FILE)")
	case s.ByAPI():
		if err := s.API.checkLanes(); err != nil {
			return fmt.Errorf("%s: arrange: %w", cmp.Or(s.File, "target"), err)
		}
	}
	return nil
}

// check finds what is wrong with one group and its resources.
func (a *API) check() error {
	switch {
	case a.Create == (a.ScalingGroupID != ""):
		return errors.New("give either scalingGroupId, or create: true")
	case a.Create && a.OtherScalingGroupID != "":
		return errors.New("otherScalingGroupId is given with create: true, which makes both groups; remove one of them")
	case !a.Create && len(a.CreateParams) > 0:
		return errors.New("createParams is for create: true only")
	case !a.Create && a.OtherScalingGroupID == a.ScalingGroupID:
		return errors.New("otherScalingGroupId is the same as scalingGroupId; name a second, empty group, or none")
	case len(a.InstanceIDs) == 0:
		return errors.New("instanceIds is empty; name instances that may be attached and detached, best 6 or more")
	case slices.Contains(a.InstanceIDs, ""):
		return errors.New("instanceIds holds an empty id")
	case len(slices.Compact(slices.Sorted(slices.Values(a.InstanceIDs)))) < len(a.InstanceIDs):
		return errors.New("instanceIds names an instance twice")
	}
	if err := CheckEnvNames("deniedAccessKeyIdEnv", a.DeniedAccessKeyIDEnv, "deniedAccessKeySecretEnv",
		a.DeniedAccessKeySecretEnv); err != nil {
		return err
	}
	for key, url := range a.endpoints() {
		if err := checkURL(key, url); err != nil {
			return err
		}
	}
	return nil
}

var envName = regexp.MustCompile(`^[A-Z_][A-Z0-9_]{0,100}$`)

// CheckEnvNames checks the names of two environment variables of which both or none are given. What does not look like
// a name may be the secret itself, so it is not repeated.
func CheckEnvNames(idKey, id, secretKey, secret string) error {
	if (id == "") != (secret == "") {
		return fmt.Errorf("give both %s and %s, or neither", idKey, secretKey)
	}
	for key, name := range map[string]string{idKey: id, secretKey: secret} {
		if name != "" && !envName.MatchString(name) {
			return fmt.Errorf(
				"%s must be the name of an environment variable, in capitals; never write a key into a file", key)
		}
	}
	return nil
}
