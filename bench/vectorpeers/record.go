package main

import (
	"cmp"
	"slices"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// A session is a run of this command. It measures some of the operations.
type session struct {
	Machine string
	Rounds  int
	Notes   []string // versions and builds of those who took part, and who did not
	Rows    []measurement
}

// A measurement is a row of results, one of each contestant that has the operation.
type measurement struct {
	Tier      string
	Operation string
	N         int
	Results   []result
}

// A result has a contestant's median.
type result struct {
	Name  string
	Ns    float64 // of a call
	Load  float64 // processor time by the time on the clock
	Error string  `json:",omitempty"` // the largest one in ulp, of functions that have an exact reference
}

// of returns the result of a contestant.
func (m measurement) of(name string) (r result, ok bool) {
	i := slices.IndexFunc(m.Results, func(r result) bool { return r.Name == name })
	if i < 0 {
		return r, false
	}
	return m.Results[i], true
}

// time returns the nanoseconds of a contestant, 0 if it has none.
func (m measurement) time(name string) float64 {
	r, _ := m.of(name)
	return r.Ns
}

// same reports whether two rows are about the same thing.
func (m measurement) same(o measurement) bool {
	return m.Tier == o.Tier && m.Operation == o.Operation && m.N == o.N
}

// A record has the sessions whose rows no later one has measured again.
type record []session

// with returns the record with a new session, whose rows take the place of older ones.
// It goes on with one of the same machine and commit.
func (r record) with(s session) record {
	var all record
	for _, old := range r {
		old.Rows = slices.DeleteFunc(slices.Clone(old.Rows), func(m measurement) bool { return slices.ContainsFunc(s.Rows, m.same) })
		if old.caption() == s.caption() {
			s.Rows = append(old.Rows, s.Rows...)
			s.Notes = record{old, s}.notes()
		} else if len(old.Rows) > 0 {
			all = append(all, old)
		}
	}
	return append(all, s)
}

// rows are those of all sessions, the best tier first, in the order of the operations.
func (r record) rows() []measurement {
	var all []measurement
	for _, s := range r {
		all = append(all, s.Rows...)
	}
	slices.SortStableFunc(all, func(a, b measurement) int {
		return cmp.Or(rank(b.Tier)-rank(a.Tier), position(a.Operation)-position(b.Operation), a.N-b.N)
	})
	return all
}

func rank(name string) int {
	t, _ := tier.Parse(name)
	return int(t)
}

func position(name string) int {
	return slices.IndexFunc(slices.Concat(functions, streams, units), func(op operation) bool { return op.name == name })
}

// tiers are those measured, the best first.
func (r record) tiers() []string {
	var all []string
	for _, m := range r.rows() {
		if !slices.Contains(all, m.Tier) {
			all = append(all, m.Tier)
		}
	}
	return all
}

// notes are those of all sessions, each once.
func (r record) notes() []string {
	var all []string
	for _, s := range r {
		for _, n := range s.Notes {
			if !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	return all
}
