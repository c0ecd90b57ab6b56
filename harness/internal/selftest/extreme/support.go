package extreme

import (
	"strings"
	"time"
)

// HostileSupport is a set of supporting operations that answer in order to hurt.
type HostileSupport struct {
	Name    string
	Support Behaviour
	Waits   bool // each answer lasts as long as the caller waits
}

// AllHostileSupport gives them all.
func AllHostileSupport() []HostileSupport {
	poison := escaped(Call{Format: "json"}, Poison)
	long := strings.Repeat("A", mebibyte-400)
	object := func(body string) Behaviour { return same("200 OK", contentType(typeJSON), body) }
	lists := func(item string, n int) Behaviour {
		items := "[" + strings.Repeat(item+",", n) + item + "]"
		// One list stands under each name, because the length of all together is bounded.
		return whole(func(c Call) string {
			outer, inner := "Scaling"+strings.TrimPrefix(c.Action, "DescribeScaling"), ""
			switch c.Action {
			case "DescribeScalingActivities":
				inner = "ScalingActivity"
			case "DescribeInstances":
				outer, inner = "Instances", "Instance"
			default:
				inner = strings.TrimSuffix(outer, "s")
			}
			return response("200 OK", contentType(typeJSON),
				`{"TotalCount":2000000000,"`+outer+`":{"`+inner+`":`+items+`}}`)
		})
	}
	return []HostileSupport{
		{Name: "hang", Support: hang, Waits: true},
		{
			Name:    "a body byte by byte",
			Support: trickle("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "{}", 20*time.Millisecond),
			Waits:   true,
		},
		{Name: "a body that never ends", Support: flood("HTTP/1.1 200 OK\r\n\r\n{", strings.Repeat(" ", 64<<10), 0)},
		{Name: "lists that never end", Support: lists("{}", 0)},
		{Name: "pages of as many objects as fit", Support: lists("{}", mebibyte/3-100)},
		{Name: "pages of as many lists as fit", Support: lists("[[[[]]]]", mebibyte/9-100)},
		{Name: "pages of as many numbers as fit", Support: lists("0", mebibyte/2-100)},
		{
			Name: "pages of long ids",
			Support: lists(
				`{"InstanceId":"`+strings.Repeat("i", 20_000)+`","ScalingActivityId":"`+strings.Repeat("a", 100)+`"}`,
				40),
		},
		{
			Name:    "deep JSON",
			Support: object(`{"ScalingInstances":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`),
		},
		{
			Name:    "deep objects",
			Support: object(strings.Repeat(`{"ScalingInstances":`, 9_000) + "1" + strings.Repeat("}", 9_000)),
		},
		{
			Name:    "as many duplicate keys as fit",
			Support: object("{" + strings.Repeat(`"Code":[],`, mebibyte/10-10) + `"Code":1}`),
		},
		{Name: "poison in every field", Support: everyField(poison)},
		{Name: "64 KiB in every field", Support: everyField(strings.Repeat("A", 64<<10))},
		{Name: "a refusal in poison", Support: whole(func(Call) string {
			return rendered(Call{Format: "json"}, "400 "+Poison, errorRoot, failure(poison, poison, poison)...)
		})},
		{Name: "a refusal of 1 MiB", Support: whole(func(Call) string {
			return rendered(Call{Format: "json"}, "400 Bad Request", errorRoot, failure("r", long, "m")...)
		})},
		{Name: "a number of 1 MiB", Support: object(`{"TotalCount":` + strings.Repeat("9", mebibyte-400) + `}`)},
		{Name: "invalid UTF-8", Support: everyField("\xff\xfe")},
		{Name: "reset", Support: reset},
	}
}

// everyField answers a supporting operation with one text in each place that the suite reads.
func everyField(text string) Behaviour {
	item := inJSON([]field{
		{
			"InstanceId", text,
		}, {"ScalingGroupId", text}, {"LifecycleState", text}, {
			"ScalingActivityId",
			text,
		}, {"StatusCode", text}, {"Status", text}, {
			"MinSize", text,
		},
	})
	var lists strings.Builder
	for outer, inner := range map[string]string{
		"ScalingInstances": "ScalingInstance", "ScalingActivities": "ScalingActivity", "ScalingGroups": "ScalingGroup",
		"Instances": "Instance",
	} {
		lists.WriteString(`,"` + outer + `":{"` + inner + `":[` + item + `]}`)
	}
	return same("200 OK", contentType(typeJSON), `{"TotalCount":1,"RequestId":"`+text+`"`+lists.String()+"}")
}
