package defect

import (
	"slices"
	"strings"

	"github.com/essconform/essconform/harness/mock"
)

// codes answers with a wrong Code.
func codes() []single {
	return slices.Concat(
		perCode(func(e documented) single {
			return wrongCode(e, "lower-case", "is in lower case", strings.ToLower(e.code))
		}),
		perCode(func(e documented) single {
			return wrongCode(e, "other", "is "+another(e.code), another(e.code))
		}),
		perCode(func(e documented) single {
			d := wrongCode(e, "prefix-xml", "has a prefix in XML", "Ess."+e.code)
			d.Break = answer(set("Code", "Ess."+e.code), inXML, coded(e.code))
			return d
		}),
		[]single{
			{
				"code.space", everyCode("error.code."), "a space stands behind the Code",
				answer(edited("Code", func(s string) string { return s + " " }), refused),
			},
			{
				"code.status-as-code", everyCode("error.code."), "the Code is the HTTP status",
				answer(func(a *mock.Answer) { set("Code", "400")(a) }, refused),
			},
			{
				"code.group-and-instance-swapped", on("error.code.InvalidScalingGroupId.NotFound"),
				"the codes of an unknown group and an unknown instance are swapped", both(
					answer(set("Code", "InvalidInstanceId.NotFound"), coded("InvalidScalingGroupId.NotFound")),
					answer(set("Code", "InvalidScalingGroupId.NotFound"), coded("InvalidInstanceId.NotFound")),
				),
			},
			{
				"code.last-part-post", on("error.code.InvalidInstanceId.NotFound"),
				"by POST the Code of an unknown instance ends before the point",
				answer(set("Code", "InvalidInstanceId"), byPOST, coded("InvalidInstanceId.NotFound")),
			},
			{
				"code.internal-error-later", everyCode("error.code."),
				"from the tenth error on the Code is InternalError",
				answerFrom(10, set("Code", "InternalError"), refused),
			},
		},
	)
}

func wrongCode(e documented, name, note, code string) single {
	return single{
		Name: "code." + e.code + "-" + name, Requirements: on("error.code." + e.code), Note: e.code + " " + note,
		Break: problem(e.code, func(p *mock.Problem) { p.Code = code }),
	}
}

// another is a code that an implementer could take for the documented one.
func another(code string) string {
	switch head, tail, _ := strings.Cut(code, "."); tail {
	case "NotFound":
		return head + ".Malformed"
	case "MinSize":
		return head + ".MaxSize"
	case "Unauthorized":
		return "Forbidden.RAM"
	}
	return "InvalidParameter"
}
