package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/unknown"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports/printable"
	"github.com/essconform/essconform/spec"
)

// The codes by which a target says that it does not take the credentials (facts, section 8). With such a caller every
// case would fail, and none would say anything of the target.
var (
	rejections = []string{
		"SignatureDoesNotMatch", "IncompleteSignature", "SecurityTokenExpired", "IllegalTimestamp",
		"Forbidden.AccessKeyDisabled",
		"MissingSecurityToken", "MissingAccessKeyId", "MissingSignature",
	}
	rejectionFamilies = []string{"InvalidAccessKeyId", "InvalidSecurityToken", "InvalidTimeStamp"}
	// Codes of a target that did not find the parameters. Where that is so by one method only, it does not read them
	// there, and that is a fault to be judged.
	unread = []string{"MissingAccessKeyId", "MissingSignature"}
)

// rejects tells whether a target rejects the credentials with the code.
func rejects(code string) bool {
	return slices.Contains(rejections, code) ||
		slices.ContainsFunc(rejectionFamilies, func(family string) bool { return strings.HasPrefix(code, family) })
}

// probed is how a target answered to a signed call by one method; Code is "" for an answer without one.
type probed struct{ Method, Code string }

// rejection says by which code, and by which method alone, a target rejects the credentials; "" when it does not. One
// method is enough: else half of the cases would fail for a reason that is not in the target's answers.
func rejection(answers []probed) (code, onlyBy string) {
	for _, a := range answers {
		all := !slices.ContainsFunc(answers, func(b probed) bool { return !rejects(b.Code) })
		switch {
		case rejects(a.Code) && all:
			return a.Code, ""
		case rejects(a.Code) && !slices.Contains(unread, a.Code):
			return a.Code, a.Method
		}
	}
	return "", ""
}

// speaks tells whether something answered that takes calls here, or took all the time that there was. A server of https
// says in its own words that it was called by http.
func speaks(ex wire.Exchange) bool {
	if ex.TimedOut || ex.Response == nil {
		return ex.TimedOut
	}
	return ex.Response.Status != http.StatusBadRequest || !bytes.Contains(ex.Response.Body, []byte("HTTPS"))
}

// checkCaller asks for something that exists nowhere, so that it changes nothing, and looks only at whether the caller
// is known.
func checkCaller(
	ctx context.Context, s target.Settings, contract *spec.Contract, a Address, explain func(context.Context) error,
) error {
	n, err := newSupport(s, contract.APIVersion, contract.Instances.Prefix, a.Credentials, a.shared)
	if err != nil {
		return err
	}
	defer closeIdle(n)
	var answers []probed
	spoken := false
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		call := wire.Call{
			Method: method, Action: contract.Operation, Version: contract.APIVersion, Format: spec.JSON.Parameter(),
			Scheme: n.Scheme, Credentials: n.Credentials,
			Params: []wire.Param{
				{
					Name: "RegionId", Value: s.Region,
				}, {
					Name:  contract.Group.Name,
					Value: unknown.ID("asg-"),
				}, {
					Name: contract.Instances.Name(1), Value: unknown.ID("i-"),
				},
			},
			Shuffle: wire.ByName, Check: true,
		}
		answer := probed{Method: method}
		var refused *support.Refusal
		ex := n.Wire.Do(ctx, call)
		spoken = spoken || speaks(ex)
		if _, err := support.Read(contract.Operation, ex); errors.As(err, &refused) {
			answer.Code = refused.Code
		}
		answers = append(answers, answer)
	}
	if !spoken {
		if err := explain(ctx); err != nil {
			return err
		}
	}
	code, onlyBy := rejection(answers)
	if code == "" {
		return nil
	}
	if onlyBy != "" {
		onlyBy = " in calls by " + onlyBy
	}
	return fmt.Errorf("the target rejected these credentials (%s)%s, so no case could be judged; check the key, its "+
		"security token, the clock and -signature (now %s)",
		printable.Text(code, 80), onlyBy, s.Signature)
}
