package reports

import _ "embed" // for the schema

//go:embed report.schema.json
var schema string

// Schema is the JSON Schema (draft 2020-12) of report.json.
func Schema() string { return schema }
