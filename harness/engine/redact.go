package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"reflect"
	"slices"

	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports"
)

// withheld stands for what a finding would quote.
const withheld = "not shown: the answer holds a secret of this run"

// judged judges an answer. The verdict is that on the answer as it came. What is quoted of one that holds a secret of
// the run is taken from a judgement on the redacted answer, because findings quote beginnings only, and of half a
// secret a redactor knows nothing.
func judged(e judge.Expectation, ex wire.Exchange) judge.Judgement {
	j := judge.Answer(e, ex)
	if !ex.Echoes() {
		return j
	}
	j.Findings = hushed(j.Findings, judge.Answer(e, ex.Redacted()).Findings)
	for name, value := range j.Fields {
		if shown := ex.Redact(value); shown != value { // still another one than that of any other answer
			j.Fields[name] = fmt.Sprintf("%s (sha256 %.4x)", shown, sha256.Sum256([]byte(value)))
		}
	}
	return j
}

// hushed are the findings with what the shown ones say of the same requirement, in order.
func hushed(findings, shown []judge.Finding) []judge.Finding {
	out := make([]judge.Finding, 0, len(findings))
	for _, f := range findings {
		f.Pointer, f.Want, f.Got = "", withheld, withheld
		f.Offset, f.Length = 0, 0 // counted in a body that is not shown
		for i, s := range shown {
			if s.Requirement == f.Requirement {
				f.Pointer, f.Want, f.Got = s.Pointer, s.Want, s.Got
				shown = append(shown[:i:i], shown[i+1:]...)
				break
			}
		}
		out = append(out, f)
	}
	return out
}

// learn makes the caller that a state returned known to all processes of the run, so that it is kept out of all that
// is written.
func (r *Runner) learn(ctx context.Context, values states.Values) error {
	return r.redactor.Share(ctx, r.secrets, wire.Credentials{
		AccessKeyID: values.String("accessKeyId"), AccessKeySecret: values.String("accessKeySecret"),
	})
}

// Notes are warnings about the target that belong to no case: what was odd in the answers of supporting operations,
// though it could be read.
func (r *Runner) Notes() (out []string) {
	for _, note := range r.support.Notes() {
		out = append(out, clip(r.redactor.Redact(note), keptText))
	}
	return out
}

// asItCame is how many bytes of the body that the report shows are those that came: none when something was taken out,
// or when it is written in base64.
func asItCame(came, shown wire.Exchange, kept *reports.Exchange) int {
	if came.Response == nil || kept.Response == nil || kept.Response.Encoding != "" ||
		!bytes.Equal(came.Response.Document(), shown.Response.Body) {
		return 0
	}
	return len(kept.Response.Body)
}

// withoutPlaces are findings on an answer that the report does not show.
func withoutPlaces(found []judge.Finding) []judge.Finding {
	out := slices.Clone(found)
	for i := range out {
		out[i].Offset, out[i].Length = 0, 0
	}
	return out
}

// Redacted are results without the secrets that the run learned after they came: the target may tell one case the
// secret of a caller that it returns to a later one. Only what is new is taken out, because everything was redacted
// before with what was known then.
func (r *Runner) Redacted(results []reports.CaseResult) []reports.CaseResult {
	out := make([]reports.CaseResult, len(results))
	for i, result := range results {
		out[i] = redacted(reflect.ValueOf(result), r.redactor.Redact).Interface().(reports.CaseResult)
		if body(out[i]) != body(result) { // the places of findings are counted in the body
			for j := range out[i].Findings {
				out[i].Findings[j].Offset, out[i].Findings[j].Length = 0, 0
			}
		}
	}
	return out
}

func body(c reports.CaseResult) string {
	if c.Exchange == nil || c.Exchange.Response == nil {
		return ""
	}
	return c.Exchange.Response.Body
}

// redacted is a copy of v in which every text went through redact. Of a structure with fields of its own, such as a
// time, it is v.
func redacted(v reflect.Value, redact func(string) string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		out.SetString(redact(v.String()))
		return out
	case reflect.Struct:
		out.Set(v)
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(redacted(v.Field(i), redact))
			}
		}
		return out
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(redacted(v.Index(i), redact))
		}
		return out
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
		for _, key := range v.MapKeys() {
			out.SetMapIndex(key, redacted(v.MapIndex(key), redact))
		}
		return out
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out.Set(reflect.New(v.Type().Elem()))
		out.Elem().Set(redacted(v.Elem(), redact))
		return out
	case reflect.Interface:
		if v.IsNil() {
			return v
		}
		out.Set(redacted(v.Elem(), redact))
		return out
	}
	return v
}
