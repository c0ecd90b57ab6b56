package reports

import _ "embed" // for the schema

//go:embed report.schema.json
var schema string

// Schema is the JSON Schema (draft 2020-12) of report.json.
func Schema() string { return schema }

//go:embed matrix.schema.json
var matrixSchema string

// MatrixSchema is the JSON Schema of matrix.json. It refers to Schema by its $id.
func MatrixSchema() string { return matrixSchema }
