package wire

import (
	"io"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestCurl(t *testing.T) {
	const common = "&Action=DetachInstances&Version=2014-08-28&Format=JSON&AccessKeyId="
	get, post := detach(http.MethodGet, SignNone), detach(http.MethodPost, SignNone)
	anonymous := post
	anonymous.Credentials, anonymous.AcceptGzip = Credentials{}, true
	reversed := get
	reversed.Shuffle = slices.Reverse[[]Param]
	reversed.Params = []Param{{"It's", "$HOME"}}
	refused := get
	refused.Method = "PUT"
	for name, c := range map[string]struct {
		call Call
		want string
	}{
		"get":       {get, `curl -sS -i 'http://127.0.0.1:9090/?` + business + common + `'"$ALIBABA_CLOUD_ACCESS_KEY_ID"`},
		"post":      {post, `curl -sS -i -X POST --data '` + business + common + `'"$ALIBABA_CLOUD_ACCESS_KEY_ID" http://127.0.0.1:9090/`},
		"anonymous": {anonymous, `curl -sS -i -H 'Accept-Encoding: gzip' -X POST --data '` + business + strings.TrimSuffix(common, "&AccessKeyId=") + `' http://127.0.0.1:9090/`},
		"shuffled": {reversed, `curl -sS -i 'http://127.0.0.1:9090/?AccessKeyId='"$ALIBABA_CLOUD_ACCESS_KEY_ID"` +
			`'&Format=JSON&Version=2014-08-28&Action=DetachInstances&It%27s=%24HOME'`},
		"signed":  {detach(http.MethodGet, SignV1), ""},
		"refused": {refused, ""},
	} {
		if got := Curl(c.call, parse(t, "http://127.0.0.1:9090")); got != c.want {
			t.Errorf("%s: wanted\n%s; got\n%s", name, c.want, got)
		}
	}
}

// words splits a line as a POSIX shell does, for the quoting that may occur here: single quotes, and the variable in
// double quotes.
func words(line, accessKey string) []string {
	line = strings.ReplaceAll(line, accessKeyVariable, accessKey)
	var all []string
	var word strings.Builder
	quoted := false
	for _, c := range []byte(line) {
		switch {
		case c == '\'':
			quoted = !quoted
		case c == ' ' && !quoted:
			all = append(all, word.String())
			word.Reset()
		default:
			word.WriteByte(c)
		}
	}
	return append(all, word.String())
}

// requested is what curl would send for the words.
func requested(args []string) (method, target, body string) {
	method = http.MethodGet
	for i := 1; i < len(args); i++ {
		switch args[i] {
		case "-sS", "-i":
		case "-X":
			i++
			method = args[i]
		case "--data":
			i++
			body = args[i]
		default:
			target = args[i]
		}
	}
	return method, target, body
}

func FuzzCurl(f *testing.F) {
	f.Add("InstanceId.1", `it's "$(rm)" \ @file`, "testid", true)
	f.Add("a\nb", "中 %41+{1,2}[x]", "", false)
	f.Fuzz(func(t *testing.T, name, value, key string, post bool) {
		if strings.Trim(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
			t.Skip("the service gives no such AccessKeyId")
		}
		call := Call{
			Method: http.MethodGet, Scheme: SignNone, Params: []Param{{name, value}},
			Credentials: Credentials{AccessKeyID: key, AccessKeySecret: "hush/hush"},
		}
		if post {
			call.Method = http.MethodPost
		}
		endpoint := parse(t, "http://[::1]:9090/a%20b")
		want, err := Build(call, endpoint, noon, "")
		if err != nil {
			t.Fatal(err)
		}
		wantBody, _ := io.ReadAll(want.Body)
		line := Curl(call, endpoint)
		method, target, body := requested(words(line, key))
		if method != want.Method || target != want.URL.String() || body != string(wantBody) {
			t.Errorf("wanted %s %s %s; got %s", want.Method, want.URL, wantBody, line)
		}
		if strings.ContainsAny(line, "\n\r\x00\x1b") || strings.HasPrefix(body, "@") {
			t.Errorf("wanted one line that reads no file; got %q", line)
		}
	})
}

func TestCurlLineInARealShell(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no POSIX shell here")
	}
	call := detach(http.MethodPost, SignNone)
	call.Params = append(call.Params, Param{"it's", "\"$(echo x)\" `y` \\ \n!"})
	endpoint := parse(t, "http://127.0.0.1:9090/it's")
	line := Curl(call, endpoint)
	cmd := exec.Command(sh, "-c", "printf '%s\\n' "+line)
	cmd.Env = []string{"ALIBABA_CLOUD_ACCESS_KEY_ID=" + creds.AccessKeyID}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	r, err := Build(call, endpoint, noon, "")
	if err != nil {
		t.Fatal(err)
	}
	wantBody, _ := io.ReadAll(r.Body)
	method, target, body := requested(strings.Split(strings.TrimSuffix(string(out), "\n"), "\n"))
	if method != http.MethodPost || target != r.URL.String() || body != string(wantBody) {
		t.Errorf("wanted %s with %s; got %s, %s, %s", r.URL, wantBody, method, target, body)
	}
}
