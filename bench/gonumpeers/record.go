package main

import (
	"path/filepath"
	"slices"

	"github.com/lockstep-ml/lockstep/bench/gonumpeers/internal/task"
	"github.com/lockstep-ml/lockstep/bench/internal/jsonfile"
)

// A record has what was measured on a processor. Runs add to it.
type record struct {
	Tasks []row
	Calls []method
}

// readRecord reads that of a folder, and an empty one without.
func readRecord(folder string) (record, error) {
	if folder == "" {
		return record{}, nil
	}
	return jsonfile.Read[record](filepath.Join(folder, recordName))
}

// merge returns the new items and those of the old ones that have other names, in the given
// order of names. Names that are not there any more vanish.
func merge[T any](old, new []T, name func(T) string, order []string) []T {
	var all []T
	for _, wanted := range order {
		named := func(x T) bool { return name(x) == wanted }
		if i := slices.IndexFunc(new, named); i >= 0 {
			all = append(all, new[i])
		} else if i := slices.IndexFunc(old, named); i >= 0 {
			all = append(all, old[i])
		}
	}
	return all
}

func taskNames() []string {
	var names []string
	for _, t := range task.All {
		names = append(names, t.Name)
	}
	return names
}

func callNames() []string {
	var names []string
	for _, c := range allCalls() {
		names = append(names, c.name)
	}
	return names
}
