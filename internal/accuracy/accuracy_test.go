package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/reference"
	"github.com/lockstep-ml/lockstep/internal/tier"
	"github.com/lockstep-ml/lockstep/kernels"
)

const document = "../../docs/accuracy.md"

func silent(int) {}

// find sweeps a function in all tiers.
func find(t *testing.T, f function, stride uint64) []tally {
	t.Helper()
	s := sweep{f, tier.Supported(), stride, 2, silent}
	tallies, err := s.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tallies
}

// TestStrided repeats the sweeps on a part of the inputs, and compares the
// results' hash with the one that was recorded with the complete sweep. Of a
// function without a record, the document says that the sweep is missing.
func TestStrided(t *testing.T) {
	records, err := readRecords(document)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range functions {
		t.Run(f.name, func(t *testing.T) {
			var golden *record
			if i := slices.IndexFunc(records, func(r record) bool { return r.Function == f.name }); i >= 0 {
				golden = &records[i]
				if golden.Class != f.class {
					t.Errorf("recorded as %s, but the table says %s", golden.Class, f.class)
				}
			}
			checkTallies(t, f, find(t, f, goldenStride), golden)
			if !testing.Short() {
				checkTallies(t, f, find(t, f, 1<<13-1), nil)
			}
		})
	}
}

// checkTallies expects one outcome for all tiers, no misrounding in class
// rounded, and what is on record, if given.
func checkTallies(t *testing.T, f function, tallies []tally, golden *record) {
	t.Helper()
	if f.class == rounded {
		for _, tally := range tallies {
			for _, m := range tally.examples {
				t.Errorf("%v: %s(%s) = %s, want %s", tally.tier, f.name, hexFloat(m.x), hexFloat(m.got), hexFloat(m.want))
			}
		}
	}
	found := outcomes(tallies)
	if len(found) > 1 {
		t.Errorf("the tiers do not agree: %+v", found)
	}
	if golden == nil {
		return
	}
	for _, o := range found {
		if o.SHA256 != golden.Strided {
			t.Errorf("%v: SHA-256 of the results is %s, on record is %s", o.Tiers, o.SHA256, golden.Strided)
		}
		if o.MaxUlps > golden.Outcomes[0].MaxUlps {
			t.Errorf("%v: an error of %v ulp at %s, on record are %v", o.Tiers, o.MaxUlps, o.WorstInput, golden.Outcomes[0].MaxUlps)
		}
	}
}

// TestDocument checks that the document is made of the records, and that these
// are of complete sweeps without a fault.
func TestDocument(t *testing.T) {
	records, err := readRecords(document)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := r.fault(); err != nil {
			t.Error(err)
		}
		if r.Inputs != 1<<32 {
			t.Errorf("%s: %d inputs on record, want all 2^32", r.Function, r.Inputs)
		}
	}
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), page(records)) {
		t.Errorf("%s is not what its records give: go run ./internal/accuracy -render", document)
	}
}

// faulty is Exp with a wrong last place at two inputs, in the best tier only.
var faulty = function{"Faulty", rounded, func(dst, x []float32) {
	kernels.Exp(dst, x)
	for i, v := range x {
		if tiers := tier.Supported(); tier.Active() == tiers[len(tiers)-1] && (v == 0x1p-30 || v == 1) {
			dst[i] = math.Float32frombits(math.Float32bits(dst[i]) + 1)
		}
	}
}, reference.Exp}

func TestSweepFindsMisroundings(t *testing.T) {
	const stride = 1 << 16 // meets 2^-30 and 1
	tallies := find(t, faulty, stride)
	last := tallies[len(tallies)-1]
	if last.misrounded != 2 || len(last.examples) != 2 {
		t.Fatalf("%d misrounded results with %d examples, want 2", last.misrounded, len(last.examples))
	}
	i := slices.IndexFunc(last.examples, func(m misrounding) bool { return m.x == 1 })
	if m := last.examples[i]; m.got != 0x1.5bf0aap1 || m.want != 0x1.5bf0a8p1 || math.Abs(m.ulps-0.654) > 0.01 {
		t.Errorf("misrounding %+v", m)
	}
	if last.worst.x != 0x1p-30 || math.Abs(last.worst.ulps-1) > 0.01 {
		t.Errorf("the worst is %+v, want that at 2^-30", last.worst)
	}
	found := outcomes(tallies)
	r := record{Function: "Faulty", Class: rounded, Outcomes: found}
	if len(tallies) > 1 {
		if len(found) != 2 || slices.Contains(found[0].Tiers, last.tier.String()) {
			t.Errorf("outcomes %+v, want the best tier apart", found)
		}
	}
	if r.fault() == nil {
		t.Error("the record passes as faultless")
	}

	// The hash of the tier that went its own way is that of a sweep of it alone.
	alone := sweep{faulty, []tier.Tier{last.tier}, stride, 1, silent}
	tallies, err := alone.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := found[len(found)-1].SHA256, outcomes(tallies)[0].SHA256; got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
}

// TestHash computes the hash in the plainest way.
func TestHash(t *testing.T) {
	const stride = 1<<11 + 1 // more inputs than a chunk has
	var data []byte
	for pattern := uint64(0); pattern < 1<<32; pattern += stride {
		y := []float32{math.Float32frombits(uint32(pattern))}
		kernels.Tanh(y, y)
		if y[0] != y[0] {
			y[0] = math.Float32frombits(0x7fc00000)
		}
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(y[0]))
	}
	sum := sha256.Sum256(data)
	want := hex.EncodeToString(sum[:])
	for _, workers := range []int{1, 3} {
		s := sweep{functions[position("Tanh")], tier.Supported()[:1], stride, workers, silent}
		tallies, err := s.run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := outcomes(tallies)[0].SHA256; got != want {
			t.Errorf("%d workers: hash %s, want %s", workers, got, want)
		}
	}
}

func TestSave(t *testing.T) {
	path := filepath.Join(t.TempDir(), "table.md")
	for _, r := range []record{
		{Function: "Tanh", Outcomes: []outcome{{SHA256: "old"}}},
		{Function: "Exp", Outcomes: []outcome{{SHA256: "exp"}}},
		{Function: "Tanh", Outcomes: []outcome{{SHA256: "new"}}},
	} {
		if err := save(path, r); err != nil {
			t.Fatal(err)
		}
	}
	records, err := readRecords(path)
	if err != nil || len(records) != 2 || records[0].Function != "Exp" || records[1].Outcomes[0].SHA256 != "new" {
		t.Errorf("records are %+v (%v), want Exp and the new Tanh", records, err)
	}
	text, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(text, page(records)) {
		t.Errorf("the document is not that of the records (%v)", err)
	}
}

// TestCommand runs the command on few inputs and checks that it leaves the
// document alone.
func TestCommand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "table.md")
	var out bytes.Buffer
	err := run(t.Context(), []string{"-function", "Exp", "-stride", "1000003", "-o", path}, &out, io.Discard)
	if err != nil || !strings.HasPrefix(out.String(), "Exp ") || !strings.Contains(out.String(), "misrounded 0") {
		t.Errorf("the command prints %q (%v)", out.String(), err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a strided run writes the document")
	}
}

// TestCompareHashes compares with the records as they are, and with one of another
// function.
func TestCompareHashes(t *testing.T) {
	args := []string{"-hashes", "-stride", strconv.Itoa(goldenStride), "-function", "Exp", "-o"}
	if err := run(t.Context(), append(args, document), io.Discard, io.Discard); err != nil {
		t.Error(err)
	}
	other := filepath.Join(t.TempDir(), "table.md")
	if err := save(other, record{Function: "Exp", Outcomes: []outcome{{}}, Strided: "0"}); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), append(args, other), io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "another hash") {
		t.Errorf("error %v for results that are not the recorded ones", err)
	}
}

func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(t.TempDir(), "table.md")
	if err := run(ctx, []string{"-function", "Exp", "-o", path}, io.Discard, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted run ends with %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("an interrupted run writes the document")
	}
}

func TestFlags(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-function Exq", "the functions are Exp"},
		{"-tier sse", "unknown tier"},
		{"-stride 0", "at least 1"},
		{"-workers 0", "at least 1"},
		{"Exp", "-function Exp"},
	} {
		if _, err := parse(strings.Fields(c.args), io.Discard); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.args, err, c.want)
		}
	}
	s, err := parse([]string{"-function", "Tanh,Exp", "-tier", "generic"}, io.Discard)
	if err != nil || len(s.functions) != 2 || s.functions[0].name != "Exp" || len(s.tiers) != 1 {
		t.Errorf("parsed %+v (%v)", s, err)
	}
}
