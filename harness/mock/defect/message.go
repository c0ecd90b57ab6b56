package defect

import (
	"slices"
	"strings"

	"github.com/essconform/essconform/harness/mock"
)

// messages answers with a wrong Message.
func messages() []single {
	return slices.Concat(
		perCode(func(e documented) single {
			return wrongMessage(e, "no-full-stop", "has no full stop",
				func(m string) string { return strings.TrimSuffix(m, ".") })
		}),
		perCode(func(e documented) single {
			return wrongMessage(e, "is-code", "has its Code for a message", func(string) string { return e.code })
		}),
		perCode(func(e documented) single {
			d := wrongMessage(e, "lower-case-json", "has a message that begins in lower case, in JSON", nil)
			d.Break = answer(edited("Message", func(m string) string { return strings.ToLower(m[:1]) + m[1:] }),
				inJSON, coded(e.code))
			return d
		}),
		placeholders(),
		[]single{
			{
				"message.empty", everyCode("error.message."), "the Message of every error is empty",
				answer(set("Message", ""), refused),
			},
			{
				"message.two-spaces", everyCode("error.message."), "two spaces stand between the words",
				answer(edited("Message", func(m string) string { return strings.Replace(m, " ", "  ", 1) }), refused),
			},
			{
				"message.line-break", everyCode("error.message."), "a line break stands at the end",
				answer(edited("Message", func(m string) string { return m + "\n" }), refused),
			},
			{
				"message.code-before", everyCode("error.message."), "the Code stands before the text",
				answer(func(a *mock.Answer) {
					set("Message", value(a, "Code")+": "+value(a, "Message"))(a)
				}, refused),
			},
			{
				"message.translated", on("error.message.InvalidScalingGroupId.NotFound"),
				"an unknown group has its description for a message",
				answer(set("Message", "指定的伸缩组不存在。"), coded("InvalidScalingGroupId.NotFound")),
			},
			{
				"message.corrected", on("error.message.IncorrectCapacity.MinSize"), "“lesser” is corrected to “less”",
				answer(edited("Message", func(m string) string { return strings.Replace(m, "lesser", "less", 1) }),
					coded("IncorrectCapacity.MinSize")),
			},
			{
				"message.cut", on("error.message.ScalingActivityInProgress"),
				"a long message is cut after 64 characters, by GET",
				answer(edited("Message", func(m string) string { return m[:min(len(m), 64)] }), byGET,
					coded("ScalingActivityInProgress")),
			},
			{
				"message.balancer-as-group", on("error.message.IncorrectLoadBalancerStatus"),
				"a load balancer has the message of a group",
				answer(edited("Message",
					func(m string) string {
						return strings.Replace(m, "load balancer", "scaling group",
							1)
					}), coded("IncorrectLoadBalancerStatus")),
			},
		},
	)
}

func wrongMessage(e documented, name, note string, edit func(string) string) single {
	return single{
		Name: "message." + e.code + "-" + name, Requirements: on("error.message." + e.code), Note: e.code + " " + note,
		Break: problem(e.code, func(p *mock.Problem) { p.Message = edit(p.Message) }),
	}
}

// placeholders fills XXX wrongly.
func placeholders() (out []single) {
	for _, e := range documentedErrors() {
		if !e.named {
			continue
		}
		add := func(name, note string, edit func(c *mock.Call, m string) string, when ...filter) {
			out = append(out, single{
				Name: "message." + e.code + "-" +
					name, Requirements: on("error.message." + e.code), Note: "the message of " + e.code + " " + note,
				Break: answer(func(a *mock.Answer) { set("Message", edit(a.Call, value(a, "Message")))(a) },
					append(when, coded(e.code))...),
			})
		}
		add("placeholder", "has XXX left in", func(_ *mock.Call, m string) string { return subject(m, "XXX") })
		add("placeholder-xml", "has XXX left in, in XML",
			func(_ *mock.Call, m string) string { return subject(m, "XXX") }, inXML)
		add("names-group", "names the group",
			func(c *mock.Call, m string) string { return subject(m, c.Request.Param("ScalingGroupId")) })
		add("names-nothing", "names nothing", func(_ *mock.Call, m string) string { return subject(m, "") })
		add("names-parameter", "names a parameter",
			func(_ *mock.Call, m string) string { return subject(m, "InstanceId.1") })
		add("half-quoted", "has one quote only",
			func(_ *mock.Call, m string) string { return strings.Replace(m, `"`, "", 1) })
		add("id-cut", "names the id without its last character", func(_ *mock.Call, m string) string {
			i := strings.LastIndexByte(m, '"')
			return m[:i-1] + m[i:]
		})
		add("id-upper-case", "names the id in upper case", func(_ *mock.Call, m string) string {
			_, id, _ := strings.Cut(m, `"`)
			id, _, _ = strings.Cut(id, `"`)
			return subject(m, strings.ToUpper(id))
		}, byPOST)
	}
	return append(
		out,
		single{
			"message.names-first-of-list", on("error.message.InvalidInstanceId.NotFound"), "an unknown instance in a " +
				"list: the message names the first one",
			answer(func(a *mock.Answer) { set("Message", subject(value(a, "Message"), first(a.Call)))(a) },
				coded("InvalidInstanceId.NotFound")),
		},
		single{
			"message.names-last-of-list", on("error.message.InvalidInstanceId.NotFound"), "an unknown instance in a " +
				"list: the message names the last one",
			answer(func(a *mock.Answer) { set("Message", subject(value(a, "Message"), last(a.Call)))(a) },
				coded("InvalidInstanceId.NotFound")),
		},
		single{
			"message.names-whole-list", on("error.message.InvalidInstanceId.NotFound"), "an unknown instance in a " +
				"list: the message names all of them",
			answer(func(a *mock.Answer) {
				set("Message", subject(value(a, "Message"), strings.Join(a.Call.InstanceIDs, ",")))(a)
			}, coded("InvalidInstanceId.NotFound")),
		},
	)
}

// subject puts an id between the quotes of a message.
func subject(message, id string) string {
	head, rest, _ := strings.Cut(message, `"`)
	_, tail, _ := strings.Cut(rest, `"`)
	return head + `"` + id + `"` + tail
}

func first(c *mock.Call) string { return c.InstanceIDs[0] }

func last(c *mock.Call) string { return c.InstanceIDs[len(c.InstanceIDs)-1] }
