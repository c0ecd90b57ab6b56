package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/render/github"
	"github.com/essconform/essconform/reports/render/markdown"
)

// stepSummary names the file that GitHub Actions shows on the page of a run. Steps append Markdown to it.
const stepSummary = "GITHUB_STEP_SUMMARY"

// Begin is called when a run begins: when its settings are known to be right, and before it sends anything. It finds
// out whether reports can be written into dir, takes the lock, and removes the reports of an earlier run: a run that
// does not come to its end must not leave the verdict of another one behind. release ends the lock.
func Begin(dir string, lock func(dir string) (release func(), err error)) (release func(), err error) {
	if err := CheckDir(dir); err != nil {
		return nil, err
	}
	if release, err = lock(dir); err != nil {
		return nil, err
	}
	if err := removeOld(dir); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// Deliver writes the report to where people look for it: all files into dir, and report.md into the job summary of
// GitHub Actions when the environment names one. Everything is tried; the errors name what could not be written.
func Deliver(ctx context.Context, dir string, r reports.Report, getenv func(string) string) error {
	return DeliverIn(ctx, dir, r, "", getenv)
}

// DeliverIn is Deliver with the page and Markdown in a language; see CheckLanguage.
func DeliverIn(
	ctx context.Context, dir string, r reports.Report, language string, getenv func(string) string,
) error {
	summary := func(w io.Writer) error { return markdown.WriteIn(w, r, language) }
	files := WriteFiles(ctx, dir, "report", r, Formats(), Options{Lang: language})
	return errors.Join(files, Summarize(getenv, summary))
}

// Annotate writes what failed as annotations into the log of GitHub Actions; elsewhere it does nothing.
func Annotate(w io.Writer, r reports.Report, getenv func(string) string) error {
	if getenv("GITHUB_ACTIONS") != "true" {
		return nil
	}
	return github.Write(w, r)
}

// Summarize appends Markdown to the job summary of GitHub Actions; without one it does nothing.
func Summarize(getenv func(string) string, write func(io.Writer) error) error {
	path := getenv(stepSummary)
	if path == "" {
		return nil
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	b.WriteByte('\n') // what the next step appends begins on a line of its own
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = f.Write(b.Bytes())
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return fmt.Errorf("write the job summary: %s=%s: %w; unset it to go without", stepSummary, path, bareError(err))
	}
	return nil
}
