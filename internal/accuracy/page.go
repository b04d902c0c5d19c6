package main

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

const introduction = `# Accuracy of the unary functions

This page is written by ` + "`go run ./internal/accuracy`" + `, which evaluates every function at
all 2^32 float32 in every tier of the machine, and compares each result with the
correctly rounded one. [internal/reference](../internal/reference) says how that
is known: float64 with a bound of its error, and math/big where the bound leaves
the rounding open. The figures are kept in [accuracy.json](accuracy.json).

Functions of class *rounded* return the float32 nearest to the exact value, ties to
even: no misrounded result, an error of at most half a unit in the last place (ulp).
Functions of class *sequence* and *element* return the same bits everywhere, with the
largest error stated here and found at the input given. The classes are defined in
[section 4 of the contract](contract.md#4-the-classes).

ELU has alpha = 1, LeakyReLU a slope of float32(0.01), and SELU is compared with
the published constants, which float32 does not hold. A backward form stands for
the factor by which it multiplies dy: the derivative at x or, of Sigmoid and Tanh,
where their value is y. The backward forms that are not here choose between
constants (ReLU, LeakyReLU, HardSigmoid) or add one to y (ELU, SELU).

`

const hashing = `## Hashes

SHA-256 of all results, in the order of the inputs' bit patterns from 0 to 2^32 - 1,
each as four bytes, the least significant first, every NaN as 0x7fc00000. An
implementation on another platform that has the same hash has the same bits.

`

// page returns the document made of the records.
func page(records []record) []byte {
	var b bytes.Buffer
	b.WriteString(introduction)
	b.WriteString("| function | class | inputs | misrounded | largest error, ulp | tiers | time |\n|---|---|---|---|---|---|---|\n")
	for _, r := range records {
		for _, o := range r.Outcomes {
			fmt.Fprintf(&b, "| %s | %s | %s | %d | %s | %s | %v |\n", r.Function, r.Class, count(r.Inputs), o.Misrounded,
				largestError(o), strings.Join(o.Tiers, ", "), time.Duration(r.Seconds*float64(time.Second)).Round(time.Second))
		}
	}
	b.WriteString("\n" + caption(records))
	if names := unswept(records); len(names) > 0 {
		fmt.Fprintf(&b, "\nNo complete sweep yet: %s.\n", strings.Join(names, ", "))
	}
	b.WriteString("\n" + hashing)
	b.WriteString("| function | tiers | SHA-256 |\n|---|---|---|\n")
	for _, r := range records {
		for _, o := range r.Outcomes {
			fmt.Fprintf(&b, "| %s | %s | `%s` |\n", r.Function, strings.Join(o.Tiers, ", "), o.SHA256)
		}
	}
	return b.Bytes()
}

// unswept returns the names of the functions without a record.
func unswept(records []record) []string {
	var names []string
	for _, f := range functions {
		if !slices.ContainsFunc(records, func(r record) bool { return r.Function == f.name }) {
			names = append(names, f.name)
		}
	}
	return names
}

func count(inputs uint64) string {
	if inputs == 1<<32 {
		return "all 2^32"
	}
	return fmt.Sprint(inputs)
}

// largestError states an error, rounded up.
func largestError(o outcome) string {
	if o.Misrounded == 0 {
		return "0.5"
	}
	const digits = 1e5
	return fmt.Sprintf("%.5f at %s", math.Ceil(o.MaxUlps*digits)/digits, o.WorstInput)
}

// caption names the commands and machines of the table, and what the time is.
func caption(records []record) string {
	var runs []string
	for _, r := range records {
		run := fmt.Sprintf("`go run ./internal/accuracy -workers %d` on %s, %s, %s", r.Workers, r.Machine.CPU, r.Machine.Platform, r.Machine.Go)
		if !slices.Contains(runs, run) {
			runs = append(runs, run)
		}
	}
	return strings.Join(runs, ";\n") + `.
The time is that of the whole sweep, reference and all tiers, maybe beside other
work: what to expect of the command, not the speed of a kernel.
`
}
