package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/mock/defect"
	"github.com/essconform/essconform/harness/mock/variant"
)

// behaviour is a defect or a legal variant of the mock as `essconform cases` lists it.
type behaviour struct {
	Name string `json:"name"`
	// Requirements are those on which a defect should be reported, or which cannot be verified on a variant.
	Requirements []string `json:"requirements,omitempty"`
	Cannot       []string `json:"cannotVerify,omitempty"`
	Warned       []string `json:"warned,omitempty"`
	Note         string   `json:"note"`
}

func listedDefects() (out []behaviour) {
	for _, d := range defect.All() {
		out = append(out, behaviour{Name: d.Name, Requirements: d.Requirements, Note: d.Note})
	}
	return out
}

func listedVariants() (out []behaviour) {
	for _, v := range variant.All() {
		out = append(out, behaviour{Name: v.Name, Cannot: v.Cannot, Warned: v.Warned, Note: v.Note})
	}
	return out
}

// printBehaviours lists defects or variants in a format.
func printBehaviours(s streams, list []behaviour, format string) (int, error) {
	if format == "json" {
		return exitConformant, writeJSON(s.out, list)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tREQUIREMENTS\tWHAT IT DOES")
	for _, b := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\n", b.Name, shortened(append(append(b.Requirements, b.Warned...), b.Cannot...)),
			b.Note)
	}
	fmt.Fprintf(w, "%d in all; `essconform mock -defect NAME` and `-variant NAME` serve one\n", len(list))
	return exitConformant, w.Flush()
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// shortened keeps a line readable: some defects are in every error.
func shortened(ids []string) string {
	const most = 2
	if len(ids) <= most {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s, %d more", strings.Join(ids[:most], ", "), len(ids)-most)
}

// misbehave puts a defect and a variant into the options of the mock; "" is none.
func misbehave(o *mock.Options, defectName, variantName string) error {
	o.Rules = mock.DefaultRules()
	if variantName != "" {
		v, ok := variant.Find(variantName)
		if !ok {
			return fmt.Errorf("mock: -variant %q is unknown; `essconform cases -variants` lists them", variantName)
		}
		v.Options(o)
	}
	if defectName != "" {
		d, ok := defect.Find(defectName)
		if !ok {
			return fmt.Errorf("mock: -defect %q is unknown; `essconform cases -defects` lists them", defectName)
		}
		d.Break(o.Rules)
	}
	return nil
}
