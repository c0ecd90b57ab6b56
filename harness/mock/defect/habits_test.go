package defect

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

const key, secret = "habits", "habits-secret"

// driven is a mock with a change of its rules that verifies signatures, and a group in it.
type driven struct {
	t     *testing.T
	url   string
	mock  *mock.Server
	group string
	ids   []string
	nonce int
	// header holds what is sent beside the usual one.
	header map[string]string
}

func drive(t *testing.T, change func(*mock.Rules)) *driven {
	t.Helper()
	rules := mock.DefaultRules()
	change(rules)
	m, err := mock.New(mock.Options{
		Credentials: []mock.Credential{{AccessKeyID: key, AccessKeySecret: secret}}, ActivityDuration: -1, Rules: rules,
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	d := &driven{t: t, url: server.URL, mock: m}
	d.setup("a scaling group with detachable instances")
	return d
}

func (d *driven) setup(state string) {
	values, err := d.mock.Setup(state, map[string]any{"instances": 2})
	if err != nil {
		d.t.Fatal(err)
	}
	d.group = values["scalingGroupId"].(string)
	d.ids, _ = values["instanceIds"].([]string)
}

// params are those of a call that detaches, with changes as name and value; an empty value leaves the parameter out.
func (d *driven) params(group string, changes ...string) url.Values {
	d.nonce++
	v := url.Values{
		"Action": {operation}, "Version": {"2014-08-28"}, "Format": {"JSON"},
		"ScalingGroupId": {group}, "InstanceId.1": {d.ids[0]}, "RegionId": {"cn-hangzhou"}, "AccessKeyId": {key},
		"SignatureMethod": {"HMAC-SHA1"}, "SignatureVersion": {"1.0"}, "SignatureNonce": {strconv.Itoa(d.nonce)},
		"Timestamp": {time.Now().UTC().Format("2006-01-02T15:04:05Z")},
	}
	for i := 0; i < len(changes); i += 2 {
		v.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			v.Del(changes[i])
		}
	}
	return v
}

// sign adds the signature over the decoded parameters.
func sign(method string, v url.Values) url.Values {
	escape := func(s string) string {
		return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(s))
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(v)) {
		pairs = append(pairs, escape(name)+"="+escape(v.Get(name)))
	}
	h := hmac.New(sha1.New, []byte(secret+"&"))
	_, _ = io.WriteString(h, method+"&%2F&"+escape(strings.Join(pairs, "&"))) // a hash takes all
	v.Set("Signature", base64.StdEncoding.EncodeToString(h.Sum(nil)))
	return v
}

// answerOf is what came: the status, the fields where the body could be read, and the body.
type answerOf struct {
	status int
	fields map[string]any
	body   string
	broken bool
}

func (a answerOf) code() string { s, _ := a.fields["Code"].(string); return s }
func (a answerOf) ok() bool     { return a.status == http.StatusOK && !a.broken && a.code() == "" }

// send puts a call on the wire as it is written.
func (d *driven) send(method, query, form string) answerOf {
	d.t.Helper()
	r, err := http.NewRequest(method, d.url+"/?"+query, strings.NewReader(form))
	if err != nil {
		d.t.Fatal(err)
	}
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range d.header {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	a := answerOf{status: resp.StatusCode, fields: map[string]any{}, body: string(body)}
	if strings.HasPrefix(a.body, "<") {
		var root struct {
			Code string `xml:"Code"`
		}
		a.broken = xml.Unmarshal(body, &root) != nil
		a.fields["Code"] = root.Code
		return a
	}
	a.broken = json.Unmarshal(body, &a.fields) != nil
	return a
}

func (d *driven) get(changes ...string) answerOf {
	return d.send(http.MethodGet, sign(http.MethodGet, d.params(d.group, changes...)).Encode(), "")
}

// shown is a number of the group as DescribeScalingGroups has it; -1 when the group is not there.
func (d *driven) shown(name string) any {
	v := d.params(d.group, "Action", "DescribeScalingGroups", "InstanceId.1", "", "ScalingGroupId.1", d.group)
	a := d.send(http.MethodGet, sign(http.MethodGet, v).Encode(), "")
	outer, _ := a.fields["ScalingGroups"].(map[string]any)
	list, _ := outer["ScalingGroup"].([]any)
	if len(list) == 0 {
		return -1
	}
	return list[0].(map[string]any)[name]
}

// split posts a call with some parameters in the query and the others in the body.
func (d *driven) split(inQuery func(name string) bool) answerOf {
	all := sign(http.MethodPost, d.params(d.group))
	query, form := url.Values{}, url.Values{}
	for name, values := range all {
		if inQuery(name) {
			query[name] = values
		} else {
			form[name] = values
		}
	}
	return d.send(http.MethodPost, query.Encode(), form.Encode())
}

// changed sees that a setting of the group is another one after an accepted call.
func changed(name string) func(*driven) bool {
	return func(d *driven) bool {
		before := d.shown(name)
		return d.get().ok() && d.shown(name) != before
	}
}

func TestHabits(t *testing.T) {
	notFound := func(a answerOf) bool { return a.code() == "InvalidInstanceId.NotFound" && !a.broken }
	unknown := func(id string) func(*driven) bool {
		return func(d *driven) bool {
			return !notFound(d.get("InstanceId.1", id)) || !notFound(d.get("InstanceId.1", id, "Format", "XML"))
		}
	}
	otherGroup := func(edit func(string) string) func(*driven) bool {
		return func(d *driven) bool { return d.get("ScalingGroupId", edit(d.group)).ok() }
	}
	otherInstance := func(edit func(string) string) func(*driven) bool {
		return func(d *driven) bool { return d.get("InstanceId.1", edit(d.ids[0])).ok() }
	}
	shorter := func(id string) string { return id[:len(id)-1] }
	longer := func(id string) string { return id + "0" }
	at := func(offset time.Duration) func(*driven) bool {
		return func(d *driven) bool {
			return d.get("Timestamp", time.Now().Add(offset).UTC().Format("2006-01-02T15:04:05Z")).ok()
		}
	}
	spaced := func(write func(encoded string) string) func(*driven) bool {
		return func(d *driven) bool {
			query := sign(http.MethodGet, d.params(d.group, "Note", "a b")).Encode()
			return !d.send(http.MethodGet, write(query), "").ok()
		}
	}
	probes := map[string]func(*driven) bool{
		"habit.post-query-ignored": func(d *driven) bool { return !d.split(func(string) bool { return true }).ok() },
		"habit.post-body-ignored":  func(d *driven) bool { return !d.split(func(string) bool { return false }).ok() },
		"habit.post-in-one-place": func(d *driven) bool {
			return !d.split(func(n string) bool {
				return n == "Action"
			}).ok()
		},
		"habit.post-query-beside-body": func(d *driven) bool {
			return !d.split(func(n string) bool { return !strings.HasPrefix(n, "InstanceId") }).ok()
		},
		"habit.region-required": func(d *driven) bool { return !d.get("RegionId", "").ok() },
		"habit.empty-parameter-fails": func(d *driven) bool {
			empty := d.params(d.group)
			empty.Set("SignatureType", "")
			return !d.send(http.MethodGet, sign(http.MethodGet, empty).Encode(), "").ok()
		},
		"habit.headers-mean-v3": func(d *driven) bool {
			d.header = map[string]string{"X-Acs-Action": operation, "X-Acs-Version": "2014-08-28"}
			return !d.get().ok()
		},
		"habit.form-charset-unread": func(d *driven) bool {
			d.header = map[string]string{"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
			return !d.split(func(string) bool { return false }).ok()
		},
		"habit.plus-literal":  spaced(func(q string) string { return q }),
		"habit.space-refused": spaced(func(q string) string { return strings.ReplaceAll(q, "+", "%20") }),
		"habit.names-encoded": spaced(func(q string) string {
			return strings.ReplaceAll(q, "InstanceId.1", "InstanceId%2E1")
		}),
		"habit.values-encoded": spaced(func(q string) string { return strings.ReplaceAll(q, "i-", "i%2D") }),
		"habit.xml-unescaped":  unknown("i-a&b"),
		"habit.json-unescaped": unknown(`i-a"b`),
		"habit.not-utf8": func(d *driven) bool {
			return !strings.Contains(d.get("InstanceId.1", "i-é").body, "i-é")
		},
		"habit.special-id-fails":     unknown("i-<b>"),
		"habit.foreign-letters-fail": unknown("i-例"),
		"habit.foreign-letters-page": unknown("i-例"),
		"habit.long-id-fails":        unknown("i-" + strings.Repeat("x", 80)),
		"habit.group-by-prefix":      otherGroup(shorter),
		"habit.group-any-case":       otherGroup(strings.ToUpper),
		"habit.group-cut":            otherGroup(longer),
		"habit.instance-by-prefix":   otherInstance(shorter),
		"habit.instance-any-case":    otherInstance(strings.ToUpper),
		"habit.instance-cut":         otherInstance(longer),
		"habit.instance-zeros-skipped": otherInstance(func(id string) string {
			return strings.Replace(id, "-", "-0", 1)
		}),
		"habit.instance-trimmed":       otherInstance(func(id string) string { return " " + id }),
		"habit.instance-space-cut":     otherInstance(func(id string) string { return id + " " }),
		"habit.instance-space-skipped": otherInstance(func(id string) string { return " " + id }),
		"habit.instance-list":          otherInstance(func(id string) string { return id + "," + id }),
		"habit.values-decoded-twice": otherInstance(func(id string) string {
			return strings.Replace(id, "-", "%2D", 1)
		}),
		"habit.only-one-unknown": func(d *driven) bool {
			return d.get("InstanceId.2", "i-x", "InstanceId.3", "i-y").ok()
		},
		"habit.empty-group-gone":     func(d *driven) bool { return d.emptied() && d.shown("MinSize") == -1 },
		"habit.total-capacity-stale": func(d *driven) bool { return d.get().ok() && d.shown("TotalCapacity") == 4.0 },
		"habit.unsigned-accepted": func(d *driven) bool {
			return d.send(http.MethodGet, d.params(d.group).Encode(), "").ok()
		},
		"habit.anonymous-accepted": func(d *driven) bool {
			return d.send(http.MethodGet, d.params(d.group, "AccessKeyId", "").Encode(), "").ok()
		},
		"habit.clock-past-hour":     at(-20 * time.Minute),
		"habit.clock-future":        at(20 * time.Minute),
		"habit.clock-future-hour":   at(20 * time.Minute),
		"habit.format-unknown-json": func(d *driven) bool { return d.get("Format", "YAML").ok() },
		"habit.format-unknown-xml":  func(d *driven) bool { return d.get("Format", "YAML").ok() },
		"habit.version-optional":    func(d *driven) bool { return d.get("Version", "").ok() },
		"habit.settings-min-size":   changed("MinSize"),
		"habit.settings-max-size":   changed("MaxSize"),
		"habit.settings-cooldown":   changed("DefaultCooldown"),
		"habit.settings-lifecycle":  changed("LifecycleState"),
	}
	seen := 0
	for _, d := range All() {
		if d.Kind != Wire {
			continue
		}
		seen++
		t.Run(d.Name, func(t *testing.T) {
			probe, found := probes[d.Name]
			if !found {
				t.Fatal("wanted a probe")
			}
			if !probe(drive(t, d.Break)) {
				t.Error("wanted the probe to see the defect; it did not")
			}
			if probe(drive(t, func(*mock.Rules) {})) {
				t.Error("wanted the probe to see nothing on the mock as it is; it did")
			}
		})
	}
	if seen != len(probes) {
		t.Errorf("wanted a defect for each of %d probes; got %d", len(probes), seen)
	}
}

// emptied makes a group that may lose all its instances lose them.
func (d *driven) emptied() bool {
	modify := d.params(d.group, "Action", "ModifyScalingGroup", "InstanceId.1", "", "MinSize", "0")
	members := d.params(d.group, "Action", "DescribeScalingInstances", "InstanceId.1", "")
	if !d.send(http.MethodGet, sign(http.MethodGet, modify).Encode(), "").ok() {
		return false
	}
	shown := d.send(http.MethodGet, sign(http.MethodGet, members).Encode(), "")
	outer, _ := shown.fields["ScalingInstances"].(map[string]any)
	list, _ := outer["ScalingInstance"].([]any)
	var all []string
	for n, m := range list {
		all = append(all, "InstanceId."+strconv.Itoa(n+1), m.(map[string]any)["InstanceId"].(string))
	}
	return d.get(all...).ok()
}
