package mock

import (
	"slices"

	"github.com/essconform/essconform/harness/mock/internal/render"
)

// What every scaling configuration of the mock says: a group has one from the start, so that a client which looks at
// the template of its nodes finds one.
const (
	configuredType  = "ecs.g7.large"
	configuredCPU   = 2
	configuredGiB   = 8
	configuredImage = "aliyun_3_x64_20G_alibase_20240819.vhd"
	configuredDisk  = "cloud_essd"
)

func describeScalingConfigurations() *Operation {
	return &Operation{
		Version: essVersion,
		Name:    "DescribeScalingConfigurations",
		Parameters: []string{
			"ScalingGroupId", "ScalingConfigurationId.N", "ScalingConfigurationName.N", "PageNumber", "PageSize",
		},
		Preconditions: slices.Concat(region(), page(describePageSize), []Precondition{authorized()}),
		Effect: func(c *Call) []Field {
			all := selected(c, c.World.Groups(), filters[*Group]{
				{"ScalingGroupId", func(g *Group) string { return g.ID }},
				{"ScalingConfigurationId.N", (*Group).ConfigurationID},
				{"ScalingConfigurationName.N", (*Group).ConfigurationID},
			})
			return paged(c, all, "ScalingConfigurations", "ScalingConfiguration", configurationField)
		},
	}
}

func configurationField(g *Group) Field {
	same := func(s string) string { return s }
	return render.ObjectField(
		"ScalingConfiguration",
		render.TextField("ScalingConfigurationId", g.ConfigurationID()),
		render.TextField("ScalingConfigurationName", g.ConfigurationID()),
		render.TextField("ScalingGroupId", g.ID),
		render.TextField("LifecycleState", "Active"),
		render.TextField("InstanceType", configuredType),
		render.TextsField("InstanceTypes", "InstanceType", []string{configuredType}, same),
		render.NumberField("Cpu", configuredCPU),
		render.NumberField("Memory", configuredGiB),
		render.TextField("ImageId", configuredImage),
		render.TextField("SystemDiskCategory", configuredDisk),
		render.ListField("Tags", "Tag", nil),
		render.TextField("CreationTime", minute(g.CreatedAt)),
	)
}

// regionNames are a region's names in the languages of DescribeRegions.
type regionNames struct{ id, chinese, english, japanese string }

func (r regionNames) in(language string) string {
	switch language {
	case "en-US":
		return r.english
	case "ja":
		return r.japanese
	}
	return r.chinese
}

func regions() []regionNames {
	return []regionNames{
		{"cn-hangzhou", "华东 1", "China East 1", "中国東部 1"},
		{"cn-beijing", "华北 2", "China North 2", "中国北部 2"},
		{"cn-shanghai", "华东 2", "China East 2", "中国東部 2"},
		{"cn-shenzhen", "华南 1", "China South 1", "中国南部 1"},
		{"ap-southeast-1", "亚太东南 1", "Asia Pacific SE 1", "アジア太平洋 東南 1"},
	}
}

// describeRegions lists some regions, and the mock's own. The endpoint of each is the host that was called, not the
// one of the service: a client that follows it must not leave the mock.
func describeRegions() *Operation {
	return &Operation{
		Version:    essVersion,
		Name:       "DescribeRegions",
		Parameters: []string{"AcceptLanguage"},
		Preconditions: []Precondition{
			{"language exists", languageNotFound, oneOf("AcceptLanguage", "", "zh-CN", "en-US", "ja").Violated},
			authorized(),
		},
		Effect: func(c *Call) []Field {
			all, own := regions(), c.World.Region()
			if !slices.ContainsFunc(all, func(r regionNames) bool { return r.id == own }) {
				all = append(all, regionNames{own, own, own, own})
			}
			return []Field{render.ObjectsField("Regions", "Region", all, func(r regionNames) Field {
				return render.ObjectField(
					"Region",
					render.TextField("RegionId", r.id),
					render.TextField("RegionEndpoint", c.Request.Host),
					render.TextField("LocalName", r.in(c.Request.Param("AcceptLanguage"))),
				)
			})}
		},
	}
}
