package mock

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// stateRequest is the body of a request to StatesPath. Other members are ignored, as the protocol's own clients send some.
type stateRequest struct {
	Action string         `json:"action"`
	State  string         `json:"state"`
	Params map[string]any `json:"params"`
}

// serve is the protocol of provider states: the values of a setup, {} for a teardown, {"error":…} for what cannot be.
func (st *stage) serve(w http.ResponseWriter, r *http.Request, body []byte, tooLarge bool) {
	values, status, err := st.handle(r.Method, body, tooLarge)
	if err != nil {
		values = map[string]any{"error": err.Error()}
	}
	text, err := json.Marshal(values)
	if err != nil {
		panic(fmt.Sprintf("mock: values of a state: %v", err)) // they are texts and lists of texts
	}
	w.Header().Set("Content-Type", "application/json")
	if status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", http.MethodPost)
	}
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // a caller who left is nobody's concern
}

func (st *stage) handle(method string, body []byte, tooLarge bool) (values map[string]any, status int, err error) {
	if method != http.MethodPost {
		return nil, http.StatusMethodNotAllowed, errors.New(`send a POST with {"action":"setup"|"teardown","state":"…","params":{…}}`)
	}
	if tooLarge {
		return nil, http.StatusRequestEntityTooLarge, fmt.Errorf("the body is larger than %d bytes", maxBodyBytes)
	}
	var q stateRequest
	if err := json.Unmarshal(body, &q); err != nil {
		return nil, http.StatusBadRequest, fmt.Errorf("the body is not the JSON object that was wanted: %w", err)
	}
	switch q.Action {
	case "setup":
		values, err = st.setup(q.State, q.Params)
	case "teardown":
		values, err = map[string]any{}, st.teardown(q.State, q.Params)
	default:
		err = fmt.Errorf(`wanted action "setup" or "teardown"; got %q`, bounded(q.Action))
	}
	return values, stateStatus(err), err
}

func stateStatus(err error) int {
	switch {
	case err == nil:
		return http.StatusOK
	case errors.Is(err, ErrUnknownState):
		return http.StatusNotFound
	case errors.Is(err, ErrFull):
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}
