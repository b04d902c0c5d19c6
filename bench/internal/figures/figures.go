// Package figures keeps our own times in a file beside the tables, with what the
// processor could do meanwhile, so that a later run can be compared with them.
package figures

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/lockstep-ml/lockstep/bench/internal/jsonfile"
	"github.com/lockstep-ml/lockstep/bench/internal/machine"
)

// FileName is the file's name in a folder of results.
const FileName = "figures.json"

// A File has the figures of one processor, sorted by name.
type File struct {
	Processor string
	Figures   []Figure
}

// A Figure is how long something took, and what two probes told right after it.
type Figure struct {
	Name      string // starts with the comparison: "gemm avx512 float32 1 64x64x64"
	Seconds   float64
	FMA       float64 // operations a second of a core in fused multiply-adds; 0 if unknown
	Bandwidth float64 // bytes a second that a core copies
	Commit    string
}

// A Recorder collects the figures of a run.
type Recorder struct {
	commit  string
	figures []Figure
}

// Add takes in a figure, and probes.
func (r *Recorder) Add(seconds float64, format string, arguments ...any) {
	if r.commit == "" {
		r.commit = machine.Commit()
	}
	p := probe()
	r.figures = append(r.figures, Figure{fmt.Sprintf(format, arguments...), seconds, p.fma, p.bandwidth, r.commit})
}

// Save puts the figures into the file of a folder, in the place of those with the
// same names.
func (r *Recorder) Save(folder string) error {
	f, err := Read(folder)
	if err != nil {
		return err
	}
	if p := machine.Processor(); f.Processor != p {
		f = File{Processor: p}
	}
	f.Figures = merge(f.Figures, r.figures)
	return jsonfile.Write(filepath.Join(folder, FileName), f)
}

// merge returns all new figures and the old ones with other names.
func merge(old, new []Figure) []Figure {
	named := func(f Figure) bool { return slices.ContainsFunc(new, func(n Figure) bool { return n.Name == f.Name }) }
	all := append(slices.DeleteFunc(slices.Clone(old), named), new...)
	slices.SortFunc(all, func(a, b Figure) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// Read reads the file of a folder, and nothing if there is none.
func Read(folder string) (File, error) {
	return jsonfile.Read[File](filepath.Join(folder, FileName))
}
