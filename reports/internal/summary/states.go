package summary

import (
	"encoding/json"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
)

// StateJSON is one state on one line of JSON. Params that JSON cannot hold are left out: the name is what matters.
func StateJSON(s reports.State) string {
	b, err := json.Marshal(s)
	if err != nil {
		b, _ = json.Marshal(reports.State{Name: s.Name}) // a string always marshals
	}
	return string(printable.JSON(b))
}
