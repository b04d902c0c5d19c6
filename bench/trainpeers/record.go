package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// A record is a text file with the raw results, a line each: task, contestant,
// threads, peak, and for each round time and processor time in seconds, with tabs
// in between. Above the results of a run stand its caption, behind #, and its peers,
// each behind ##. What a run measures replaces what an earlier one did.

// readRecord reads the results in a file; a missing file has none.
func readRecord(path string) ([]result, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var results []result
	of := &run{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if build, ok := strings.CutPrefix(lines.Text(), "## "); ok {
			of.peers = append(of.peers, build)
			continue
		}
		if caption, ok := strings.CutPrefix(lines.Text(), "# "); ok {
			of = &run{caption: caption}
			continue
		}
		r, err := parseResult(lines.Text())
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", path, lines.Text(), err)
		}
		r.run = of
		results = append(results, r)
	}
	return results, lines.Err()
}

func parseResult(line string) (r result, err error) {
	fields := strings.Split(line, "\t")
	if len(fields) < 5 {
		return r, errors.New("want at least 5 fields")
	}
	i := slices.IndexFunc(tasks, func(t task) bool { return t.String() == fields[0] })
	if i < 0 {
		return r, errors.New("no such task")
	}
	r.task, r.contestant, r.ours = tasks[i], fields[1], strings.HasPrefix(fields[1], "lockstep")
	if _, err := fmt.Sscan(fields[2]+" "+fields[3], &r.threads, &r.peak); err != nil {
		return r, err
	}
	for _, field := range fields[4:] {
		var t timing
		if _, err := fmt.Sscan(field, &t.wall, &t.processor); err != nil {
			return r, err
		}
		r.timings = append(r.timings, t)
	}
	return r, nil
}

// writeRecord writes the results, run after run.
func writeRecord(path string, results []result) error {
	var b strings.Builder
	for _, of := range runs(results) {
		fmt.Fprintf(&b, "# %s\n", of.caption)
		for _, p := range of.peers {
			fmt.Fprintf(&b, "## %s\n", p)
		}
		for _, r := range results {
			if r.run != of {
				continue
			}
			fmt.Fprintf(&b, "%v\t%s\t%d\t%.4g", r.task, r.contestant, r.threads, r.peak)
			for _, t := range r.timings {
				fmt.Fprintf(&b, "\t%.6f %.6f", t.wall, t.processor)
			}
			b.WriteByte('\n')
		}
	}
	return os.WriteFile(path, []byte(b.String()), 0o666)
}

// runs are those that have results.
func runs(results []result) []*run {
	var all []*run
	for _, r := range results {
		if !slices.Contains(all, r.run) {
			all = append(all, r.run)
		}
	}
	return all
}

// merge puts the new results in the place of the old ones of the same tasks. Runs
// with the same caption and peers become one.
func merge(old, new []result) []result {
	old = slices.DeleteFunc(old, func(r result) bool {
		return slices.ContainsFunc(new, func(n result) bool { return n.task.String() == r.task.String() })
	})
	all := append(old, new...)
	for i, r := range all {
		first := slices.IndexFunc(all, func(o result) bool { return o.run == r.run || r.run.same(o.run) })
		all[i].run = all[first].run
	}
	return all
}
