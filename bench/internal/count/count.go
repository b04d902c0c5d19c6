// Package count has flags for numbers of rounds and the like, of which none would
// leave nothing to take a median of.
package count

import (
	"errors"
	"flag"
	"strconv"
)

// Flag defines a flag of the command line whose value is at least 1.
func Flag(name string, value int, usage string) *int {
	flag.Var((*number)(&value), name, usage)
	return &value
}

type number int

func (n *number) String() string { return strconv.Itoa(int(*n)) }

func (n *number) Set(text string) error {
	v, err := strconv.Atoi(text)
	if err != nil || v < 1 {
		return errors.New("a number from 1 is wanted")
	}
	*n = number(v)
	return nil
}
