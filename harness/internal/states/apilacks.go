package states

import (
	"errors"
	"fmt"
	"slices"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/target"
)

// Lacks says what the target file or the environment lacks for the states of a case with -arrange api, and for which
// one; nil when nothing.
func Lacks(all []fixtures.State, kinds func(string) (fixtures.StateKind, bool), with target.API,
	getenv func(string) string,
) (state string, err error) {
	first, groups, wanted := true, 0, 0
	for _, s := range all {
		kind, _ := kinds(s.Name)
		wanted += s.Instances
		if first {
			wanted += kind.Spare
		}
		if groups++; groups > 2 {
			return s.Name, errMoreGroups
		}
		if err := lacks(with, getenv, kind, wanted, first); err != nil {
			return s.Name, err
		}
		first = first && slices.Contains(kind.Arrange, secondGroup)
	}
	return "", nil
}

// LacksAll is Lacks for several groups with resources of their own: nil when one of them has all, else what the first
// one lacks.
func LacksAll(all []fixtures.State, kinds func(string) (fixtures.StateKind, bool), lanes []target.API,
	getenv func(string) string,
) (state string, err error) {
	for i, lane := range lanes {
		of, lacking := Lacks(all, kinds, lane, getenv)
		if lacking == nil {
			return "", nil
		}
		if i == 0 {
			state, err = of, lacking
		}
	}
	return state, err
}

// lacks says what is missing for one state. wanted: so many instances in all; first: it is to be made in the first
// group.
func lacks(with target.API, getenv func(string) string, kind fixtures.StateKind, wanted int, first bool) error {
	second, named := slices.Contains(kind.Arrange, secondGroup), len(with.InstanceIDs)
	switch {
	case !first && !second && len(kind.Arrange) > 0:
		return errors.New("-arrange api can make this state for the first group of a case only")
	case wanted > named:
		return fmt.Errorf("%d instances are wanted and arrange.instanceIds names %d: add %d more to the target file",
			wanted, named, wanted-named)
	case (second || !first) && !with.Create && with.OtherScalingGroupID == "":
		return errors.New(`this needs a second group; add otherScalingGroupId below "arrange:" in the target file`)
	case slices.Contains(kind.Values, "loadBalancerId") && with.LoadBalancerID == "":
		return errors.New(`no load balancer is given; add loadBalancerId below "arrange:" in the target file`)
	case slices.Contains(kind.Values, "dbInstanceId") && with.DBInstanceID == "":
		return errors.New(`no DB instance is given; add dbInstanceId below "arrange:" in the target file`)
	case slices.Contains(kind.Values, "accessKeyId"):
		return lacksCaller(with, getenv)
	}
	return nil
}

func lacksCaller(with target.API, getenv func(string) string) error {
	idEnv, secretEnv := with.DeniedAccessKeyIDEnv, with.DeniedAccessKeySecretEnv
	if idEnv == "" {
		return errors.New("no denied caller is given; add deniedAccessKeyIdEnv and deniedAccessKeySecretEnv below " +
			`"arrange:" in the target file`)
	}
	if getenv(idEnv) == "" || getenv(secretEnv) == "" {
		return fmt.Errorf("%s or %s is not set; export the credentials of a caller who may not call DetachInstances",
			idEnv, secretEnv)
	}
	return nil
}
