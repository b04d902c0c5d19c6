package main

import (
	"regexp"
	"slices"

	"github.com/lockstep-ml/lockstep/bench/internal/figures"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// A survey is what one run measures.
type survey struct {
	session
	only    *regexp.Regexp // operations
	alone   bool           // without any peers
	figures figures.Recorder
}

func (s *survey) note(text string) {
	if !slices.Contains(s.Notes, text) {
		s.Notes = append(s.Notes, text)
	}
}

// measure runs all operations in one tier.
func (s *survey) measure(t tier.Tier, folder, python string) error {
	all := s.contestants(t, folder, python)
	for _, c := range all {
		defer c.close()
		s.note(c.String() + ": " + c.description())
	}
	for _, op := range slices.Concat(functions, units) {
		if !s.only.MatchString(op.name) {
			continue
		}
		if err := s.race(t, all, op, functionSize); err != nil {
			return err
		}
	}
	for _, op := range streams {
		if !s.only.MatchString(op.name) {
			continue
		}
		for _, n := range streamSizes {
			if err := s.race(t, all, op, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// contestants are those of a tier, we first. The caller closes them.
func (s *survey) contestants(t tier.Tier, folder, python string) []contestant {
	all := []contestant{lockstep(t)}
	if s.alone {
		return all
	}
	for _, p := range probes(t) {
		all = append(all, p)
	}
	foreign, leftOut := programs(folder, python, t)
	for _, p := range foreign {
		all = append(all, p)
	}
	for _, l := range others() {
		all = append(all, l)
	}
	for _, text := range leftOut {
		s.note(text)
	}
	return all
}

// race adds a row.
func (s *survey) race(t tier.Tier, all []contestant, op operation, n int) error {
	results, err := race(all, op, n, s.Rounds)
	if err != nil {
		return err
	}
	m := measurement{Tier: t.String(), Operation: op.name, N: n, Results: results}
	if op.exact != nil && !s.alone {
		errors, err := largestErrors(all, op)
		if err != nil {
			return err
		}
		for i, r := range results {
			m.Results[i].Error = ulps(errors[r.Name])
		}
	}
	if len(results) == 0 {
		return nil
	}
	s.Rows = append(s.Rows, m)
	if m.time(ours) > 0 {
		s.figures.Add(m.time(ours)/1e9, "vector %s %s %d", t, op.name, n)
	}
	return nil
}
