package main

import (
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/peer"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

//go:embed peer
var embedded embed.FS

// A program around a library is called in a process of its own.
type program struct {
	name    string
	process *peer.Process
	build   string // how it was compiled, and the environment that matters
	known   map[string]bool
	// deductCall says that the time of a call with one element does not count:
	// it is that of Python's interpreter.
	deductCall bool
}

// A recipe tells how to compile and start a program.
type recipe struct {
	name        string
	tiers       []tier.Tier
	source      string // in C
	flags, libs []string
	script      string // in Python
	environment map[tier.Tier]string
	arguments   []string
}

var vectorTiers = []tier.Tier{tier.AVX2, tier.AVX512}

var recipes = []recipe{
	{name: "libmvec", tiers: vectorTiers, source: "libmvec.c", libs: []string{"-lmvec", "-lm"}},
	{name: "sleef u10", tiers: vectorTiers, source: "sleef.c", libs: []string{"-lsleef", "-lm"}},
	{name: "sleef u35", tiers: vectorTiers, source: "sleef.c", flags: []string{"-DU35"}, libs: []string{"-lsleef", "-lm"}},
	{name: "openblas", tiers: vectorTiers, source: "openblas.c", libs: []string{"-ldl"}, arguments: []string{"libopenblas.so.0"},
		environment: map[tier.Tier]string{tier.AVX512: "OPENBLAS_CORETYPE=SkylakeX", tier.AVX2: "OPENBLAS_CORETYPE=Haswell"}},
	{name: "pytorch", tiers: vectorTiers, script: "torch_peer.py"},
	{name: "pytorch avx512", tiers: []tier.Tier{tier.AVX512}, script: "torch_peer.py",
		environment: map[tier.Tier]string{tier.AVX512: "ATEN_CPU_CAPABILITY=avx512"}},
}

// programs starts what can be started for a tier, from sources in a folder, and
// says why the others are left out.
func programs(folder, python string, t tier.Tier) (all []*program, leftOut []string) {
	for _, r := range recipes {
		if !slices.Contains(r.tiers, t) {
			continue
		}
		p, err := r.start(folder, python, t)
		if err != nil {
			leftOut = append(leftOut, fmt.Sprintf("%s: left out: %v", r.name, err))
			continue
		}
		all = append(all, p)
	}
	return all, leftOut
}

func (r recipe) start(folder, python string, t tier.Tier) (*program, error) {
	environment := []string{"OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1"}
	if e, ok := r.environment[t]; ok {
		environment = append(environment, e)
	}
	p := &program{name: r.name, known: map[string]bool{}, deductCall: r.script != ""}
	command, arguments := python, append([]string{filepath.Join(folder, "peer", r.script)}, r.arguments...)
	build := environment
	if r.source != "" {
		flags := slices.Concat(peer.Flags[t], r.flags)
		command = filepath.Join(folder, strings.ReplaceAll(r.name, " ", "_")+"_"+t.String())
		arguments = r.arguments
		if err := peer.Compile(command, filepath.Join(folder, "peer", r.source), slices.Concat(flags, r.libs)...); err != nil {
			return nil, err
		}
		build = slices.Concat([]string{peer.CompilerVersion() + " -O3"}, flags, environment[2:])
	}
	p.build = strings.Join(build, " ")
	var err error
	p.process, err = peer.Start(environment, command, arguments...)
	return p, err
}

func (p *program) String() string      { return p.name }
func (p *program) description() string { return p.process.Greeting + "; " + p.build }
func (p *program) close()              { p.process.Close() }

// has leaves out short vectors where the time of the call would be most of the
// difference.
func (p *program) has(op operation, n int) bool {
	if p.deductCall && n < 4096 {
		return false
	}
	known, asked := p.known[op.name]
	if !asked {
		var answer int
		known = p.process.Ask("has "+op.name, &answer) == nil && answer == 1
		p.known[op.name] = known
	}
	return known
}

func (p *program) time(op operation, n, count int) (sample, error) {
	s, err := p.measure(op, n, count)
	if err == nil && p.deductCall {
		var one sample
		one, err = p.measure(op, 1, count)
		s.ns -= one.ns
	}
	return s, err
}

func (p *program) measure(op operation, n, count int) (sample, error) {
	ns, load, err := p.process.Time(op.name, n, count, op.offset, op.scale)
	return sample{ns, load}, err
}

func (p *program) evaluate(op operation, first, stride uint32, y []float32) error {
	data := make([]byte, 4*len(y))
	if err := p.process.AskBytes(fmt.Sprintf("eval %s %d %d %d", op.name, first, stride, len(y)), data); err != nil {
		return errors.Join(fmt.Errorf("%s of %s", op.name, p), err)
	}
	for i := range y {
		y[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return nil
}
