package clienttest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/darabonba-openapi/v2/models"
	"github.com/alibabacloud-go/tea/dara"
)

// way is one way in which darabonba-openapi speaks (facts: real clients).
type way struct {
	name      string
	algorithm string // "" signs V3, "v2" signs RPC 1.0
	method    string
	form      bool // parameters in the form body instead of the query
	xml       bool // XML asked for by Accept
}

func ways() []way {
	return []way{
		{name: "V3/POST", method: "POST"},
		{name: "V3/GET", method: "GET"},
		{name: "V3/POST form", method: "POST", form: true},
		{name: "V3/POST XML", method: "POST", xml: true},
		{name: "V1/POST", algorithm: "v2", method: "POST"},
		{name: "V1/GET", algorithm: "v2", method: "GET"},
		{name: "V1/POST form", algorithm: "v2", method: "POST", form: true},
	}
}

// openapiDetach detaches with darabonba-openapi's CallApi.
func openapiDetach(t *testing.T, s service, d detachment, w way) (map[string]any, error) {
	t.Helper()
	return openapiDetachAt(t, s.host(), d, w)
}

func openapiDetachAt(t *testing.T, host string, d detachment, w way) (map[string]any, error) {
	t.Helper()
	config := &models.Config{
		AccessKeyId: &d.credential.AccessKeyID, AccessKeySecret: &d.credential.AccessKeySecret,
		Endpoint: &host, Protocol: dara.String("http"),
	}
	if w.algorithm != "" {
		config.SignatureAlgorithm = &w.algorithm
	}
	client, err := openapi.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	client.DisableSDKError = dara.Bool(true) // its own typed error, and not the one of an older library
	query := map[string]*string{"ScalingGroupId": &d.group, "RegionId": dara.String("cn-hangzhou")}
	body := map[string]any{"ScalingGroupId": d.group}
	for n := range d.instances {
		name := fmt.Sprintf("InstanceId.%d", n+1)
		query[name], body[name] = &d.instances[n], d.instances[n]
	}
	request := &models.OpenApiRequest{Query: query}
	if w.form {
		request = &models.OpenApiRequest{Body: body}
	}
	bodyType := "json"
	if w.xml {
		request.Headers = map[string]*string{"accept": dara.String("text/xml")}
		bodyType = "string"
	}
	return client.CallApi(&models.Params{
		Action: dara.String(
			"DetachInstances",
		),
		Version:     dara.String("2014-08-28"),
		Protocol:    dara.String("HTTP"),
		Pathname:    dara.String("/"),
		Method:      &w.method,
		AuthType:    dara.String("AK"),
		BodyType:    &bodyType,
		ReqBodyType: dara.String("formData"),
		Style:       dara.String("RPC"),
	}, request, &dara.RuntimeOptions{})
}

func TestOpenAPIDetaches(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			s := start(t)
			d, _ := s.arrange("a scaling group with detachable instances")
			answer, err := openapiDetach(t, s, d, w)
			if err != nil {
				t.Fatal(err)
			}
			if text, ok := answer["body"].(string); ok {
				if w.xml != strings.Contains(text, "<DetachInstancesResponse>") ||
					!strings.Contains(text, "<ScalingActivityId>asa-") {
					t.Errorf("wanted XML; got %s", text)
				}
				return
			}
			if id, _ := answer["body"].(map[string]any)["ScalingActivityId"].(string); !strings.HasPrefix(id, "asa-") {
				t.Errorf("wanted an activity id; got %v", answer)
			}
		})
	}
}

func TestOpenAPIMeetsEveryError(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			meetsAll(t, func(t *testing.T, s service, d detachment) received {
				_, err := openapiDetach(t, s, d, w)
				var client *openapi.ClientError
				if !errors.As(err, &client) {
					t.Fatalf("wanted a ClientError; got %T %v", err, err)
				}
				if dara.StringValue(client.RequestId) == "" {
					t.Error("wanted a request id")
				}
				return received{
					dara.StringValue(client.Code), dara.IntValue(client.StatusCode),
					dara.StringValue(client.Message),
				}
			})
		})
	}
}
