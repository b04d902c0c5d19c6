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
// in between. What a run measures replaces what an earlier one did.

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
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		r, err := parseResult(lines.Text())
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", path, lines.Text(), err)
		}
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

// writeRecord writes the results under a caption.
func writeRecord(path, caption string, results []result) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", caption)
	for _, r := range results {
		fmt.Fprintf(&b, "%v\t%s\t%d\t%.4g", r.task, r.contestant, r.threads, r.peak)
		for _, t := range r.timings {
			fmt.Fprintf(&b, "\t%.6f %.6f", t.wall, t.processor)
		}
		b.WriteByte('\n')
	}
	return os.WriteFile(path, []byte(b.String()), 0o666)
}

// merge puts the new results in the place of the old ones of the same tasks.
func merge(old, new []result) []result {
	old = slices.DeleteFunc(old, func(r result) bool {
		return slices.ContainsFunc(new, func(n result) bool { return n.task.String() == r.task.String() })
	})
	return append(old, new...)
}
