package main

import (
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/essconform/essconform/harness/mock"
)

// greeting is what the mock says at its start.
type greeting struct {
	url, host, id       string
	certificate         string // path of the certificate; "" without -tls
	wellKnown, unsigned bool
}

// greet says how to point each client at the mock.
func greet(w io.Writer, g greeting) {
	secret := "$ESSCONFORM_MOCK_SECRET"
	if g.wellKnown {
		secret = defaultMockSecret
	}
	signatures, curl := " -verifies-signatures", "start the mock with -accept-unsigned, then"
	if g.unsigned {
		signatures, curl = " -signature none", "this mock takes unsigned calls; AccessKeyId=… says who calls"
	}
	protocol, trust, ca, cli := "http", "", "", " --insecure"
	if g.certificate != "" {
		protocol, trust, ca, cli = "https", " --cacert "+g.certificate, " -ca "+g.certificate, " --secure"
		fmt.Fprintf(w, "certificate    %s (clients trust it with SSL_CERT_FILE=… or their own setting)\n",
			g.certificate)
	}
	fmt.Fprintf(w, `essconform mock: ESS 2014-08-28 and 2022-02-22 on %[1]s
states %[1]s%[4]s, page %[1]s%[8]s, control plane %[1]s%[9]sopenapi.yaml

  export ALIBABA_CLOUD_ACCESS_KEY_ID=%[2]s ALIBABA_CLOUD_ACCESS_KEY_SECRET=%[3]s

the suite      essconform run -endpoint %[1]s -provider-states %[1]s%[4]s%[6]s%[12]s
a state        curl -sS%[11]s %[1]s%[4]s -H 'Content-Type: application/json' \
                 -d '{"action":"setup","state":"an inactive scaling group","params":{"instances":2}}'
a fault        curl -sS%[11]s %[1]s%[9]sfaults -H 'Content-Type: application/json' \
                 -d '{"operation":"DetachInstances","kind":"throttle","count":2}'
Go SDK         client, err := ess.NewClientWithOptions("cn-hangzhou", sdk.NewConfig().WithScheme("%[13]s"), credential)
               request.Domain = %[5]q
darabonba      &openapi.Config{Endpoint: tea.String(%[5]q), Protocol: tea.String("%[10]s"), …}
aliyun CLI     aliyun ess DetachInstances --endpoint %[5]s%[14]s --region cn-hangzhou --ScalingGroupId … --InstanceId.1 …
curl           %[7]s
               curl -sS%[11]s '%[1]s/?Action=DetachInstances&Version=2014-08-28&Format=JSON&ScalingGroupId=…&InstanceId.1=…'

Stop it with Ctrl-C.
`, g.url, g.id, secret, mock.StatesPath, g.host, signatures, curl, mock.UIPath, mock.ControlPath, protocol, trust, ca,
		strings.ToUpper(protocol), cli)
	if ip := net.ParseIP(hostOnly(g.host)); ip != nil && !ip.IsLoopback() {
		fmt.Fprintf(w, "warning: other machines can reach this address, and its provider states accept any of them; "+
			"to call %s by a name, start the mock with -host NAME\n", mock.StatesPath)
	}
}

func hostOnly(hostport string) string {
	host, _, _ := net.SplitHostPort(hostport)
	return host
}
