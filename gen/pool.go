package main

import (
	"fmt"
	"slices"
	"strings"
)

// stack is the id of the stack pointer, which is in no pool.
const stack = -1

// A pool hands out registers by number, the lowest free one first.
type pool struct {
	what   string
	owners []string // "" if free
}

func newPool(what string, size int) pool { return pool{what, make([]string, size)} }

func (p *pool) take(owner string) int {
	i := slices.Index(p.owners, "")
	if i < 0 {
		panic(fmt.Sprintf("no %s left for %s; taken by %s", p.what, owner, strings.Join(p.owners, ", ")))
	}
	p.owners[i] = owner
	return i
}

// row takes the registers of a row, and free gives those of rows back. What is in
// memory has a negative number.
func (p *pool) row(name string, vectors int) row {
	r := row{name, make([]int, vectors)}
	for i := range r.ids {
		r.ids[i] = p.take(name)
	}
	return r
}

func (p *pool) free(rows []row) {
	for _, r := range rows {
		for _, id := range r.ids {
			if id >= 0 {
				p.release(id)
			}
		}
	}
}

func (p *pool) release(id int) {
	if p.owners[id] == "" {
		panic(fmt.Sprintf("%s %d released twice", p.what, id))
	}
	p.owners[id] = ""
}
