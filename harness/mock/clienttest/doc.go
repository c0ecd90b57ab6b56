// Package clienttest holds the tests of the mock with official clients, for Go and, in node, for Node.js. It is a module
// of its own, so that users of the mock do not depend on the clients.
package clienttest
