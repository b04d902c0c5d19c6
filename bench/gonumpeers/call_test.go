package main

import (
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lockstep-ml/lockstep/gonumblas"
)

// TestMethods makes sure that the sweep leaves out no method.
func TestMethods(t *testing.T) {
	named := map[string]bool{}
	for _, c := range allCalls() {
		method, _, _ := strings.Cut(c.name, " ")
		named[method] = true
	}
	for _, of := range []reflect.Type{reflect.TypeFor[blas.Float32](), reflect.TypeFor[blas.Float64]()} {
		for i := range of.NumMethod() {
			if name := of.Method(i).Name; !named[name] {
				t.Errorf("%s is not timed", name)
			}
		}
	}
}

// TestCalls makes every call once, with arguments for which neither library panics.
func TestCalls(t *testing.T) {
	for _, c := range allCalls() {
		for i, s := range c.shapes {
			if i%7 != 0 || s.m*s.n*s.k > 1e4 {
				continue
			}
			run := c.prepare(s)
			run(gonumblas.Implementation{}, 1)
			run(gonum.Implementation{}, 1)
		}
	}
}
