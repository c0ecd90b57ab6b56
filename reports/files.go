package reports

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// fileOf is one file and what draws it.
type fileOf[T any] struct {
	name  string
	write func(io.Writer, T) error
}

type reportFile = fileOf[Report]

func files() []reportFile {
	return []reportFile{
		{"report.json", WriteJSON},
		{"report.html", WriteHTML},
		{"report.md", WriteMarkdown},
		{"junit.xml", WriteJUnit},
		{"badge.json", WriteBadge},
		{"badge.svg", WriteBadgeSVG},
	}
}

// Clear removes the files of an earlier report from dir.
func Clear(dir string) error {
	for _, f := range files() {
		if err := os.Remove(filepath.Join(dir, f.name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the report of an earlier run cannot be removed: %w; choose another directory with -report-dir", err)
		}
	}
	return nil
}

// WriteAll writes all files of a report into dir, which it makes. A reader sees each file as it was or whole, never half written. All
// files are tried; the errors name what could not be written.
func WriteAll(dir string, r Report) error { return writeFiles(dir, "report", r, files()) }

func writeFiles[T any](dir, what string, v T, files []fileOf[T]) error {
	if err := makeDir(dir); err != nil {
		return err
	}
	errs := make([]error, len(files)) // in the order of the files
	var drawing sync.WaitGroup
	for i, f := range files {
		drawing.Go(func() {
			var b bytes.Buffer
			err := f.write(&b, v)
			if err == nil {
				err = ReplaceFile(filepath.Join(dir, f.name), b.Bytes())
			}
			if err != nil {
				errs[i] = fmt.Errorf("write %s: %s: %w; choose another directory with -report-dir", what, filepath.Join(dir, f.name), bareError(err))
			}
		})
	}
	drawing.Wait()
	return errors.Join(errs...)
}

// WriteMatrixAll writes matrix.json, matrix.md and matrix.html into dir, the way WriteAll does.
func WriteMatrixAll(dir string, m Matrix) error {
	return writeFiles(dir, "matrix", m, []fileOf[Matrix]{
		{"matrix.json", WriteMatrixJSON}, {"matrix.md", WriteMatrixMarkdown}, {"matrix.html", WriteMatrixHTML},
	})
}

// CheckDir finds out before a run whether WriteAll will be able to write into dir. It makes dir.
func CheckDir(dir string) error {
	if err := makeDir(dir); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".check-*")
	if err != nil {
		return dirError(dir, err)
	}
	err = f.Close()
	if err := errors.Join(err, os.Remove(f.Name())); err != nil {
		return dirError(dir, err)
	}
	for _, f := range files() {
		path := filepath.Join(dir, f.name)
		if info, err := os.Lstat(path); err == nil && info.IsDir() {
			return dirError(dir, fmt.Errorf("%s is a directory", path))
		}
	}
	return nil
}

func makeDir(dir string) error {
	if dir == "" {
		return errors.New("report directory: none was given; choose one with -report-dir")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return dirError(dir, err)
	}
	return nil
}

func dirError(dir string, err error) error {
	return fmt.Errorf("report directory %s cannot be written: %w; choose another with -report-dir", dir, bareError(err))
}

// bareError takes from an error of package os the path, which is a temporary one or is named already.
func bareError(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// ReplaceFile writes beside path and renames, which is atomic within a directory. Its errors do not repeat the path.
func ReplaceFile(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return bareError(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // what it was written for has failed already
		}
	}()
	_, err = f.Write(data)
	// A temporary file is private; a report is for whoever collects it.
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return bareError(err)
	}
	return nil
}
