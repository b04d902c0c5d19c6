// Package proptest holds tests of algebraic properties of package kernels, on
// random shapes and numbers that a library shrinks to the smallest failing
// case. It is a package of its own so that importers of kernels need nothing
// but the standard library and x/sys.
package proptest
