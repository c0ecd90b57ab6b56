package clienttest

import (
	"errors"
	"fmt"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ess"
)

// Example is quoted by the README of the mock. It needs a mock on port 9090, so it is only compiled; sdk_test.go runs
// the same calls.
func Example() {
	detach := func(group string, ids []string) error {
		config := sdk.NewConfig().WithScheme("HTTP")
		client, err := ess.NewClientWithOptions("cn-hangzhou", config,
			credentials.NewAccessKeyCredential("testid", "testsecret"))
		if err != nil {
			return err
		}
		request := ess.CreateDetachInstancesRequest()
		request.Domain = "127.0.0.1:9090"
		request.ScalingGroupId = group         // scalingGroupId of the setup
		request.InstanceId = &[]string{ids[0]} // instanceIds of the setup
		_, err = client.DetachInstances(request)
		var refused sdkerrors.Error // github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors
		if errors.As(err, &refused) {
			fmt.Println(refused.HttpStatus(), refused.ErrorCode()) // 400 IncorrectScalingGroupStatus
		}
		return err
	}
	if err := detach("asg-1", []string{"i-1"}); err != nil {
		fmt.Println(err)
	}
}
