package render

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/essconform/essconform/reports"
)

// aside begins the name of a file of an earlier report while a run gets ready.
const aside = ".earlier-"

// Earlier are the reports of an earlier run in a directory, out of the way. The zero value is none.
type Earlier struct {
	dir     string
	files   []string
	release func()
}

// SetAside puts the reports of an earlier run out of the way while the settings of a new one are read: a run that is
// killed meanwhile must not leave a verdict behind that could be taken for its own. Settings that turn out to be wrong
// put them back; Begin removes them. A directory without reports is left alone.
func SetAside(dir string, lock func(dir string) (release func(), err error)) (*Earlier, error) {
	e := &Earlier{dir: dir}
	for _, f := range Formats() {
		if there, err := os.Lstat(filepath.Join(dir, f.File)); err == nil && f.File != "" && !there.IsDir() {
			e.files = append(e.files, f.File) // a directory is no report: Begin says so
		}
	}
	if len(e.files) == 0 {
		return e, nil
	}
	release, err := lock(dir)
	if err != nil {
		return nil, err
	}
	e.release = release
	for _, name := range e.files {
		if err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, aside+name)); err != nil {
			return nil, errors.Join(dirError(dir, err), e.PutBack())
		}
	}
	return e, nil
}

// PutBack puts the reports back, but for those that Begin has removed, and ends the lock.
func (e *Earlier) PutBack() error {
	if e.release != nil {
		defer e.release()
	}
	var errs []error
	for _, name := range e.files {
		err := os.Rename(filepath.Join(e.dir, aside+name), filepath.Join(e.dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("the report of an earlier run is now %s: %w",
				filepath.Join(e.dir, aside+name), bareError(err)))
		}
	}
	return errors.Join(errs...)
}

// rerunFolder is where a selection of cases is reported that must not replace the report of more cases.
const rerunFolder = "rerun"

// Folder is where the reports of a run are going to stand.
type Folder struct {
	Dir string
	// own is set when the run must not replace the report of more cases.
	own     bool
	earlier *Earlier
	lock    func(dir string) (release func(), err error)
}

// Ready is called when a run knows its report directory, and has still to read the rest of its settings. It sets the
// reports of an earlier run aside, see SetAside. selection says that the run is of some cases only, and that dir was
// not named for it: such a run leaves the report of more cases alone. Close must follow.
func Ready(dir string, selection bool, lock func(dir string) (release func(), err error)) (f *Folder, err error) {
	f = &Folder{Dir: dir, own: selection, earlier: new(Earlier), lock: lock}
	if !selection {
		f.earlier, err = SetAside(dir, lock)
	}
	return f, err
}

// Begin is Begin for a run of so many chosen cases; -1 when that is not known. Where it finds the report of more cases
// that must stay, the Dir of the run is from now on a folder of its own below, and why is a line that says so.
func (f *Folder) Begin(chosen int) (release func(), why string, err error) {
	if f.own {
		if f.Dir, why, err = ownDir(f.Dir, chosen); err != nil {
			return nil, "", err
		}
	}
	release, err = Begin(f.Dir, f.lock)
	return release, why, err
}

// Close puts back what Begin has not removed.
func (f *Folder) Close() error { return f.earlier.PutBack() }

// ownDir is where the reports of a selection of cases belong: in a folder of their own where dir holds the report of
// more cases, or one that cannot be read.
func ownDir(dir string, chosen int) (own, why string, err error) {
	path := filepath.Join(dir, "report.json")
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return dir, "", nil
	}
	what := "a report"
	if err == nil {
		there, err := reports.ReadJSON(path, f)
		_ = f.Close() // it was only read
		switch {
		case err == nil && there.Counts.Selected <= chosen:
			return dir, "", nil
		case err == nil:
			what = fmt.Sprintf("the report of %d cases", there.Counts.Selected)
		}
	}
	own = filepath.Join(dir, rerunFolder)
	return own, fmt.Sprintf("reports of this selection go to %s, because %s has %s; -report-dir %s would replace it",
		own, dir, what, dir), makeDir(own)
}
