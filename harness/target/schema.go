package target

import _ "embed"

//go:embed target.schema.json
var schema string

// Schema is the JSON Schema of a target file, for editors.
func Schema() string { return schema }
