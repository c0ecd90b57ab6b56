// Package house is a test: it holds which package of the module may import which, how many files a folder has, and how
// long a line is.
package house
