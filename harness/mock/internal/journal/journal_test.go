package journal

import (
	"net/url"
	"strings"
	"testing"
)

func TestJournalIsBounded(t *testing.T) {
	j := New()
	for range 10 * Size {
		j.Add(Entry{Operation: "DetachInstances", Sent: url.Values{"a": {"b"}}})
	}
	if got := j.After(
		0,
		10*Size,
	); len(got) != Size || got[0].Number != 9*Size+1 || got[Size-1].Number != 10*Size ||
		cap(j.ring) > 2*Size {
		t.Errorf("wanted the last %d entries; got %d, capacity %d", Size, len(got), cap(j.ring))
	}
	if j.Total() != 10*Size {
		t.Errorf("wanted all to be counted; got %d", j.Total())
	}
}

func TestJournalPages(t *testing.T) {
	j := New()
	for range 5 {
		j.Add(Entry{})
	}
	for _, c := range []struct {
		after int64
		limit int
		want  string
	}{
		{0, 10, "12345"}, {3, 10, "45"}, {5, 10, ""}, {99, 10, ""}, {0, 2, "45"}, {0, 0, ""},
	} {
		got := ""
		for _, e := range j.After(c.after, c.limit) {
			got += string(rune('0' + e.Number))
		}
		if got != c.want {
			t.Errorf("after %d, limit %d: wanted %q; got %q", c.after, c.limit, c.want, got)
		}
	}
	j.Clear()
	if len(j.After(0, 10)) != 0 || j.Add(Entry{}).Number != 1 {
		t.Error("wanted it to count from 1 again")
	}
}

func TestEntriesHoldNoSecretAndNothingHuge(t *testing.T) {
	j := New()
	j.Add(Entry{Sent: url.Values{"SecurityToken": {"token"}, "Signature": {"signature"}, "ScalingGroupId": {"asg-1"}}})
	j.Add(Entry{Sent: url.Values{"x": {strings.Repeat("y", mostBytes)}}, Bytes: mostBytes + 3})
	got := j.After(0, 2)
	if len(got[0].Parameters) != 1 || got[0].Parameters["ScalingGroupId"] != "asg-1" || len(got[1].Parameters) != 0 {
		t.Errorf("wanted the group alone; got %v, %v", got[0].Parameters, got[1].Parameters)
	}
}

func TestLineIsOneLine(t *testing.T) {
	e := Entry{
		Method:    "GET",
		Operation: "X\r\n::error::\u202e\x1b[2J",
		Status:    400,
		Code:      "InvalidParameter",
		Rule:      "InstanceId.N is in range",
		Fault:     "slow",
		Sent:      url.Values{"ScalingGroupId": {strings.Repeat("g", 10_000)}},
	}
	line := e.Line()
	if strings.ContainsAny(line, "\r\n\x1b\u202e") || len(line) > mostTextBytes+50 {
		t.Errorf("wanted one bounded line; got %q", line)
	}
	if want := "(broken rule: InstanceId.N is in range) [fault: slow]"; !strings.Contains(line, want) {
		t.Errorf("wanted %q; got %q", want, line)
	}
	if got := (Entry{Method: "GET"}).Line(); got != "#0 GET (no Action) connection closed 0.0ms" {
		t.Errorf("wanted a closed connection; got %q", got)
	}
}
