package main

import (
	"bytes"
	"flag"
	"go/format"
	"os"
	"regexp"
	"strings"
	"testing"
)

var generate = flag.Bool("generate", false, "write calls32.go anew")

// TestCalls32 fails if calls32.go is not what calls64.go becomes with the names of float32.
func TestCalls32(t *testing.T) {
	source, err := os.ReadFile("calls64.go")
	if err != nil {
		t.Fatal(err)
	}
	want, err := calls32From(string(source))
	if err != nil {
		t.Fatal(err)
	}
	if *generate {
		if err := os.WriteFile("calls32.go", want, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("calls32.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("calls32.go is out of date: run go generate -C bench ./gonumpeers")
	}
}

func calls32From(source string) ([]byte, error) {
	for _, change := range [][2]string{
		{`// Go has no way[^\n]*\n(//[^\n]*\n)*\n`, ``},
		{`float64`, `float32`},
		{`\b(calls|vectors|matrices|triangles|products|band|packed)64\b`, `${1}32`},
		{`blas\.Drotm`, `blas.Srotm`},
		{`("|l\.)D([a-z])`, `${1}S${2}`},
		{`Idamax`, `Isamax`},
	} {
		source = regexp.MustCompile(change[0]).ReplaceAllString(source, change[1])
	}
	const heading = "// Code generated from calls64.go by go generate; DO NOT EDIT.\n\n"
	return format.Source([]byte(heading + strings.TrimSpace(source) + "\n"))
}
