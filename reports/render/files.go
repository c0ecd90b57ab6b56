package render

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/har"
)

// removeOld removes the files of an earlier report from dir, also those that were set aside.
func removeOld(dir string) error {
	for _, f := range Formats() {
		if f.File == "" {
			continue
		}
		for _, name := range []string{f.File, aside + f.File} {
			if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf(
					"the report of an earlier run cannot be removed: %w; choose another directory with -report-dir",
					err)
			}
		}
	}
	return har.RemoveFolders(dir)
}

// WriteAll writes all files of a report into dir, which it makes.
func WriteAll(ctx context.Context, dir string, r reports.Report) error {
	return WriteFiles(ctx, dir, "report", r, Formats(), Options{})
}

// WriteFiles writes v into dir, which it makes, once in each format that has a file. A reader sees each file as it was
// or whole, never half written. All files are tried; the errors name what could not be written. what is the word that
// they use for v.
func WriteFiles[T any](ctx context.Context, dir, what string, v T, formats []Format[T], o Options) error {
	if err := makeDir(dir); err != nil {
		return err
	}
	errs := make([]error, len(formats)) // in the order of the formats
	var drawing sync.WaitGroup
	for i, f := range formats {
		if f.File == "" {
			continue
		}
		drawing.Go(func() {
			path := filepath.Join(dir, f.File)
			err := replaceFile(path, func(w io.Writer) error { return f.Write(ctx, w, v, o) })
			if err != nil && !errors.Is(err, errNoRecording) {
				errs[i] = fmt.Errorf("write %s: %s: %w; choose another directory with -report-dir", what, path,
					bareError(err))
			}
		})
	}
	drawing.Wait()
	return errors.Join(errs...)
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
	for _, f := range Formats() {
		path := filepath.Join(dir, f.File)
		if f.File == "" {
			continue
		}
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
func ReplaceFile(path string, data []byte) error {
	return replaceFile(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// replaceFile is ReplaceFile for what may be too long to be held in memory.
func replaceFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return bareError(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // what it was written for has failed already
		}
	}()
	w := bufio.NewWriterSize(f, 64<<10)
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	// A temporary file is private; a report is for other users, too.
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return bareError(err)
	}
	return nil
}
