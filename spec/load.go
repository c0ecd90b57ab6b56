package spec

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	"github.com/essconform/essconform/spec/yamlfile"
)

//go:embed detachinstances*.openapi.yaml
var embedded embed.FS

// edition is a built-in description.
type edition struct{ version, file string }

// editions are the built-in descriptions by API version; the first is the default.
var editions = [...]edition{
	{"2014-08-28", "detachinstances.openapi.yaml"},
	{"2022-02-22", "detachinstances-2022-02-22.openapi.yaml"},
}

// Default is the built-in description of the edition 2014-08-28.
func Default() (*Contract, error) { return Edition(editions[0].version) }

// Edition is the built-in description of an API version.
func Edition(version string) (*Contract, error) {
	var known []string
	for _, e := range editions {
		if e.version == version {
			data, err := embedded.ReadFile(e.file)
			if err != nil {
				return nil, fmt.Errorf("read description: %w", err)
			}
			return Load("spec/"+e.file, data)
		}
		known = append(known, e.version)
	}
	return nil, fmt.Errorf("no built-in description of API version %q; the versions are %s", version,
		strings.Join(known, ", "))
}

// LoadFile reads a description, such as an edited copy of the built-in one; see Load.
func LoadFile(path string) (*Contract, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read description: %w", err)
	}
	return Load(path, data)
}

// Load reads a description in YAML or JSON and checks that it is valid OpenAPI 3 with valid examples, and that it has
// all that a run depends on. It never reads another file or address. file is the name that errors and findings print.
// An error is one line, "file:line: what is wrong; what to do", for the first fault that is found.
func Load(file string, data []byte) (*Contract, error) {
	text, err := yamlfile.Text(data)
	if err != nil {
		return nil, yamlfile.Locate(file, 0, err)
	}
	src, err := parseSource(file, text)
	if err != nil {
		return nil, err
	}
	doc, err := parseDescription(src, text)
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
