package mock

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestStateFileKeepsCallers: a caller that a state made is known after a restart, denied what it was denied, until the
// teardown of its state.
func TestStateFileKeepsCallers(t *testing.T) {
	e := verifying(t)
	v := e.setup(t, deniedCall, 1)
	denied := Credential{AccessKeyID: v["accessKeyId"].(string), AccessKeySecret: v["accessKeySecret"].(string)}
	var file bytes.Buffer
	if err := e.Save(&file); err != nil {
		t.Fatal(err)
	}
	for _, own := range []string{bob.AccessKeyID, bob.AccessKeySecret, bob.SecurityToken, alice.AccessKeySecret} {
		if strings.Contains(file.String(), `"`+own+`"`) {
			t.Errorf("wanted none of the mock's own callers; got %s", own)
		}
	}
	again := verifying(t)
	call := func(nonce, want string) {
		t.Helper()
		p := v1Params(again, v, denied, nonce)
		if r := send(t, again, get(signV1With(http.MethodGet, p, denied.AccessKeySecret))); r.text("Code") != want {
			t.Errorf("wanted %s; got %s", want, r.body)
		}
	}
	call("before", "InvalidAccessKeyId.NotFound")
	if err := again.Load(bytes.NewReader(file.Bytes())); err != nil {
		t.Fatal(err)
	}
	call("after", "Forbidden.Unauthorized")
	if err := again.Load(strings.NewReader(`{"version":1}`)); err != nil {
		t.Fatal(err)
	}
	call("replaced", "InvalidAccessKeyId.NotFound")
	if err := again.Load(bytes.NewReader(file.Bytes())); err != nil {
		t.Fatal(err)
	}
	if err := again.Teardown(deniedCall, v); err != nil {
		t.Fatal(err)
	}
	call("torn down", "InvalidAccessKeyId.NotFound")
	taken := strings.ReplaceAll(file.String(), denied.AccessKeyID, alice.AccessKeyID)
	err := again.Load(strings.NewReader(taken))
	if err == nil || !strings.Contains(err.Error(), "one of the mock's own") ||
		strings.Contains(err.Error(), denied.AccessKeySecret) {
		t.Errorf("wanted a file that replaces a caller refused; got %v", err)
	}
	if text := fmt.Sprintf("%v %+v %#v", e.stage.Save(), e.stage.Save(), e.stage.Save()); !strings.Contains(text,
		denied.AccessKeyID) || strings.Contains(text, denied.AccessKeySecret) {
		t.Errorf("wanted no secret printed; got %s", text)
	}
}
