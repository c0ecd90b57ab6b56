package mock

// The operations that take a DB instance out of Running and back (facts, section 6).

func stopDBInstance() *Operation {
	return onDatabase("StopDBInstance", "Running", func(_ *World, d *Database) { d.Stopped = true })
}

func startDBInstance() *Operation {
	return onDatabase("StartDBInstance", "Stopped", func(_ *World, d *Database) { d.Stopped = false })
}

func restartDBInstance() *Operation {
	return onDatabase("RestartDBInstance", "Running", func(w *World, d *Database) { d.RestartUntil = w.now.Add(w.takes) })
}

// onDatabase is an operation that changes a DB instance which is in the state from.
func onDatabase(name, from string, change func(*World, *Database)) *Operation {
	find := func(c *Call) *Database { return c.World.databases[c.Request.Param("DBInstanceId")] }
	return &Operation{
		Version: rdsVersion,
		Name:    name,
		Preconditions: []Precondition{
			mandatory("DBInstanceId"),
			authorized(),
			{"DB instance exists", databaseNotFound, func(c *Call) (string, bool) {
				return bounded(c.Request.Param("DBInstanceId")), find(c) == nil
			}},
			{"DB instance is " + from, databaseStateDenied, func(c *Call) (string, bool) {
				d := find(c)
				return c.Request.Param("DBInstanceId"), d != nil && d.Status(c.World.Now()) != from
			}},
		},
		Effect: func(c *Call) []Field {
			change(c.World, find(c))
			return nil
		},
	}
}
