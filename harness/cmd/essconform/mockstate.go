package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/essconform/essconform/harness/mock"
)

// loadState reads the state file of the mock. One that does not exist yet is an empty state.
func loadState(server *mock.Server, path string) error {
	if path == "" {
		return nil
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("mock: -state-file: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	if err := server.Load(file); err != nil {
		return fmt.Errorf("%w; -state-file %s: correct the file, or remove it to begin without a state", err, path)
	}
	return nil
}

// saveState writes the state file in one step, so that none is ever half.
func saveState(server *mock.Server, path string) (err error) {
	if path == "" {
		return nil
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("mock: -state-file: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("mock: -state-file: %w", err), os.Remove(file.Name()))
		}
	}()
	if err := errors.Join(server.Save(file), file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
