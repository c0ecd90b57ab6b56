package spec

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"os"
)

// defaultFile is the path of the embedded description as findings print it.
const defaultFile = "spec/detachinstances.openapi.yaml"

//go:embed detachinstances.openapi.yaml
var embedded []byte

// Default is the built-in description.
func Default() (*Contract, error) { return Load(defaultFile, embedded) }

// LoadFile reads a description, such as an edited copy of the built-in one; see Load.
func LoadFile(path string) (*Contract, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read description: %w", err)
	}
	return Load(path, data)
}

// Load reads a description in YAML or JSON and checks that it is valid OpenAPI 3 with valid examples, and that it has all that a run depends
// on. It never reads another file or address. file is the name that errors and findings print. An error is one line,
// "file:line: what is wrong; what to do", for the first fault that is found.
func Load(file string, data []byte) (*Contract, error) {
	src, err := parseSource(file, data)
	if err != nil {
		return nil, err
	}
	doc, err := parseDescription(src, data)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	c := &Contract{File: file, SHA256: hex.EncodeToString(sum[:])}
	if err := readOperations(c, src, doc); err != nil {
		return nil, err
	}
	if c.Requirements, err = readRequirements(src, doc, c.Errors); err != nil {
		return nil, err
	}
	return c, nil
}
