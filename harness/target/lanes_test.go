package target_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/target"
)

func TestLanes(t *testing.T) {
	g := NewWithT(t)
	s, err := resolve(t, nil, "-target", write(t, `endpoint: http://127.0.0.1:1
arrange:
  scalingGroupId: asg-1
  instanceIds: [i-1, i-2]
  deniedAccessKeyIdEnv: A
  deniedAccessKeySecretEnv: B
  ecsEndpoint: http://127.0.0.1:2
  groups:
  - {scalingGroupId: asg-2, otherScalingGroupId: asg-3, instanceIds: [i-3]}
`))
	g.Expect(err).NotTo(HaveOccurred())
	lanes := s.API.Lanes()
	g.Expect(lanes).To(HaveLen(2))
	g.Expect(lanes[0].Groups).To(BeEmpty())
	g.Expect(lanes[1]).To(Equal(target.API{
		ScalingGroupID: "asg-2", OtherScalingGroupID: "asg-3", InstanceIDs: []string{"i-3"},
		DeniedAccessKeyIDEnv: "A", DeniedAccessKeySecretEnv: "B", ECSEndpoint: "http://127.0.0.1:2",
	}))
	g.Expect(s.Jobs).To(Equal(2))
	g.Expect(s.Effective()).To(HaveKeyWithValue("arrange scalingGroupId", "asg-1,asg-2"))
	g.Expect(s.Effective()).To(HaveKeyWithValue("arrange instanceIds", "i-1,i-2,i-3"))
}

func TestLanesInEachOthersWay(t *testing.T) {
	for more, want := range map[string]string{
		"{scalingGroupId: asg-1, instanceIds: [i-3]}": "groups[0]: asg-1 is named for " +
			"two groups",
		"{scalingGroupId: asg-9, instanceIds: [i-3]}": "groups[0]: asg-9 is named for " +
			"two groups",
		"{scalingGroupId: asg-2, instanceIds: [i-2]}": "groups[0]: i-2 is named for " +
			"two groups",
		"{scalingGroupId: asg-2, instanceIds: [i-3], loadBalancerId: lb-1}": "groups[0]: lb-1 is named for " +
			"two groups",
		"{scalingGroupId: asg-2}": "groups[0]: instanceIds is empty",
		"{instanceIds: [i-3]}": "groups[0]: give either " +
			"scalingGroupId, or create: true",
		"{scalingGroupId: asg-2, instanceIds: [i-3], ecsEndpoint: \"http://x\"}":   "groups[0]: only scalingGroupId",
		"{scalingGroupId: asg-2, instanceIds: [i-3], groups: [{create: true}]}":    "groups[0]: only scalingGroupId",
		"{scalingGroupId: asg-2, instanceIds: [i-3], createParams: {Vs: vsw-1}}":   "groups[0]: only scalingGroupId",
		"{scalingGroupId: asg-2, instanceIds: [i-3], deniedAccessKeyIdEnv: OTHER}": "groups[0]: only scalingGroupId",
	} {
		t.Run(more, func(t *testing.T) {
			g := NewWithT(t)
			_, err := resolve(t, nil, "-target", write(t, `endpoint: http://127.0.0.1:1
arrange:
  scalingGroupId: asg-1
  otherScalingGroupId: asg-9
  instanceIds: [i-1, i-2]
  loadBalancerId: lb-1
  groups:
  - `+more+"\n"))
			g.Expect(err).To(MatchError(ContainSubstring("arrange: " + want)))
		})
	}
}
