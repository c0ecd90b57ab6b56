package defect

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

// proof edits one rule of the authentication.
func proof(name string, edit func(*mock.Precondition)) seam {
	return func(r *mock.Rules) {
		for i := range r.Authentication {
			if r.Authentication[i].Name == name {
				edit(&r.Authentication[i])
			}
		}
	}
}

// unproven is a rule of the authentication that holds for some calls only.
func unproven(name string, when func(*mock.Call) bool) seam {
	return proof(name, func(p *mock.Precondition) {
		next := p.Violated
		p.Violated = func(c *mock.Call) (string, bool) {
			if when(c) {
				return "", false
			}
			return next(c)
		}
	})
}

func anyCaller(*mock.Call) bool { return true }

func refusal(edit func(*mock.Problem)) func(*mock.Precondition) {
	return func(p *mock.Precondition) { edit(&p.Error) }
}

// signatureLate looks at the signature when the call was carried out.
func signatureLate(r *mock.Rules) {
	var unsigned sync.Map // of *mock.Call
	var late mock.Problem
	proof("signature matches", func(p *mock.Precondition) {
		next := p.Violated
		late = p.Error
		p.Violated = func(c *mock.Call) (string, bool) {
			subject, violated := next(c)
			if violated && c.Request.Param("Action") == operation {
				unsigned.Store(c, subject)
				return "", false
			}
			return subject, violated
		}
	})(r)
	o := r.Operation(operation)
	o.Preconditions = append(o.Preconditions,
		mock.Precondition{Name: "signature", Error: late, Violated: func(c *mock.Call) (string, bool) {
			subject, found := unsigned.LoadAndDelete(c)
			if found {
				carriedOut(c)
			}
			text, _ := subject.(string)
			return text, found
		}})
}

// authentication lets callers through who did not prove who they are, or refuses them in another way than documented.
func authentication() []single {
	return []single{
		{
			"auth.signature-ignored", on("auth.signature"), "signatures are not verified",
			unproven("signature matches", anyCaller),
		},
		{
			"auth.signature-ignored-post", on("auth.signature"), "signatures are not verified by POST",
			unproven("signature matches", func(c *mock.Call) bool { return isPOST(c.Request) }),
		},
		{
			"auth.signature-ignored-xml", on("auth.signature"), "signatures are not verified in XML",
			unproven("signature matches", func(c *mock.Call) bool { return c.Format == mock.XML }),
		},
		{
			"auth.signature-late", on(noEffect), "a wrong signature is refused after the call was carried out",
			signatureLate,
		},
		{
			"auth.signature-401", on("auth.signature"), "a wrong signature has status 401",
			proof("signature matches", refusal(func(p *mock.Problem) { p.Status = http.StatusUnauthorized })),
		},
		{
			"auth.signature-500", on("auth.signature"), "a wrong signature is a server error",
			proof("signature matches", serverError),
		},
		{
			"auth.signature-code", on("auth.signature"), "a wrong signature has the code Forbidden",
			proof("signature matches", refusal(func(p *mock.Problem) { p.Code = "Forbidden" })),
		},
		{
			"auth.signature-of-encoded", on("params.unknown-tolerated"),
			"a signature over a value with a space or a star is never right",
			proof("signature matches", func(p *mock.Precondition) {
				next := p.Violated
				p.Violated = func(c *mock.Call) (string, bool) {
					for _, values := range c.Request.Params {
						if strings.ContainsAny(values[0], " *") && c.Request.Param("Action") == operation {
							return "", true
						}
					}
					return next(c)
				}
			}),
		},
		{"auth.key-unknown-accepted", on("auth.unknown-key"), "an unknown key is accepted", both(
			unproven("access key exists", anyCaller), unproven("signature matches",
				func(c *mock.Call) bool { return !c.Known }),
		)},
		{
			"auth.key-unknown-200", on("auth.unknown-key"), "an unknown key is refused with status 200",
			proof("access key exists", refusal(func(p *mock.Problem) { p.Status = http.StatusOK })),
		},
		{
			"auth.key-unknown-403", on("auth.unknown-key"), "an unknown key has status 403",
			proof("access key exists", refusal(func(p *mock.Problem) { p.Status = http.StatusForbidden })),
		},
		{
			"auth.key-unknown-code", on("auth.unknown-key"), "an unknown key has the code of a wrong signature",
			unproven("access key exists", anyCaller),
		},
		{
			"auth.timestamp-ignored", on("auth.timestamp"), "a timestamp of long ago is accepted",
			unproven("timestamp is recent", anyCaller),
		},
		{
			"auth.timestamp-of-today", on("auth.timestamp"), "a timestamp may be a day old",
			unproven("timestamp is recent", func(c *mock.Call) bool {
				t, err := time.Parse(time.RFC3339, c.Request.Proof.Timestamp)
				return err == nil && c.Now.Sub(t) < 24*time.Hour
			}),
		},
		{
			"auth.timestamp-code", on("auth.timestamp"), "a timestamp of long ago has the code InvalidParameter",
			proof("timestamp is recent", refusal(func(p *mock.Problem) { p.Code = "InvalidParameter" })),
		},
		{
			"auth.timestamp-any-notation", on("auth.timestamp"), "a timestamp in another notation is accepted",
			unproven("timestamp can be read", anyCaller),
		},
		{
			"auth.timestamp-notation-code", on("auth.timestamp"),
			"a timestamp in another notation has the code InvalidTimeStamp.Expired",
			proof("timestamp can be read", refusal(func(p *mock.Problem) { p.Code = "InvalidTimeStamp.Expired" })),
		},
		{
			"auth.timestamp-notation-500", on("auth.timestamp"), "a timestamp in another notation is a server error",
			proof("timestamp can be read", serverError),
		},
		{"auth.nonce-forgotten", on("auth.nonce"), "a nonce may be used again", unproven("nonce is fresh", anyCaller)},
		{
			"auth.nonce-forgotten-get", on("auth.nonce"), "a nonce may be used again by GET",
			unproven("nonce is fresh", func(c *mock.Call) bool { return isGET(c.Request) }),
		},
		{
			"auth.nonce-409", on("auth.nonce"), "a nonce that was used has status 409",
			proof("nonce is fresh", refusal(func(p *mock.Problem) { p.Status = http.StatusConflict })),
		},
	}
}
