package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/lockstep-ml/lockstep/internal/atomicfile"
	"github.com/lockstep-ml/lockstep/internal/processor"
)

// A record is what the sweep of a function found. Records of complete sweeps
// are kept beside the document that is made of them, as JSON; their hashes are
// what tests compare with.
type record struct {
	Function string    `json:"function"`
	Class    class     `json:"class"`
	Inputs   uint64    `json:"inputs"`
	Outcomes []outcome `json:"outcomes"`       // one if all tiers agree
	Strided  string    `json:"strided_sha256"` // SHA-256 of the results at every goldenStride-th input, first tier
	Seconds  float64   `json:"seconds"`
	Workers  int       `json:"workers"`
	Machine  machine   `json:"machine"`
}

// An outcome is what one or more tiers computed.
type outcome struct {
	Tiers      []string `json:"tiers"`
	Misrounded uint64   `json:"misrounded"`
	MaxUlps    float64  `json:"max_ulps"`
	WorstInput string   `json:"worst_input,omitempty"`
	SHA256     string   `json:"sha256"`
}

type machine struct {
	CPU      string `json:"cpu"`
	Platform string `json:"platform"`
	Go       string `json:"go"`
}

// goldenStride is the stride of the hash that tests compare with.
const goldenStride = 1<<16 + 1

// outcomes merges the tallies of tiers that computed the same bits.
func outcomes(tallies []tally) []outcome {
	var all []outcome
	for _, t := range tallies {
		sum := hex.EncodeToString(tallies[t.leader].outputs.Sum(nil))
		i := slices.IndexFunc(all, func(o outcome) bool { return o.SHA256 == sum })
		if i < 0 {
			i = len(all)
			o := outcome{Misrounded: t.misrounded, MaxUlps: 0.5, SHA256: sum}
			if t.misrounded > 0 {
				o.MaxUlps, o.WorstInput = t.worst.ulps, hexFloat(t.worst.x)
			}
			all = append(all, o)
		}
		all[i].Tiers = append(all[i].Tiers, t.tier.String())
	}
	return all
}

// fault says what the record shows to be wrong, or returns nil.
func (r *record) fault() error {
	if len(r.Outcomes) > 1 {
		return fmt.Errorf("%s: the tiers do not agree", r.Function)
	}
	if n := r.Outcomes[0].Misrounded; r.Class == rounded && n > 0 {
		return fmt.Errorf("%s: %d of %d results are not correctly rounded", r.Function, n, r.Inputs)
	}
	return nil
}

func hexFloat(x float32) string { return strconv.FormatFloat(float64(x), 'x', -1, 32) }

// recordsPath returns the file of the records behind a document.
func recordsPath(document string) string { return strings.TrimSuffix(document, ".md") + ".json" }

// readRecords returns the records behind a document, none if there is no file.
func readRecords(document string) ([]record, error) {
	var records []record
	data, err := os.ReadFile(recordsPath(document))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &records); err != nil {
		return nil, fmt.Errorf("%s: %w; delete it to begin anew", recordsPath(document), err)
	}
	return records, nil
}

// save adds a record to those behind a document, in place of an older one of the
// same function, and makes the document of them.
func save(document string, r record) error {
	records, err := readRecords(document)
	if err != nil {
		return err
	}
	records = slices.DeleteFunc(records, func(old record) bool { return old.Function == r.Function })
	records = append(records, r)
	slices.SortStableFunc(records, func(a, b record) int { return position(a.Function) - position(b.Function) })
	data, err := json.MarshalIndent(records, "", "\t")
	if err != nil {
		return err
	}
	if err := writeFile(recordsPath(document), append(data, '\n')); err != nil {
		return err
	}
	return render(document)
}

// render writes the document anew from the records behind it.
func render(document string) error {
	records, err := readRecords(document)
	if err != nil {
		return err
	}
	return writeFile(document, page(records))
}

func writeFile(path string, data []byte) error {
	return atomicfile.Write(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// position returns a function's place in the table.
func position(name string) int {
	return slices.IndexFunc(functions, func(f function) bool { return f.name == name })
}

// thisMachine describes the machine as far as it tells.
func thisMachine() machine {
	return machine{processor.Name(), runtime.GOOS + "/" + runtime.GOARCH, runtime.Version()}
}
