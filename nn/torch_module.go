package nn

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/safetensors"
)

// A torchModule is a module of PyTorch's that has weights.
type torchModule struct {
	name    string // "fc1", "encoder.0"
	kind    torchKind
	tensors map[string]safetensors.Tensor // by their names within: "weight"
}

type torchKind int

// The kinds, in the order in which modules of equal numbers follow each other.
const (
	torchLinear torchKind = iota
	torchBatchNorm
	torchLayerNorm
	torchPReLU
)

// torchTensors are the names of the tensors of each kind. A linear module may lack the bias,
// a normalisation may lack weight and bias.
var torchTensors = map[torchKind][]string{
	torchLinear:    {"weight", "bias"},
	torchBatchNorm: {"weight", "bias", "running_mean", "running_var", "num_batches_tracked"},
	torchLayerNorm: {"weight", "bias"},
	torchPReLU:     {"weight"},
}

// torchModules collects the tensors of a file to modules.
func torchModules(f *safetensors.File) ([]*torchModule, error) {
	var modules []*torchModule
	byName := map[string]*torchModule{}
	for _, t := range f.Tensors {
		name, tensor := splitLast(t.Name)
		m := byName[name]
		if m == nil {
			m = &torchModule{name: name, tensors: map[string]safetensors.Tensor{}}
			byName[name] = m
			modules = append(modules, m)
		}
		m.tensors[tensor] = t
	}
	if len(modules) == 0 {
		return nil, fmt.Errorf("the file holds no tensors")
	}
	var leftOver []string
	for _, m := range modules {
		leftOver = append(leftOver, m.classify()...)
	}
	if len(leftOver) > 0 {
		slices.Sort(leftOver)
		return nil, fmt.Errorf("no use for the tensors %s: want those of linear modules, BatchNorm1d, LayerNorm and PReLU alone", strings.Join(leftOver, ", "))
	}
	return modules, nil
}

// splitLast splits a name at its last dot.
func splitLast(name string) (before, last string) {
	dot := strings.LastIndexByte(name, '.')
	return name[:max(dot, 0)], name[dot+1:]
}

// classify finds out the module's kind by its tensors, and returns what it has no use for.
func (m *torchModule) classify() (leftOver []string) {
	weight, hasWeight := m.tensors["weight"]
	mean, hasMean := m.tensors["running_mean"]
	_, hasVariance := m.tensors["running_var"]
	_, hasBias := m.tensors["bias"]
	known := true
	switch {
	case hasMean && hasVariance && len(mean.Shape) == 1:
		m.kind = torchBatchNorm
	case hasWeight && len(weight.Shape) == 2:
		m.kind = torchLinear
	case hasWeight && len(weight.Shape) == 1 && hasBias:
		m.kind = torchLayerNorm
	case hasWeight && len(weight.Shape) == 1:
		m.kind = torchPReLU
	default:
		known = false
	}
	for name, t := range m.tensors { //bitlint:ignore the caller sorts
		if !known || !slices.Contains(torchTensors[m.kind], name) {
			leftOver = append(leftOver, strconv.Quote(t.Name))
		}
	}
	return leftOver
}

// inputs returns the number of columns that the module takes.
func (m *torchModule) inputs() int {
	switch m.kind {
	case torchLinear:
		return m.tensors["weight"].Shape[1]
	case torchBatchNorm:
		return m.tensors["running_mean"].Shape[0]
	default:
		return m.tensors["weight"].Shape[0]
	}
}

// outputs returns the number of columns that the module gives.
func (m *torchModule) outputs() int {
	if m.kind == torchLinear {
		return m.tensors["weight"].Shape[0]
	}
	return m.inputs()
}

// layer returns the layer that does what the module does.
func (m *torchModule) layer(norm []NormOption) Layer {
	switch m.kind {
	case torchLinear:
		options := []DenseOption{WithInit(Zeros())}
		if _, ok := m.tensors["bias"]; !ok {
			options = append(options, WithoutBias())
		}
		return Dense(m.outputs(), options...)
	case torchBatchNorm:
		return BatchNorm(norm...)
	case torchLayerNorm:
		return LayerNorm(norm...)
	}
	if m.inputs() == 1 {
		return PReLU()
	}
	return ColumnPReLU()
}

// parent returns the name of the module that m is part of.
func (m *torchModule) parent() string {
	parent, _ := splitLast(m.name)
	return parent
}

// number returns the number that the name ends with, the largest one if there is none.
func (m *torchModule) number() int {
	_, number := splitNumber(m.name)
	return number
}

// isNumbered reports whether the name within the parent is a number, as in an nn.Sequential.
func (m *torchModule) isNumbered() bool {
	_, last := splitLast(m.name)
	letters, number := splitNumber(last)
	return letters == "" && number != math.MaxInt
}

// sortModules puts the modules into the given order, or the natural one.
func sortModules(modules []*torchModule, order []string) error {
	if len(order) == 0 {
		slices.SortFunc(modules, func(a, b *torchModule) int {
			return cmp.Or(comparePaths(a, b), cmp.Compare(a.name, b.name))
		})
		return nil
	}
	place := map[string]int{}
	for i, name := range order {
		place[name] = i
	}
	for _, m := range modules {
		if _, ok := place[m.name]; !ok {
			return fmt.Errorf("TorchOptions.Order lacks the module %q", m.name)
		}
	}
	if len(order) != len(modules) || len(place) != len(modules) {
		return fmt.Errorf("TorchOptions.Order has %d modules, want each of %s once", len(order), moduleNames(modules))
	}
	slices.SortFunc(modules, func(a, b *torchModule) int { return place[a.name] - place[b.name] })
	return nil
}

// comparePaths compares the elements of two paths in turn: by the numbers that they end with,
// then, of modules with a number, by kind, then by the rest.
func comparePaths(a, b *torchModule) int {
	as, bs := strings.Split(a.name, "."), strings.Split(b.name, ".")
	for i := range min(len(as), len(bs)) {
		if as[i] == bs[i] {
			continue
		}
		aLetters, aNumber := splitNumber(as[i])
		bLetters, bNumber := splitNumber(bs[i])
		if aNumber != bNumber {
			return cmp.Compare(aNumber, bNumber)
		}
		if aNumber != math.MaxInt && a.rank(i, len(as)) != b.rank(i, len(bs)) {
			return cmp.Compare(a.rank(i, len(as)), b.rank(i, len(bs)))
		}
		return cmp.Compare(aLetters, bLetters)
	}
	return cmp.Compare(len(as), len(bs))
}

// rank orders elements of paths: modules that hold others, then the others by kind.
func (m *torchModule) rank(element, elements int) int {
	if element+1 < elements {
		return -1
	}
	return int(m.kind)
}

// splitNumber splits a name in the number it ends with and what stands before. Without a number,
// or with one beyond an int, it is the largest one.
func splitNumber(name string) (letters string, number int) {
	letters = strings.TrimRight(name, "0123456789")
	number, err := strconv.Atoi(name[len(letters):])
	if err != nil {
		return name, math.MaxInt
	}
	return letters, number
}

// torchValues returns the elements of a tensor in float32.
func torchValues(t safetensors.Tensor) ([]float32, error) {
	switch t.DType {
	case safetensors.F32:
		return safetensors.Values[float32](t)
	case safetensors.F64:
		return narrowed(t)
	case safetensors.F16, safetensors.BF16:
		bits := t
		bits.DType = safetensors.U16
		words, err := safetensors.Values[uint16](bits)
		if err != nil {
			return nil, err
		}
		values := make([]float32, len(words))
		if t.DType == safetensors.F16 {
			kernels.FromFloat16(values, words)
		} else {
			kernels.FromBFloat16(values, words)
		}
		return values, nil
	}
	return nil, fmt.Errorf("tensor %q is of type %s, want F32, F64, F16 or BF16", t.Name, t.DType)
}

// narrowed rounds float64 to float32.
func narrowed(t safetensors.Tensor) ([]float32, error) {
	wide, err := safetensors.Values[float64](t)
	if err != nil {
		return nil, err
	}
	values := make([]float32, len(wide))
	kernels.FromFloat64(values, wide)
	for i, v := range values {
		if math.IsInf(float64(v), 0) && !math.IsInf(wide[i], 0) {
			return nil, fmt.Errorf("tensor %q: element %d is %v, beyond the range of float32", t.Name, i, wide[i])
		}
	}
	return values, nil
}
