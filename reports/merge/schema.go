package merge

import _ "embed" // for the schema

//go:embed matrix.schema.json
var schema string

// Schema is the JSON Schema of matrix.json. It refers to Schema by its $id.
func Schema() string { return schema }
