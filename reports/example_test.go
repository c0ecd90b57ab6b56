package reports_test

import (
	"fmt"
	"io"
	"log"
	"os"

	"github.com/essconform/essconform/reports"
)

// Reading a report: the verdict, and what failed.
func ExampleReadJSON() {
	file, err := os.Open("render/testdata/conformant/report.json")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	if err := show(file); err != nil {
		log.Fatal(err)
	}
	// Output:
	// 0 conformant: 16 of 16 cases passed
}

func show(file io.Reader) error {
	r, err := reports.ReadJSON("report.json", file)
	if err != nil {
		return err
	}
	fmt.Println(r.Verdict.ExitCode, r.Verdict.Reason)
	for _, c := range r.Cases {
		for _, f := range reports.MustFindings(c) {
			fmt.Printf("%s: %s: wanted %s; got %s\n", c.ID, f.Requirement, f.Want, f.Got)
		}
	}
	return nil
}
