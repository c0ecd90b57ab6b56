package extreme

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"time"
)

// Poison is text that does harm wherever it is shown as it is: escapes of a terminal, HTML, Markdown, a CDATA end, a
// mark that turns the direction, NUL and bytes that are not UTF-8. It has no line end, so that it can stand in a
// header.
const Poison = "\x1b[2J\x1b]0;owned\x07<script>evil()</script><img src=x onerror=evil()>`|**]]>--></details>" +
	"[x](javascript:evil()) @everyone\u202e\u2028\x9b31m\xff\xfe"

// printed is what of Poison net/http lets through in the value of a header.
var printed = strings.Map(func(r rune) rune {
	if r < ' ' {
		return -1
	}
	return r
}, strings.TrimSuffix(Poison, "\x9b31m\xff\xfe")) + "\x9b31m\xff\xfe"

// Hostile is a target that answers in order to hurt.
type Hostile struct {
	Name   string
	Target Behaviour
	// Heavy says that an answer costs the judge so much that a selection of the cases must do.
	Heavy bool
	// Like is a harmless target that says the same; nil when what this one says is wrong in itself. Both must pass the
	// same cases.
	Like Behaviour
	// Unseen says that its activities cannot be looked up, so that Like is observed without them.
	Unseen bool
	// Waits says that each answer lasts as long as the caller waits.
	Waits bool
}

const mebibyte = 1 << 20

// Hostiles gives every hostile target.
func Hostiles() []Hostile {
	bomb := squeezed(256 * mebibyte)
	deep := strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	deepXML := strings.Repeat("<a>", 100_000) + strings.Repeat("</a>", 100_000)
	long := strings.Repeat("A", mebibyte-400)
	head := func(header string) string { return "HTTP/1.1 200 OK\r\n" + header }
	inBoth := func(status, root string, fields ...field) Behaviour {
		return whole(func(c Call) string { return rendered(c, status, root, fields...) })
	}
	return []Hostile{
		{Name: "a body that never ends", Target: flood(head("\r\n"), strings.Repeat("<a/>", 16<<10), 0), Heavy: true},
		{
			Name: "a chunked body that never ends",
			Target: flood(head("Transfer-Encoding: chunked\r\n\r\n"), "10000\r\n"+strings.Repeat(" ", 64<<10)+"\r\n",
				0), Heavy: true,
		},
		{Name: "a header byte by byte", Target: trickle("", head("X: y\r\nZ: "), 50*time.Millisecond), Waits: true},
		{
			Name:   "a body byte by byte",
			Target: trickle(head("Content-Length: 1000\r\n\r\n"), "{}", 50*time.Millisecond),
			Waits:  true,
		},
		{
			Name: "a body that stops", Target: trickle(head("Content-Length: 1000\r\n\r\n{"), " ", time.Hour),
			Waits: true,
		},
		{Name: "ten thousand headers", Target: same("200 OK", strings.Repeat("X-Field: "+strings.Repeat("v", 40)+"\r\n",
			10_000), "{}"), Heavy: true},
		{Name: "ten thousand names of headers", Target: same("200 OK", manyHeaders(10_000), "{}"), Heavy: true},
		{Name: "a header of 100 MB", Target: flood(head("X-Field: "), strings.Repeat("v", mebibyte), 100)},
		{Name: "a status line of 100 MB", Target: flood("HTTP/1.1 200 ", strings.Repeat("O", mebibyte), 100)},
		{
			Name:   "a gzip bomb, asked for or not",
			Target: same("200 OK", contentType(typeXML)+"Content-Encoding: gzip\r\n", bomb), Heavy: true,
		},
		{Name: "a gzip bomb that does not say so", Target: same("200 OK", contentType(typeJSON), bomb), Heavy: true},
		{Name: "billion laughs", Target: same("200 OK", contentType(typeXML), laughs())},
		{Name: "an external entity", Target: same("404 Not Found", contentType(typeXML),
			`<!DOCTYPE Error [<!ENTITY x SYSTEM "file:///etc/hostname">]><Error><RequestId>&x;</RequestId><Code>&x;</Code><Message>&x;</Message></Error>`)},
		{Name: "deep JSON", Target: same("200 OK", contentType(typeJSON), deep), Heavy: true},
		{Name: "deep JSON in a field", Target: same("404 Not Found", contentType(typeJSON),
			`{"RequestId":"r","Code":`+deep+`}`), Heavy: true},
		{Name: "deep XML", Target: same("200 OK", contentType(typeXML), deepXML), Heavy: true},
		{Name: "deep XML in a field", Target: same("404 Not Found", contentType(typeXML),
			"<Error><Code>"+deepXML+"</Code></Error>"), Heavy: true},
		{Name: "invalid UTF-8", Target: inBoth("404 Not Found", errorRoot, failure("\xff\xfe", "\xc3\x28",
			"\xf0\x28\x8c\x28")...)},
		{Name: "NUL bytes", Target: inBoth("404 Not Found", errorRoot, failure("\x00", "Invalid\x00",
			strings.Repeat("\x00", 5000))...)},
		{Name: "poison in every field, as it is", Target: whole(func(c Call) string { return poisoned(c, Poison) })},
		{
			Name:   "poison in every field, escaped so that it is well-formed",
			Target: whole(func(c Call) string { return poisoned(c, escaped(c, Poison)) }),
		},
		{Name: "poison in an accepted answer", Target: whole(func(c Call) string {
			return rendered(c, "200 OK", successRoot,
				success(escaped(c, Poison+freshID()), escaped(c, Poison+freshID()))...)
		}), Like: Accepts},
		{Name: "poison as status line", Target: same("200 "+Poison, "", "{}")},
		{Name: "poison as protocol", Target: whole(func(Call) string { return Poison + "/1.1 200 OK\r\n\r\n" })},
		{
			Name:   "poison as header name and value",
			Target: same("200 "+Poison, "X<script>: "+printed+"\r\nX|`: "+printed+"\r\n", "{}"),
		},
		{Name: "escapes as header", Target: same("200 OK", "X: "+Poison+"\r\n", "{}")},
		{Name: "escapes as header name", Target: same("200 OK", Poison+": x\r\n", "{}")},
		{Name: "poison as encoding", Target: same("200 OK", "Content-Encoding: "+printed+"\r\n", "{}")},
		{
			Name:   "poison after the body",
			Target: whole(func(c Call) string { return rendered(c, "200 OK", successRoot) + Poison }),
		},
		{Name: "poison as redirect", Target: same("302 Found", "Location: http://"+printed+"/\r\n", "")},
		{Name: "a RequestId of 1 MiB", Target: whole(func(c Call) string {
			return rendered(c, "404 Not Found", errorRoot,
				failure(long+freshID(), "InvalidScalingGroupId.NotFound", unknownGroup)...)
		}), Heavy: true, Like: RefusesGroups},
		{Name: "a Code of 1 MiB", Target: inBoth("404 Not Found", errorRoot, failure("r", long, "m")...), Heavy: true},
		{
			Name:   "a Message of 1 MiB",
			Target: inBoth("404 Not Found", errorRoot, failure("r", "InvalidInstanceId.NotFound", long)...),
			Heavy:  true,
		},
		{Name: "a ScalingActivityId of 1 MiB", Target: whole(func(c Call) string {
			return rendered(c, "200 OK", successRoot, success(freshID(), long+freshID())...)
		}), Heavy: true, Like: Accepts, Unseen: true},
		{
			Name:   "as many duplicate keys as fit",
			Target: same("200 OK", contentType(typeJSON), "{"+strings.Repeat(`"a":1,`, mebibyte/6-10)+`"a":1}`),
			Heavy:  true,
		},
		{
			Name:   "a million duplicate keys",
			Target: same("200 OK", contentType(typeJSON), "{"+strings.Repeat(`"a":1,`, 1_000_000)+`"a":1}`),
			Heavy:  true,
		},
		{
			Name:   "as many duplicate elements as fit",
			Target: same("200 OK", contentType(typeXML), "<Error>"+strings.Repeat(`<Code/>`, mebibyte/7-10)+"</Error>"),
			Heavy:  true,
		},
		{
			Name:   "something like HTTP/0.9",
			Target: whole(func(Call) string { return "{\"RequestId\":\"r\",\"ScalingActivityId\":\"a\"}\n" }),
		},
		{Name: "noise", Target: whole(func(Call) string { return strings.Repeat("\x00\xff\r\n\x1b[31m:", 1000) })},
		{Name: "a storm of interim answers", Target: flood("", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 0)},
		{
			Name: "100 Continue, and nothing more", Target: trickle("HTTP/1.1 100 Continue\r\n\r\n", " ", time.Hour),
			Waits: true,
		},
		{
			Name:   "switching protocols",
			Target: same("101 Switching Protocols", "Upgrade: evil\r\nConnection: Upgrade\r\n", ""),
		},
		{Name: "trailers", Target: whole(func(c Call) string { return trailers(c, 20_000) }), Heavy: true},
		{Name: "a lying length", Target: whole(func(c Call) string {
			return strings.Replace(rendered(c, "200 OK", successRoot, success(freshID(), "asa-1")...),
				"Content-Length: ", "Content-Length: 9", 1)
		})},
		{
			Name:   "a length beyond all memory",
			Target: flood(head("Content-Length: 9223372036854775807\r\n\r\n"), strings.Repeat(" ", 64<<10), 0),
			Heavy:  true,
		},
		{Name: "two lengths", Target: same("200 OK", "Content-Length: 5\r\n", "{}")},
		{Name: "a second answer at once", Target: whole(func(c Call) string {
			one := rendered(c, "200 OK", successRoot, success(freshID(), "asa-"+freshID())...)
			return one + one
		})},
	}
}

func manyHeaders(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "X-Field-%d: %d\r\n", i, i)
	}
	return b.String()
}

// poisoned puts the text wherever an answer has room for one.
func poisoned(c Call, text string) string {
	fields := []field{
		{"RequestId", text},
		{"HostId", text},
		{"Code", text},
		{"Message", text},
		{"Recommend", text},
		{"ScalingActivityId", text},
	}
	answer := rendered(c, "404 "+Poison, errorRoot, fields...)
	return strings.Replace(answer, "\r\nContent-Type: ", "\r\nx-acs-request-id: "+printed+"\r\nServer: "+printed+
		"\r\nContent-Type: "+printed+"; charset="+printed+"\r\nContent-Type: ", 1)
}

// escaped writes text as the format of the call can carry it. What XML cannot carry at all becomes a question mark
// there.
func escaped(c Call, text string) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(text, "?") {
		switch {
		case c.Format == "json" && r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		case c.Format == "json":
			b.WriteRune(r)
		case r < ' ':
			b.WriteByte('?')
		default:
			fmt.Fprintf(&b, "&#%d;", r)
		}
	}
	return b.String()
}

// trailers is a chunked answer with n trailers.
func trailers(c Call, n int) string {
	body := inXML(successRoot, success(freshID(), "asa-1"))
	if c.Format == "json" {
		body = inJSON(success(freshID(), "asa-1"))
	}
	return fmt.Sprintf("HTTP/1.1 200 OK\r\n%sTransfer-Encoding: chunked\r\nTrailer: "+
		"X-Poison\r\n\r\n%x\r\n%s\r\n0\r\n%s\r\n",
		contentType(typeXML), len(body), body, strings.Repeat("X-Poison: "+printed+"\r\n", n))
}

// squeezed is n zero bytes in gzip.
func squeezed(n int64) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.CopyN(z, zeros{}, n)
	if err := z.Close(); err != nil {
		panic(err) // a buffer takes everything
	}
	if err != nil {
		panic(err)
	}
	return b.String()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// laughs is the XML whose entities grow tenfold nine times.
func laughs() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><!DOCTYPE Error [<!ENTITY l0 "lol">`)
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, `<!ENTITY l%d "%s">`, i, strings.Repeat(fmt.Sprintf("&l%d;", i-1), 10))
	}
	b.WriteString("]><Error><RequestId>&l9;</RequestId><Code>&l9;</Code></Error>")
	return b.String()
}
