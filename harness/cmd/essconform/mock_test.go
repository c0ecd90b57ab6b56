package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"
)

// locked is a buffer that a command writes to while a test reads it.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// running is `essconform mock` that was started.
type running struct {
	greeting string
	url      string
	stderr   *locked
	stop     func() int
}

func startMock(t *testing.T, args ...string) running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	r := running{stderr: &locked{}}
	code := make(chan int, 1)
	go func() {
		s := streams{out: in, err: r.stderr, getenv: func(string) string { return "" }}
		code <- dispatch(ctx, append([]string{"mock", "-addr", "127.0.0.1:0"}, args...), s)
		_ = in.Close()
	}()
	r.stop = sync.OnceValue(func() int {
		cancel()
		return <-code
	})
	t.Cleanup(func() { r.stop() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		r.greeting += lines.Text() + "\n"
		if strings.HasPrefix(lines.Text(), "Stop it") {
			break
		}
	}
	r.url = regexp.MustCompile(`https?://127\.0\.0\.1:\d+`).FindString(r.greeting)
	if r.url == "" {
		t.Fatalf("wanted a greeting with the URL; got %q and %s", r.greeting, r.stderr)
	}
	return r
}

func ask(t *testing.T, client *http.Client, method, url, body string) (int, string) {
	t.Helper()
	g := NewWithT(t)
	q, err := http.NewRequest(method, url, strings.NewReader(body))
	g.Expect(err).NotTo(HaveOccurred())
	q.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(q)
	g.Expect(err).NotTo(HaveOccurred())
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	g.Expect(err).NotTo(HaveOccurred())
	return answer.StatusCode, string(text)
}

const setUp = `{"action":"setup","state":"an inactive scaling group","params":{"instances":1}}`

func TestMockKeepsItsState(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "state.json")
	first := startMock(t, "-state-file", file, "-accept-unsigned", "-seed", "7")
	if status, text := ask(t, http.DefaultClient, "POST", first.url+"/_states", setUp); status != 200 {
		t.Fatalf("wanted a state; got %d %s", status, text)
	}
	if code := first.stop(); code != exitConformant {
		t.Fatalf("wanted a clean end; got %d: %s", code, first.stderr)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("wanted a file for its user only: it may hold the secrets of callers; got %v, %v", info.Mode(), err)
	}
	g.Expect(os.Chmod(file, 0o644)).To(Succeed())
	second := startMock(t, "-state-file", file, "-accept-unsigned")
	if _, text := ask(t, http.DefaultClient, "GET", second.url+"/_mock/groups", ""); !strings.Contains(
		text,
		`"state":"an inactive scaling group"`,
	) {
		t.Errorf("wanted the state of before; got %s", text)
	}
	second.stop()
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("wanted a file that others could read replaced by one for its user; got %v, %v", info.Mode(), err)
	}
	g.Expect(os.WriteFile(file, []byte("{"), 0o600)).To(Succeed())
	var stderr locked
	code := dispatch(context.Background(), []string{"mock", "-addr", "127.0.0.1:0", "-state-file", file},
		streams{out: io.Discard, err: &stderr, getenv: func(string) string { return "" }})
	if code != exitCouldNotJudge || !strings.Contains(stderr.String(), "correct the file, or remove it") {
		t.Errorf("wanted advice about a broken file; got %d %s", code, &stderr)
	}
}

func TestMockSpeaksTLS(t *testing.T) {
	g := NewWithT(t)
	m := startMock(t, "-tls", "-host", "mock.test")
	if !strings.Contains(m.greeting, " --secure ") || strings.Contains(m.greeting, "--insecure") {
		t.Errorf("wanted the CLI to be told to use HTTPS; got %s", m.greeting)
	}
	path := regexp.MustCompile(`certificate +(\S+)`).FindStringSubmatch(m.greeting)[1]
	pem, err := os.ReadFile(path)
	g.Expect(err).NotTo(HaveOccurred())
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) || strings.Contains(string(pem), "PRIVATE") {
		t.Fatalf("wanted a certificate and no key; got %s", pem)
	}
	for _, name := range []string{"127.0.0.1", "localhost", "mock.test"} {
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{
			RootCAs:    pool,
			ServerName: name,
		}}}
		if status, text := ask(t, client, "GET", m.url+"/_mock/health", ""); status != 200 {
			t.Errorf("%s: wanted health; got %d %s", name, status, text)
		}
	}
	address := strings.TrimPrefix(m.url, "https://")
	if code := dispatch(context.Background(), []string{"mock", "-health", "-tls", "-addr", address},
		streams{out: io.Discard, err: m.stderr}); code != 0 {
		t.Errorf("wanted it healthy; got %d: %s", code, m.stderr)
	}
	m.stop()
	if _, err := os.Stat(path); err == nil {
		t.Error("wanted the certificate gone")
	}
	if code := dispatch(context.Background(), []string{"mock", "-health", "-addr", address},
		streams{out: io.Discard, err: m.stderr}); code != exitCouldNotJudge {
		t.Errorf("wanted a mock that stopped to be unhealthy; got %d", code)
	}
}

func TestMockLogsRequestsAndInjectsFaults(t *testing.T) {
	m := startMock(t, "-v", "-accept-unsigned", "-fault", "DescribeRegions throttle count=1", "-cors", "http://ui.test")
	regions := m.url + "/?Action=DescribeRegions&Version=2014-08-28"
	for _, want := range []int{400, 200} {
		if status, text := ask(t, http.DefaultClient, "GET", regions, ""); status != want {
			t.Errorf("wanted %d; got %d %s", want, status, text)
		}
	}
	m.stop()
	for _, want := range []string{
		"#1 GET DescribeRegions 400 Throttling [fault: throttle]",
		"#2 GET DescribeRegions 200",
	} {
		if !strings.Contains(m.stderr.String(), want) {
			t.Errorf("wanted %q; got %s", want, m.stderr)
		}
	}
}

func TestMockRefusesSettings(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"-fault", "X explode"}, `kind "explode" is unknown`},
		{[]string{"-latency", "1h"}, "Options.Latency is 1h0m0s"},
		{[]string{"-defect", "none.such"}, "-defect"},
		{[]string{"-health", "-addr", "nowhere"}, "wanted HOST:PORT"},
	} {
		var stderr locked
		code := dispatch(
			context.Background(),
			append([]string{"mock"}, c.args...),
			streams{out: io.Discard, err: &stderr, getenv: func(string) string { return "" }},
		)
		if code != exitCouldNotJudge || !strings.Contains(stderr.String(), c.says) {
			t.Errorf("%v: wanted %q; got %d %s", c.args, c.says, code, &stderr)
		}
	}
}
