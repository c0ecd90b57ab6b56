package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

func mockCommand(ctx context.Context, args []string, s streams) (int, error) {
	fs := flag.NewFlagSet("mock", flag.ContinueOnError)
	addr := fs.String("addr", "127.0.0.1:9090", "`ADDRESS` to listen on; port 0 takes a free one")
	id := fs.String("access-key-id", "testid", "the `ID` of the caller that is known")
	activity := fs.Duration("activity", 100*time.Millisecond, "`DURATION` of a scaling activity")
	unsigned := fs.Bool("accept-unsigned", false, "accept calls without a signature or with a wrong one")
	defectName := fs.String("defect", "", "`NAME` of a defect to serve with; essconform cases -defects lists them")
	variantName := fs.String("variant", "", "`NAME` of a legal difference to serve with; essconform cases -variants lists them")
	if err := parse(fs, args, s, "Serves DetachInstances and the operations around it, and the provider states at "+mock.StatesPath+"."); err != nil {
		return 0, err
	}
	secret := s.getenv("ESSCONFORM_MOCK_SECRET")
	if secret == "" {
		secret = defaultMockSecret
	}
	if *activity <= 0 {
		*activity = -1 // at once
	}
	options := mock.Options{
		Credentials:      []mock.Credential{{AccessKeyID: *id, AccessKeySecret: secret}},
		SkipVerification: *unsigned,
		ActivityDuration: *activity,
		ErrorLog:         s.err,
	}
	if err := misbehave(&options, *defectName, *variantName); err != nil {
		return 0, err
	}
	server, err := mock.New(options)
	if err != nil {
		return 0, err
	}
	if err := server.Start(*addr); err != nil {
		return 0, fmt.Errorf("%w; choose another address with -addr", err)
	}
	greet(s.out, server.URL(), *id, secret == defaultMockSecret, *unsigned)
	<-ctx.Done()
	stop, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return exitConformant, server.Close(stop)
}

// defaultMockSecret is the one that the service's own documents use in their examples; it protects nothing.
const defaultMockSecret = "testsecret"

// greet says how to point each client at the mock.
func greet(w io.Writer, url, id string, wellKnown, unsigned bool) {
	secret := "$ESSCONFORM_MOCK_SECRET"
	if wellKnown {
		secret = defaultMockSecret
	}
	signatures, curl := " -verifies-signatures", "start the mock with -accept-unsigned, then"
	if unsigned {
		signatures, curl = " -signature none", "this mock takes unsigned calls; AccessKeyId=… says who calls"
	}
	host := url[len("http://"):]
	fmt.Fprintf(w, `essconform mock: ESS 2014-08-28 on %[1]s, provider states on %[1]s%[4]s

  export ALIBABA_CLOUD_ACCESS_KEY_ID=%[2]s ALIBABA_CLOUD_ACCESS_KEY_SECRET=%[3]s

the suite      essconform run -endpoint %[1]s -provider-states %[1]s%[4]s%[6]s
a state        curl -sS %[1]s%[4]s -H 'Content-Type: application/json' \
                 -d '{"action":"setup","state":"an inactive scaling group","params":{"instances":2}}'
Go SDK         client, err := ess.NewClientWithOptions("cn-hangzhou", sdk.NewConfig().WithScheme("HTTP"), credential)
               request.Domain = %[5]q
darabonba      &openapi.Config{Endpoint: tea.String(%[5]q), Protocol: tea.String("http"), …}
aliyun CLI     aliyun ess DetachInstances --endpoint %[5]s --insecure --region cn-hangzhou --ScalingGroupId … --InstanceId.1 …
curl           %[7]s
               curl -sS '%[1]s/?Action=DetachInstances&Version=2014-08-28&Format=JSON&ScalingGroupId=…&InstanceId.1=…'

Stop it with Ctrl-C.
`, url, id, secret, mock.StatesPath, host, signatures, curl)
	if ip := net.ParseIP(hostOnly(host)); ip != nil && !ip.IsLoopback() {
		fmt.Fprintln(w, "warning: other machines can reach this address, and its provider states accept anybody")
	}
}

func hostOnly(hostport string) string {
	host, _, _ := net.SplitHostPort(hostport)
	return host
}
