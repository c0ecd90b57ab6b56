package stage

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// stateRequest is the body of a request to the states. Other members are ignored, as the protocol's own clients send
// some.
type stateRequest struct {
	Action string         `json:"action"`
	State  string         `json:"state"`
	Params map[string]any `json:"params"`
}

// Serve is the protocol of provider states: the values of a setup, {} for a teardown, {"error":…} for what cannot be.
// tooLarge is the limit that the body exceeded, 0 when it was read whole.
func (st *Stage) Serve(w http.ResponseWriter, r *http.Request, body []byte, tooLarge int) {
	values, status, err := st.handle(r.Method, body, tooLarge)
	w.Header().Set("Content-Type", "application/json")
	switch {
	case status == http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodPost)
	case errors.Is(err, ErrFull):
		w.Header().Set("Retry-After", strconv.Itoa(int(Abandoned.Seconds())))
	}
	if err != nil {
		values = map[string]any{"error": err.Error()}
	}
	text, err := json.Marshal(values)
	if err != nil {
		panic(fmt.Sprintf("stage: values of a state: %v", err)) // they are texts and lists of texts
	}
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // net/http closes the connection of a caller who left
}

func (st *Stage) handle(method string, body []byte, tooLarge int) (values map[string]any, status int, err error) {
	if method != http.MethodPost {
		return nil, http.StatusMethodNotAllowed, errors.New(
			`send a POST with {"action":"setup"|"teardown","state":"…","params":{…}}`,
		)
	}
	if tooLarge > 0 {
		return nil, http.StatusRequestEntityTooLarge, fmt.Errorf("the body is larger than %d bytes", tooLarge)
	}
	var q stateRequest
	if err := json.Unmarshal(body, &q); err != nil {
		return nil, http.StatusBadRequest, fmt.Errorf("the body is not the JSON object that was wanted: %w", err)
	}
	switch q.Action {
	case "setup":
		values, err = st.Setup(q.State, q.Params)
	case "teardown":
		values, err = map[string]any{}, st.Teardown(q.State, q.Params)
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
