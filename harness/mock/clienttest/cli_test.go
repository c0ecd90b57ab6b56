package clienttest

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"

	"github.com/essconform/essconform/harness/mock"
)

// site is where the aliyun CLI is pointed.
type site struct {
	host string
	ca   *x509.Certificate // of an HTTPS server; nil for plain HTTP
}

// printed is what the CLI prints: an answer, or code and message of an error.
type printed struct{ answer, code, message string }

// commandLines are the ways in which `aliyun ess DetachInstances` is called here: by the library that the CLI is made
// of, called as the CLI calls it, and by the CLI itself where ALIYUN_CLI is its path.
func commandLines() map[string]func(t *testing.T, at site, d detachment) printed {
	all := map[string]func(t *testing.T, at site, d detachment) printed{"library": likeCLI}
	if path := os.Getenv("ALIYUN_CLI"); path != "" {
		all["aliyun"] = func(t *testing.T, at site, d detachment) printed { return runCLI(t, path, at, d) }
	}
	return all
}

// likeCLI sends what the CLI sends: a common request, by POST with all parameters in the query, with the credentials of
// an STS token that is empty.
func likeCLI(t *testing.T, at site, d detachment) printed {
	t.Helper()
	transport, scheme := loopbackOnly(), "http"
	if at.ca != nil {
		scheme, transport.TLSClientConfig = "https", &tls.Config{RootCAs: x509.NewCertPool()}
		transport.TLSClientConfig.RootCAs.AddCert(at.ca)
	}
	config := sdk.NewConfig().WithAutoRetry(false).WithHttpTransport(transport)
	client, err := sdk.NewClientWithOptions("cn-hangzhou", config,
		credentials.NewStsTokenCredential(d.credential.AccessKeyID, d.credential.AccessKeySecret, ""))
	if err != nil {
		t.Fatal(err)
	}
	client.AppendUserAgent("Aliyun-CLI", "0.0.1")
	request := requests.NewCommonRequest()
	request.Product, request.Version, request.ApiName = "Ess", "2014-08-28", "DetachInstances"
	request.Domain, request.Scheme, request.Method, request.RegionId = at.host, scheme, http.MethodPost, "cn-hangzhou"
	request.QueryParams["ScalingGroupId"] = d.group
	for n, id := range d.instances {
		request.QueryParams[fmt.Sprintf("InstanceId.%d", n+1)] = id
	}
	answer, err := client.ProcessCommonRequest(request)
	var refused *sdkerrors.ServerError
	switch {
	case errors.As(err, &refused):
		return printed{code: refused.ErrorCode(), message: refused.Message()}
	case err != nil:
		t.Fatal(err)
	}
	return printed{answer: answer.GetHttpContentString()}
}

// told finds code and message in what the CLI prints of an error.
var told = regexp.MustCompile(`(?m)^ErrorCode: (.+)$(?s:.*)^Message: (.+)$`)

// runCLI runs the CLI in a home of its own, with nothing of the user's.
func runCLI(t *testing.T, path string, at site, d detachment) printed {
	t.Helper()
	home := t.TempDir()
	env := []string{
		"HOME=" + home, "ALIBABA_CLOUD_ACCESS_KEY_ID=" + d.credential.AccessKeyID,
		"ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + d.credential.AccessKeySecret,
	}
	args := []string{
		"ess", "DetachInstances", "--endpoint", at.host, "--region", "cn-hangzhou", "--ScalingGroupId", d.group,
	}
	for n, id := range d.instances {
		args = append(args, fmt.Sprintf("--InstanceId.%d", n+1), id)
	}
	if at.ca == nil {
		args = append(args, "--insecure")
	} else {
		file := filepath.Join(home, "ca.pem")
		text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: at.ca.Raw})
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
		args, env = append(args, "--secure"), append(env, "SSL_CERT_FILE="+file)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if err == nil {
		return printed{answer: string(out)}
	}
	m := told.FindStringSubmatch(string(out))
	if m == nil {
		t.Fatalf("%s: %v: %s", path, err, out)
	}
	return printed{code: m[1], message: m[2]}
}

// accepted fails the test unless the CLI printed the answer to an accepted call.
func (p printed) accepted(t *testing.T) {
	t.Helper()
	var answer struct{ RequestId, ScalingActivityId string }
	err := json.Unmarshal([]byte(p.answer), &answer)
	if err != nil || !strings.HasPrefix(answer.ScalingActivityId, "asa-") {
		t.Errorf("wanted the activity; got %+v", p)
	}
}

func TestCLI(t *testing.T) {
	for name, call := range commandLines() {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			d, _ := s.arrange("a scaling group with detachable instances")
			call(t, site{host: s.host()}, d).accepted(t)
			meetsAll(t, func(t *testing.T, s service, d detachment) received {
				got := call(t, site{host: s.host()}, d)
				entries, _ := s.Journal(0, 1)
				return received{got.code, entries[0].Status, got.message} // the CLI does not print the status
			})
		})
	}
}

func TestCLIOverTLS(t *testing.T) {
	certified := httptest.NewTLSServer(http.NotFoundHandler())
	defer certified.Close()
	for name, call := range commandLines() {
		t.Run(name, func(t *testing.T) {
			s := start(t, func(o *mock.Options) { o.TLS = &tls.Config{Certificates: certified.TLS.Certificates} })
			at := site{s.Host(), certified.Certificate()}
			d, _ := s.arrange("a scaling group with detachable instances")
			call(t, at, d).accepted(t)
			d, _ = s.arrange("a scaling group at its minimum size")
			if got := call(t, at, d); got.code != "IncorrectCapacity.MinSize" {
				t.Errorf("wanted the documented error; got %+v", got)
			}
		})
	}
}

// What the CLI sends has the names and the habits of the CLI's request in the recordings, so that the library stands
// for it where the CLI is not at hand.
func TestCLISendsWhatWasRecorded(t *testing.T) {
	want := recordedShape(t)
	for name, call := range commandLines() {
		t.Run(name, func(t *testing.T) {
			var got shape
			s := start(t, func(o *mock.Options) {
				o.Wrap = func(h http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						got = shapeOf(r.Method, r.URL.Query(), r.Header, r.ContentLength)
						h.ServeHTTP(w, r)
					})
				}
			})
			d, _ := s.arrange("a scaling group with detachable instances")
			call(t, site{host: s.host()}, d).accepted(t)
			if !slices.Equal(got, want) {
				t.Errorf("wanted %q; got %q", want, got)
			}
		})
	}
}

// shape is what two requests of one client have in common.
type shape []string

// shapeOf takes the values of what is the same in each request, and the names of the rest.
func shapeOf(method string, query url.Values, header http.Header, length int64) shape {
	s := shape{method, fmt.Sprint("body of ", length)}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		switch name {
		case "DecreaseDesiredCapacity": // the recorded call had it as an option
		case "Action", "Format", "RegionId", "SignatureMethod", "SignatureType", "SignatureVersion", "Version":
			s = append(s, name+"="+query.Get(name))
		default:
			s = append(s, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		switch name {
		case "Connection", "Content-Length", "Host": // of the connection, not of the client
		case "User-Agent", "X-Sdk-Core-Version":
			s = append(s, name)
		default:
			s = append(s, name+": "+header.Get(name))
		}
	}
	return s
}

func recordedShape(t *testing.T) shape {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", "recorded-requests.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Client, Method, Target, Body string
		Headers                      map[string]string
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.Client != "cli.log" {
			continue
		}
		target, err := url.Parse(r.Target)
		if err != nil {
			t.Fatal(err)
		}
		header := http.Header{}
		for name, value := range r.Headers {
			header.Set(name, value)
		}
		return shapeOf(r.Method, target.Query(), header, int64(len(r.Body)))
	}
	t.Fatal("wanted a request of the CLI; got none")
	return nil
}
