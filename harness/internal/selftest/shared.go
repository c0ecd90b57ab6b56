package selftest

// shared says of cases why no defect is caught by them alone. Such a case stays, because it is the plainest one for its
// requirement, or because it can be judged on targets on which the others cannot.
func shared() map[string]string {
	const (
		plain     = "the plainest call of its requirement, which others repeat for the sake of something more"
		forms     = "the same fault in another form: which form a client sends is its own choice"
		noEffects = "it needs no supporting operation, unlike the cases that catch the same"
	)
	return map[string]string{
		"detach.one":                           plain,
		"detach.many":                          plain,
		"detach.many-to-min-size":              noEffects,
		"detach.during-cooldown":               noEffects,
		"effect.one-leaves-group":              plain,
		"effect.keeps-running":                 plain,
		"auth.wrong-signature":                 noEffects,
		"detach.max":                           noEffects,
		"error.InvalidScalingGroupId.NotFound": plain,
		"error.InvalidInstanceId.NotFound":     plain,
		"activity.observable": "every case that waits for an activity observes it, and this one " +
			"nothing else",
		"param.group-missing":    noEffects,
		"param.instance-missing": noEffects,
		"detach.too-many":        noEffects,
		"params.reversed": "the opposite of the usual order; what it catches shows in a shuffled " +
			"call, too",
		"ids.unique": "the whole run is searched for ids that came twice; this case finds " +
			"them when it runs alone",
		"no-effect.InvalidInstanceId.NotFound": plain,
		"params.in-both":                       forms,
		"params.in-query":                      forms,
		"params.in-query-error":                forms,
		"encoding.space":                       forms,
		"escaping.group":                       forms,
		"near-miss.instance-longer":            forms,
		"params.sorted": "every case but two sends its parameters in this order; this one says " +
			"so",
	}
}
