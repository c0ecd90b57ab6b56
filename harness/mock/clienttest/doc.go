// Package clienttest holds the tests of the mock with official clients, for Go and, in node, for Node.js. It is a
// module of its own, so that users of the mock do not depend on the clients.
//
// For the aliyun CLI stands the library that it is made of, called as the CLI calls it. With ALIYUN_CLI=/path/to/aliyun
// in the environment the same tests run the CLI itself, too.
package clienttest
