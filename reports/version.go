package reports

import (
	"errors"
	"fmt"
)

// How the schema changes. A field that may be missing can be added at any time: older readers leave out what they do
// not know. All else (a field renamed or removed, another meaning, another rule for the verdict) raises SchemaVersion,
// and with it come a schema of its own and a conversion in readJSON, so that a reader of version N still reads reports
// of N-1: somebody's baseline outlives one upgrade. Version 1 is the first, so there is nothing to convert yet.

// checkVersion tells whether a reader of version current reads a file of version got: its own one and the one before.
func checkVersion(got, current int) error {
	switch oldest := max(1, current-1); {
	case got > current:
		return fmt.Errorf("schemaVersion %d is newer than this essconform, which reads %s; upgrade essconform", got,
			versions(oldest, current))
	case got < 1:
		return fmt.Errorf("schemaVersion is missing or no version; this essconform reads %s; run the suite again",
			versions(oldest, current))
	case got < oldest:
		return fmt.Errorf("schemaVersion %d is older than this essconform reads, which is %s; run the suite again", got,
			versions(oldest, current))
	}
	return nil
}

func versions(oldest, current int) string {
	if oldest == current {
		return fmt.Sprintf("version %d", current)
	}
	return fmt.Sprintf("versions %d and %d", oldest, current)
}

// errCutOff is the error of a file whose end is missing.
var errCutOff = errors.New("the file was cut off; run the suite again")
