// Package clienttest compares the signatures of package wire with those of the official library. It is a module of
// its own, so that users of the harness do not depend on that library.
package clienttest
