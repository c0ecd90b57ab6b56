package wire

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// echo answers with all that it was sent: in the reason, a header name, a header value, and the body, encoded by write.
func echo(t *testing.T, write func(string) string, compress bool) *url.URL {
	t.Helper()
	return rawServer(t, func(c net.Conn, r *http.Request) bool {
		if r.ParseForm() != nil {
			return false
		}
		sent := []string{
			r.Header.Get("Authorization"), r.Header.Get("X-Acs-Security-Token"), r.URL.RawQuery,
			r.PostForm.Encode(),
		}
		for _, values := range r.Form {
			sent = append(sent, values...)
		}
		for i, s := range sent {
			sent[i] = write(s)
		}
		all := strings.Join(sent, "\n")
		line := strings.ReplaceAll(all, "\n", " ")
		body, coding := []byte(all), "identity"
		if compress {
			body, coding = zipped(t, body), "gzip"
		}
		_, err := fmt.Fprintf(c, "HTTP/1.1 400 %s\r\nX-Echo: %s\r\nX-%s: y\r\nContent-Encoding: "+
			"%s\r\nContent-Length: %d\r\n\r\n%s%s",
			line, line, creds.AccessKeyID, coding, len(body), body, line)
		return err == nil
	})
}

func TestRedactedExchangeHoldsNoSecret(t *testing.T) {
	for name, write := range writers {
		for _, scheme := range []Scheme{SignV1, SignV3, SignNone} {
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				for _, compress := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s/%s/%s/gzip=%t", name, scheme, method, compress), func(t *testing.T) {
						endpoint := echo(t, write, compress)
						call := detach(method, scheme)
						// A case may well put these where they do not belong.
						call.Params = append(call.Params,
							Param{"Echo", creds.AccessKeySecret + "," + creds.SecurityToken},
							Param{"Key", creds.AccessKeyID})
						call.AcceptGzip = compress && method == http.MethodGet // the other half is compressed unasked
						x := client(t, endpoint, nil).Do(context.Background(), call)
						if x.Response == nil || x.Response.Surplus == nil {
							t.Fatalf("wanted an echo with surplus; got %q, %+v", x.Failure, x.Response)
						}
						safe := x.Redacted()
						m, err := compose(call, endpoint, noon, "nonce-1")
						if err != nil {
							t.Fatal(err)
						}
						wanted := shows(t, safe)
						for what, secret := range map[string]string{
							"secret": creds.AccessKeySecret, "token": creds.SecurityToken,
							"AccessKeyId": creds.AccessKeyID, "signature": m.signature,
						} {
							if secret == "" {
								continue
							}
							for _, w := range writers {
								if strings.Contains(wanted, w(secret)) {
									t.Errorf("wanted no %s; got %s", what, wanted)
								}
							}
						}
						if !strings.Contains(wanted, hidden) || !strings.Contains(wanted, "asg-1") {
							t.Errorf("wanted the rest of it; got %s", wanted)
						}
						if string(x.Response.Body) == string(safe.Response.Body) {
							t.Error("wanted the answer itself left raw for the judge")
						}
					})
				}
			}
		}
	}
}

// shows is all that an exchange says, as a report would print it.
func shows(t *testing.T, x Exchange) string {
	t.Helper()
	request, err := json.Marshal(x.Request)
	if err != nil {
		t.Fatal(err)
	}
	text := string(request) + x.Failure + fmt.Sprintf("%+v", x)
	if r := x.Response; r != nil {
		text += r.Line + fmt.Sprint(r.Header) + string(r.Body) + string(r.Decoded) + string(r.Surplus)
	}
	return text
}

func TestRequestIsRedactedAsBuilt(t *testing.T) {
	endpoint := says(t, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true)
	x := client(t, endpoint, nil).Do(context.Background(), detach(http.MethodGet, SignV1))
	want := endpoint.String() + "/?" + business +
		"&Action=DetachInstances&Version=2014-08-28&Format=JSON&AccessKeyId=test…&SignatureMethod=HMAC-SHA1" +
		"&SignatureVersion=1.0&SignatureNonce=nonce-1&Timestamp=2018-01-01T12%3A00%3A00Z" +
		"&SecurityToken=REDACTED&Signature=REDACTED"
	if x.Request.URL != want || x.Request.Method != http.MethodGet || x.Request.Body != "" ||
		x.Request.Header.Get("Host") != endpoint.Host {
		t.Errorf("wanted %s; got %+v", want, x.Request)
	}
	x = client(t, endpoint, nil).Do(context.Background(), detach(http.MethodPost, SignV3))
	if want := business + "&Format=JSON"; x.Request.Body != want || x.Request.URL != endpoint.String()+"/" ||
		x.Request.Header.Get("Content-Length") != fmt.Sprint(len(want)) {
		t.Errorf("wanted body %s; got %+v", want, x.Request)
	}
	authorization := x.Request.Header.Get("Authorization")
	if !strings.HasPrefix(authorization, "ACS3-HMAC-SHA256 Credential=test…,SignedHeaders=content-type;host;") ||
		!strings.HasSuffix(authorization, ",Signature=REDACTED") ||
		x.Request.Header.Get("X-Acs-Security-Token") != hidden {
		t.Errorf("wanted headers without secrets; got %v", x.Request.Header)
	}
}

func TestRequestHidesTheShortestSecrets(t *testing.T) {
	call := detach(http.MethodPost, SignV1)
	call.Credentials = Credentials{AccessKeyID: "k", AccessKeySecret: "s", SecurityToken: "t"}
	x := client(t, says(t, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n=k&t", true), nil).Do(context.Background(),
		call)
	if !strings.Contains(x.Request.Body, "&AccessKeyId=…&") ||
		!strings.Contains(x.Request.Body, "&SecurityToken=REDACTED&") ||
		!strings.HasPrefix(x.Request.Body, "ScalingGroupId=asg-1&") {
		t.Errorf("wanted the values hidden and nothing else; got %s", x.Request.Body)
	}
	if got := string(x.Redacted().Response.Body); got != "=…&t" {
		t.Errorf("wanted the value hidden; got %s", got)
	}
}

func TestRedactedCutBody(t *testing.T) {
	endpoint := says(t, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsecret: tests", false)
	x := client(t, endpoint, nil).Do(context.Background(), detach(http.MethodGet, SignV1))
	if got := string(x.Redacted().Response.Body); got != "secret: REDACTED" {
		t.Errorf("wanted the beginning of the secret gone; got %q, %s", got, x.Failure)
	}
}

func TestFailureTextHoldsNoSecret(t *testing.T) {
	endpoint := rawServer(t, func(c net.Conn, r *http.Request) bool {
		_, _ = fmt.Fprintf(c, "%s\r\n\r\n", r.RequestURI)
		return false
	})
	call := detach(http.MethodGet, SignV1)
	call.Params = []Param{{"S", creds.AccessKeySecret}}
	x := client(t, endpoint, nil).Do(context.Background(), call)
	if !strings.Contains(x.Failure, "malformed HTTP") || strings.Contains(x.Failure, creds.AccessKeySecret) ||
		strings.Contains(x.Failure, creds.AccessKeyID) {
		t.Errorf("wanted the failure without secrets; got %s", x.Failure)
	}
}
