//go:build !race

package extreme

// slow is set where everything takes several times as long, so that a part of the runs must do.
const slow = false
