package mock

import "strings"

// Problem is one way to refuse a call, as the documents print it.
type Problem struct {
	Status int
	Code   string
	// Message is the documented text; XXX stands for what the refusal is about.
	Message string
}

// Refusal is a problem that befell one call.
type Refusal struct {
	Problem Problem
	Subject string // stands for XXX in the message
}

// Message is the documented text with the subject in place.
func (r *Refusal) Message() string { return strings.ReplaceAll(r.Problem.Message, "XXX", r.Subject) }

// The errors of DetachInstances, to the letter of its page (document: error codes); the quotes round an id are
// straight, as other editions and the live capture print them (facts, section 3). All of these are values:
// DefaultRules copies them, nothing writes them.
var (
	incorrectGroupStatus = Problem{
		400, "IncorrectScalingGroupStatus",
		"The current status of the specified scaling group does not support this action.",
	}
	activityInProgress = Problem{
		400, "ScalingActivityInProgress",
		"You cannot delete a scaling group or launch a new scaling activity while there is a scaling activity in " +
			"progress for the specified scaling group.",
	}
	incorrectBalancerStatus = Problem{
		400, "IncorrectLoadBalancerStatus",
		"The current status of the specified load balancer does not support this action.",
	}
	incorrectDatabaseStatus = Problem{
		400, "IncorrectDBInstanceStatus",
		`The current status of DB instance "XXX" does not support this action.`,
	}
	belowMinSize = Problem{
		400, "IncorrectCapacity.MinSize",
		"To remove the instances, the total capacity will be lesser than the MinSize.",
	}
	unauthorized = Problem{
		403, "Forbidden.Unauthorized",
		"A required authorization for the specified action is not supplied.",
	}
	groupNotFound = Problem{
		404, "InvalidScalingGroupId.NotFound",
		"The specified scaling group does not exist.",
	}
	instanceNotFound = Problem{404, "InvalidInstanceId.NotFound", `Instance "XXX" does not exist.`}
)

// Errors of the supporting operations. Codes and texts are those of the services' public pages where these print them
// (facts, sections 5, 6 and 8).
var (
	tokenReused = Problem{
		400, "IdempotentParameterMismatch",
		"The specified client token was used for another request. Use a fresh one, or repeat that request.",
	}
	incorrectInstanceStatus = Problem{
		400, "IncorrectInstanceStatus",
		`The current status of instance "XXX" does not support this action.`,
	}
	instanceInUse = Problem{
		400, "InvalidInstanceId.InUse",
		`Instance "XXX" already belongs to a scaling group.`,
	}
	aboveMaxSize = Problem{
		400, "IncorrectCapacity.MaxSize",
		"To attach the instances, the total capacity will be greater than the MaxSize.",
	}
	conflictingParameters = Problem{400, "InvalidParameter.Conflict", "The values of the parameters XXX conflict."}
	groupQuotaExceeded    = Problem{400, "QuotaExceeded.ScalingGroup", "The quota of scaling groups is used up."}
	regionNotFound        = Problem{404, "InvalidRegionId.NotFound", `The specified region "XXX" does not exist.`}
	balancerNotFound      = Problem{
		404, "InvalidLoadBalancerId.NotFound",
		`The specified load balancer "XXX" does not exist.`,
	}
	databaseNotFound = Problem{
		404, "InvalidDBInstanceId.NotFound",
		`The specified DB instance "XXX" does not exist.`,
	}
	groupHasInstances = Problem{
		400, "InstanceInUse",
		"You cannot delete a scaling configuration or scaling group while there is an instance associated with it.",
	}
	policyNotSupported = Problem{
		400, "InvalidParameter",
		"The specified group does not support the specified RemovePolicy.",
	}
	ruleNotFound = Problem{
		404, "InvalidScalingRuleId.NotFound",
		"The specified scaling rule does not exist.",
	}
	ruleAriNotFound = Problem{
		404, "InvalidScalingRuleAri.NotFound",
		"The specified scaling rule Ari does not exist.",
	}
	ruleNameDuplicate = Problem{
		400, "InvalidScalingRuleName.Duplicate",
		"The specified value of parameter ScalingRuleName is duplicated.",
	}
	ruleQuotaExceeded = Problem{
		400, "QuotaExceeded.ScalingRule",
		"Scaling rule quota exceeded in the specified scaling group.",
	}
	instanceQuotaExceeded = Problem{400, "QuotaExceeded.ScalingInstance", "Scaling instance quota exceeded."}
	capacityUnchanged     = Problem{
		400, "IncorrectCapacity.NoChange",
		"To execute the specified scaling rule, the total capacity will not change.",
	}
	languageNotFound = Problem{
		404, "InvalidAcceptLanguage.NotFound",
		"Only Chinese (zh-CN), English (en-US), and Japanese (ja) are allowed.",
	}
	databaseStateDenied = Problem{
		403, "IncorrectDBInstanceState",
		`The current state of DB instance "XXX" does not support this operation.`,
	}
)

// What the gateway answers before an operation is reached (facts, section 4). The texts of InvalidVersion and
// SignatureDoesNotMatch are those of captures (facts, section 8): SDKs search them.
var (
	invalidParameter = Problem{400, "InvalidParameter", `The specified value of parameter "XXX" is not valid.`}
	malformedRequest = Problem{400, "InvalidParameter", "The parameters of the request cannot be decoded: XXX."}
	bodyTooLarge     = Problem{413, "RequestEntityTooLarge", "The body of the request is larger than XXX bytes."}
	invalidFormat    = Problem{
		400, "InvalidParameter.Format",
		`The specified format "XXX" is neither JSON nor XML.`,
	}
	unsupportedMethod = Problem{
		405, "UnsupportedHTTPMethod",
		`The HTTP method "XXX" is not supported: use GET or POST.`,
	}
	invalidVersion = Problem{400, "InvalidVersion", "Specified parameter Version is not valid."}
	actionNotFound = Problem{404, "InvalidAction.NotFound", `The specified action "XXX" does not exist.`}
	keyNotFound    = Problem{404, "InvalidAccessKeyId.NotFound", "The specified access key does not exist."}
	tokenMismatch  = Problem{
		400, "InvalidSecurityToken.MismatchWithAccessKey",
		"The specified security token does not belong to the access key.",
	}
	timestampFormat = Problem{
		400, "InvalidTimeStamp.Format",
		`The specified timestamp "XXX" is not of the form 2006-01-02T15:04:05Z.`,
	}
	timestampExpired = Problem{
		400, "InvalidTimeStamp.Expired",
		`The specified timestamp "XXX" is more than 15 minutes away from now.`,
	}
	nonceUsed           = Problem{400, "SignatureNonceUsed", "The specified signature nonce was used already."}
	signatureDoesNotFit = Problem{
		400, "SignatureDoesNotMatch",
		"Specified signature is not matched with our calculation. server string to sign is:XXX",
	}
	signatureUnsupported = Problem{400, "InvalidParameter", `The specified value of parameter "XXX" is not supported.`}
)

// missing is the gateway's answer to an absent parameter (facts, section 4, required parameter absent).
func missing(name string) Problem {
	return Problem{400, "Missing" + name, name + " is mandatory for this action."}
}
