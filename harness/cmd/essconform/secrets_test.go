package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/mock"
)

// encodings are the ways in which a target may tell a secret.
var encodings = map[string]func(string) string{
	"raw":         func(s string) string { return s },
	"URL":         url.QueryEscape,
	"URL twice":   func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
	"path":        url.PathEscape,
	"JSON":        inJSON,
	"XML":         inXML,
	"JSON in XML": func(s string) string { return inXML(inJSON(s)) },
	"XML in JSON": func(s string) string { return inJSON(inXML(s)) },
	"HTML":        html.EscapeString,
	"base64":      func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64, inside": func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte("user:" + s + "@host"))
	},
	"base64, URL": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("x" + s)) },
	"hex":         func(s string) string { return hex.EncodeToString([]byte(s)) },
	"HEX":         func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
	"%q":          func(s string) string { return fmt.Sprintf("%q", s) },
}

func inJSON(s string) string {
	b, _ := json.Marshal(s) // a text always can be
	return strings.Trim(string(b), `"`)
}

func inXML(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // as above
	return b.String()
}

// packed is what base64 and hexadecimal are written with.
const packed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"

// secretsOfAllKinds are written differently by each encoding.
var secretsOfAllKinds = []string{
	"kJ8zQ2vXw9LmN3bT5yR7cD1fG4hS6a", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY==", `a"b\c/d+e=f&g<h>i'j%k;l`, "p4ssw0rd!",
	"%41%42-escaped-%2F", "geheim-über-größe-中文", "two words and a blank", "0123456789abcdef0123456789abcdef",
	strings.Repeat("Long/Secret+", 12),
}

// TestSecretsInEveryEncoding: a target that tells the secret of the caller, or of one that a state returned, in every
// encoding and in every field, and no file or line that a reader could take it from.
func TestSecretsInEveryEncoding(t *testing.T) {
	names := slices.Sorted(maps.Keys(encodings))
	for i, secret := range secretsOfAllKinds {
		other := secretsOfAllKinds[(i+1)%len(secretsOfAllKinds)]
		t.Run(secret[:6], func(t *testing.T) {
			g := NewWithT(t)
			told := func(n int) string { // all of them in every answer, each of them first in some
				var out strings.Builder
				for i := range names {
					write := encodings[names[(4*n+i)%len(names)]]
					fmt.Fprintf(&out, "told: %s and %s.\n", write(secret), write(other))
				}
				return out.String()
			}
			states := func(w http.ResponseWriter, _ *http.Request) {
				_ = json.NewEncoder(w).Encode(map[string]any{
					"scalingGroupId": "asg-1", "instanceIds": []string{"i-1", "i-2", "i-3"},
					"accessKeyId": "denied-caller", "accessKeySecret": other,
				})
			}
			server := hostile(t, told, states)
			all := judge(t, server.URL, map[string]string{
				"ALIBABA_CLOUD_ACCESS_KEY_ID":     "LTAI5tMainCaller",
				"ALIBABA_CLOUD_ACCESS_KEY_SECRET": secret,
			},
				"-provider-states", server.URL+"/_states", "-case", "error.Forbidden.Unauthorized/json/*", "-case",
				"detach.one/json/get")
			g.Expect(strings.Count(all["report.json"], "REDACTED")).To(BeNumerically(">", 300))
			all["report.html, opened"] = opened(t, all["report.html"])
			g.Expect(strings.Count(all["report.html, opened"], "REDACTED")).To(BeNumerically(">", 50))
			g.Expect(len(all)).To(BeNumerically(">", 15), "ways out")
			for where, text := range all {
				for _, reading := range readings(text) {
					for _, s := range []string{secret, other} {
						if at := strings.Index(reading, s); at >= 0 {
							t.Errorf("%s holds %q: …%q", where, s, reading[max(0, at-60):at])
						}
					}
				}
			}
		})
	}
}

// opened is what a page puts into itself when it is opened.
func opened(t *testing.T, page string) string {
	t.Helper()
	g := NewWithT(t)
	_, rest, _ := strings.Cut(page, `id="later">`)
	data, _, _ := strings.Cut(rest, "<")
	packed, err := base64.URLEncoding.DecodeString(data)
	g.Expect(err).NotTo(HaveOccurred())
	z, err := gzip.NewReader(bytes.NewReader(packed))
	g.Expect(err).NotTo(HaveOccurred())
	text, err := io.ReadAll(z)
	g.Expect(err).NotTo(HaveOccurred())
	return string(text)
}

// readings are a text, and what someone makes of it who decodes it as a whole, up to twice.
func readings(text string) []string {
	out := []string{text}
	for range 2 {
		for _, t := range slices.Clone(out) {
			out = append(out, html.UnescapeString(t), strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\/`, `/`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(t))
			if s, err := url.QueryUnescape(strings.ReplaceAll(t, "% ", "%25 ")); err == nil {
				out = append(out, s)
			}
		}
		slices.Sort(out)
		out = slices.Compact(out)
	}
	for _, t := range slices.Clone(out) {
		var unpacked strings.Builder
		for _, run := range strings.FieldsFunc(t, func(r rune) bool { return !strings.ContainsRune(packed, r) }) {
			if b, err := hex.DecodeString(run); err == nil {
				unpacked.Write(b)
			} else if len(run) >= 12 {
				// as far as it goes
				b, _ := base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(run))
				unpacked.Write(b)
			}
			unpacked.WriteByte(' ')
		}
		out = append(out, unpacked.String())
	}
	return out
}

// TestSecretsThatExploreLearnsLate: a program may be told the secret of a caller that a state returns to a later one.
func TestSecretsThatExploreLearnsLate(t *testing.T) {
	g, dir := NewWithT(t), t.TempDir()
	const secret = "secret-of-the-denied-caller-4711"
	var m sync.Mutex
	returned := 0
	url := front(t, unsigned(), func(action string, w http.ResponseWriter) bool {
		if action != "DetachInstances" {
			return false
		}
		m.Lock()
		defer m.Unlock()
		return answers(w, 400, asJSON, `{"RequestId":"`+secret+`","HostId":"h","Code":"Told.`+secret+`","Message":"`+secret+`"}`)
	})
	states := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		resp, err := http.Post(url+mock.StatesPath, "application/json", bytes.NewReader(body))
		if err != nil {
			return
		}
		defer resp.Body.Close()
		values := map[string]any{}
		_ = json.NewDecoder(resp.Body).Decode(&values)
		if values["accessKeySecret"] != nil {
			values["accessKeySecret"] = secret
			m.Lock()
			returned++
			m.Unlock()
		}
		w.WriteHeader(resp.StatusCode)
		_ = json.NewEncoder(w).Encode(values)
	}))
	defer states.Close()
	code, out, stderr := essconform(t, nil, "explore", "-for", "20s", "-seed", "5", "-endpoint", url,
		"-provider-states", states.URL, "-signature", "none", "-late", "0",
		"-report-dir", dir)
	g.Expect(code).To(Equal(exitNotConformant), out+stderr)
	g.Expect(returned).To(BeNumerically(">", 0), "no program asked for the denied caller")
	g.Expect(out + stderr).NotTo(ContainSubstring(secret))
	for _, file := range []string{"report.json", "report.md", "report.html", "junit.xml"} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(string(text)).NotTo(ContainSubstring(secret), file)
	}
}
