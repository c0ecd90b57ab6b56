package variant

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/essconform/essconform/harness/mock"
)

// requestID names every answer in another way.
func requestID(from func(uuid string) string) func(*mock.Options) {
	return rules(func(r *mock.Rules) {
		next := r.RequestID
		r.RequestID = func(ids *mock.IDs) string { return from(next(ids)) }
	})
}

// resources names groups, instances and activities in another way.
func resources(from func(ids *mock.IDs, prefix string) string) func(*mock.Options) {
	return rules(func(r *mock.Rules) {
		r.ResourceID = from
		r.ActivityID = func(ids *mock.IDs) string { return from(ids, "asa-") }
	})
}

// answers differ in what the documents leave open.
func answers() []Variant {
	return []Variant{
		{
			Name: "no-host-id", Note: "errors without HostId", Options: errors(without("HostId")),
			Warned: []string{"response.error.xml", "response.error.json"},
		},
		{Name: "no-recommend", Note: "errors without Recommend", Options: errors(without("Recommend"))},
		{
			Name: "host-id-of-service", Note: "HostId is a name of the service, whatever host was called",
			Options: errors(func(a *mock.Answer) { set(a, "HostId", "ess.aliyuncs.com") }),
		},
		{
			Name: "access-denied-detail", Note: "Forbidden.Unauthorized with AccessDeniedDetail",
			Options: refusedWith("Forbidden.Unauthorized", func(a *mock.Answer) {
				a.Fields = append(a.Fields,
					mock.Field{
						Name: "AccessDeniedDetail", Kind: mock.Object,
						Fields: []mock.Field{{Name: "AuthAction", Text: "ess:DetachInstances"}},
					})
			}),
		},
		{
			Name: "activity-null-in-errors", Note: "errors with an empty ScalingActivityId",
			Options: errors(func(a *mock.Answer) {
				a.Fields = append(a.Fields, mock.Field{Name: "ScalingActivityId"})
			}),
		},
		{Name: "request-id-lower-case", Note: "the RequestId in lower case", Options: requestID(strings.ToLower)},
		{
			Name: "request-id-digits", Note: "the RequestId is another opaque text",
			Options: requestID(func(uuid string) string { return "0a" + strings.ReplaceAll(uuid, "-", "") + "/1.2=" }),
		},
		{Name: "quotes-curly", Note: "curly quotes, as the page prints them", Options: quotes("“", "”")},
		{Name: "quotes-single", Note: "single quotes", Options: quotes("'", "'")},
		{Name: "quotes-angle", Note: "quotes that XML and JSON must escape", Options: quotes("<", ">")},
		{Name: "quotes-corner", Note: "corner brackets", Options: quotes("「", "」")},
		{Name: "quotes-none", Note: "no quotes", Options: quotes("", "")},
		{
			Name: "ids-old-style", Note: "ids without a prefix and in mixed case, as in the page's samples",
			Options: resources(func(ids *mock.IDs, prefix string) string {
				if prefix == "i-" {
					return prefix + "28w" + ids.Next("")[:8]
				}
				return "AG6CQdPU8" + ids.Next("")[:12]
			}),
		},
		{Name: "ids-digits", Note: "ids of digits", Options: resources(func(ids *mock.IDs, _ string) string {
			n, err := strconv.ParseUint(strings.ReplaceAll(ids.UUID(), "-", "")[:15], 16, 64)
			if err != nil {
				panic("variant: a UUID is hexadecimal: " + err.Error())
			}
			return strconv.FormatUint(n, 10)
		})},
		{
			Name: "ids-escaped", Note: "ids with characters that XML, JSON and a query must escape",
			Options: resources(func(ids *mock.IDs, prefix string) string {
				return prefix + "a+b&c<d/é " + ids.Next("")
			}),
		},
		{
			Name: "key-unknown-400", Note: "an unknown key has status 400, as the service's page says",
			Options: refusedWith("InvalidAccessKeyId.NotFound", status(http.StatusBadRequest)),
		},
		{
			Name: "signature-403", Note: "a wrong signature has status 403",
			Options: refusedWith("SignatureDoesNotMatch", status(http.StatusForbidden)),
		},
		{
			Name: "signature-incomplete", Note: "a wrong signature is IncompleteSignature",
			Options: refusedWith("SignatureDoesNotMatch", code("IncompleteSignature")),
		},
		{
			Name: "timestamp-illegal", Note: "an old timestamp is IllegalTimestamp",
			Options: refusedWith("InvalidTimeStamp.Expired", code("IllegalTimestamp")),
		},
		{
			Name: "action-invalid-api", Note: "an unknown Action is InvalidApi.NotFound",
			Options: refusedWith("InvalidAction.NotFound", code("InvalidApi.NotFound")),
		},
		{
			Name: "version-no-such", Note: "an unknown Version is NoSuchVersion",
			Options: refusedWith("InvalidVersion", code("NoSuchVersion")),
		},
		{
			Name: "missing-parameter", Note: "an absent parameter is MissingParameter",
			Options: errors(func(a *mock.Answer) {
				if name, ok := strings.CutPrefix(a.Problem.Code, "Missing"); ok {
					set(a, "Code", "MissingParameter")
					set(a, "Message",
						"The input parameter "+name+" that is mandatory for processing this request is not supplied.")
				}
			}),
		},
		{
			Name: "missing-parameter-named", Note: "an absent parameter is MissingParameter.Name",
			Options: errors(func(a *mock.Answer) {
				if name, ok := strings.CutPrefix(a.Problem.Code, "Missing"); ok {
					set(a, "Code", "MissingParameter."+name)
				}
			}),
		},
		{
			Name: "foreign-instance-404",
			Note: "an instance of another group is InvalidInstanceId.NotFound with status 404",
			Options: refusedWith("IncorrectInstanceStatus", func(a *mock.Answer) {
				set(a, "Code", "InvalidInstanceId.NotFound")
				a.Status = http.StatusNotFound
			}),
		},
		{
			Name: "too-many-instances-403", Note: "21 instances are refused with another code and status",
			Options: refusedWith("InvalidParameter", func(a *mock.Answer) {
				set(a, "Code", "QuotaExceeded.InstanceId")
				a.Status = http.StatusForbidden
			}),
		},
	}
}

func status(code int) func(*mock.Answer) { return func(a *mock.Answer) { a.Status = code } }

func code(code string) func(*mock.Answer) { return func(a *mock.Answer) { set(a, "Code", code) } }
