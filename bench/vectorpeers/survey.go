package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/figures"
	"github.com/lockstep-ml/lockstep/bench/internal/machine"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// A survey is what one run has measured.
type survey struct {
	rounds  int
	only    *regexp.Regexp // operations
	alone   bool           // without any peers
	notes   []string
	rows    []measurement
	figures figures.Recorder
}

func (s *survey) note(format string, arguments ...any) {
	text := fmt.Sprintf(format, arguments...)
	if !slices.Contains(s.notes, text) {
		s.notes = append(s.notes, text)
	}
}

// measure runs all operations in one tier.
func (s *survey) measure(t tier.Tier, folder, python string) error {
	all := s.contestants(t, folder, python)
	for _, c := range all {
		defer c.close()
		s.note("%s: %s", c, c.description())
	}
	for _, op := range functions {
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
	if p := probe(t); p != nil {
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
		s.note("%s", text)
	}
	return all
}

// race adds a row.
func (s *survey) race(t tier.Tier, all []contestant, op operation, n int) error {
	m := measurement{tier: t, op: op, n: n, all: all}
	var err error
	if m.results, err = race(all, op, n, s.rounds); err != nil {
		return err
	}
	if op.exact != nil && !s.alone {
		m.errors, err = largestErrors(all, op)
	}
	s.rows = append(s.rows, m)
	ns, _ := m.of(ours)
	s.figures.Add(ns/1e9, "vector %s %s %d", t, op.name, n)
	return err
}

// write prints the tables, and writes them to a folder if there is one.
func (s *survey) write(folder string) error {
	var text, page bytes.Buffer
	if err := errors.Join(s.writeText(&text), s.writePage(&page)); err != nil {
		return err
	}
	if _, err := os.Stdout.Write(text.Bytes()); err != nil || folder == "" {
		return err
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	for _, t := range s.tiers() {
		if err := s.savePlot(t, filepath.Join(folder, plotName(t))); err != nil {
			return err
		}
	}
	return errors.Join(
		os.WriteFile(filepath.Join(folder, "vector.txt"), text.Bytes(), 0o666),
		os.WriteFile(filepath.Join(folder, "vector.md"), page.Bytes(), 0o666),
		s.figures.Save(folder))
}

// tiers are those measured, in order.
func (s *survey) tiers() []tier.Tier {
	var all []tier.Tier
	for _, m := range s.rows {
		if !slices.Contains(all, m.tier) {
			all = append(all, m.tier)
		}
	}
	return all
}

func (s *survey) writeText(w io.Writer) error {
	fmt.Fprintf(w, "vectorpeers %s\n%s\n%s\n", strings.Join(os.Args[1:], " "), machine.Caption(), strings.Join(s.notes, "\n"))
	for _, t := range s.tiers() {
		fmt.Fprintf(w, "\n%s: functions at n = %d, ns per element (largest error found, ulp)\n", t, functionSize)
		if err := s.functionTable(t).WriteText(w); err != nil {
			return err
		}
		fmt.Fprintf(w, "\n%s: operations, ns per call\n", t)
		if err := s.streamTable(t).WriteText(w); err != nil {
			return err
		}
	}
	table, reached, missed := judge(s.rows)
	fmt.Fprintf(w, "\nTargets: %d reached, %d missed\n", reached, missed)
	if err := table.WriteText(w); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nProcessor time / time, the smallest and the largest of each contestant. (That of the\n"+
		"Go libraries has the monitor thread of Go's runtime in it, which polls.)")
	return s.loadTable().WriteText(w)
}
