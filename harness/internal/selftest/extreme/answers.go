package extreme

import (
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The content types of facts.md, "Responses".
const (
	typeXML  = "text/xml;charset=utf-8"
	typeJSON = "application/json;charset=utf-8"
)

// field is one field of an answer.
type field struct{ name, value string }

// whole is a behaviour that sends what text gives for the call, and hangs up.
func whole(text func(Call) string) Behaviour {
	return func(conn net.Conn, call Call, _ <-chan struct{}) { _, _ = conn.Write([]byte(text(call))) }
}

// same is a behaviour that has one HTTP answer for everything.
func same(status, header, body string) Behaviour {
	text := response(status, header, body)
	return whole(func(Call) string { return text })
}

// response is one HTTP answer. status is code and reason; header holds whole lines.
func response(status, header, body string) string {
	return fmt.Sprintf("HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s", status, header, len(body), body)
}

func contentType(value string) string { return "Content-Type: " + value + "\r\n" }

// rendered is an answer in the format that the call asks for, XML where it asks for none.
func rendered(call Call, status, root string, fields ...field) string {
	if call.Format == "json" {
		return response(status, contentType(typeJSON), inJSON(fields))
	}
	return response(status, contentType(typeXML), inXML(root, fields))
}

// inJSON writes the values as they are: escaping is the caller's, who may not want any.
func inJSON(fields []field) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = `"` + f.name + `":"` + f.value + `"`
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// inXML writes the values as they are, too.
func inXML(root string, fields []field) string {
	var b strings.Builder
	for _, f := range fields {
		b.WriteString("<" + f.name + ">" + f.value + "</" + f.name + ">")
	}
	return "<" + root + ">" + b.String() + "</" + root + ">"
}

// The roots of the documented answers.
const (
	successRoot = "DetachInstancesResponse"
	errorRoot   = "Error"
)

// freshID is a RequestId that no other answer has.
func freshID() string { return strings.ToUpper(uuid.NewString()) }

// success are the fields of an accepted call.
func success(requestID, activityID string) []field {
	return []field{{"RequestId", requestID}, {"ScalingActivityId", activityID}}
}

// failure are the fields of a refused call.
func failure(requestID, code, message string) []field {
	return []field{{"RequestId", requestID}, {"HostId", "127.0.0.1"}, {"Code", code}, {"Message", message}}
}

// hang answers nothing until the caller gives up.
func hang(_ net.Conn, _ Call, gone <-chan struct{}) { <-gone }

// reset breaks the connection in the rudest way.
func reset(conn net.Conn, _ Call, _ <-chan struct{}) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}

// trickle sends head at once and tail byte by byte, for as long as the caller waits.
func trickle(head, tail string, pause time.Duration) Behaviour {
	return func(conn net.Conn, _ Call, gone <-chan struct{}) {
		_, err := conn.Write([]byte(head))
		tick := time.NewTicker(pause)
		defer tick.Stop()
		for i := 0; err == nil; i++ {
			select {
			case <-gone:
				return
			case <-tick.C:
				_, err = conn.Write([]byte{tail[i%len(tail)]})
			}
		}
	}
}

// flood sends head at once and then tail again and again, n times, or for as long as the caller reads when n is 0.
func flood(head, tail string, n int) Behaviour {
	return func(conn net.Conn, _ Call, gone <-chan struct{}) {
		_, err := conn.Write([]byte(head))
		for i := 0; err == nil && (n == 0 || i < n); i++ {
			select {
			case <-gone:
				return
			default:
				_, err = conn.Write([]byte(tail))
			}
		}
	}
}
