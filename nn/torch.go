package nn

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/lockstep-ml/lockstep/safetensors"
)

// TorchOptions say about a network of PyTorch's what the file of its weights does not.
type TorchOptions struct {
	// Activation makes the layer that stands behind the module of the given name,
	// which has weights ("fc1"); it may return nil for none. A nil Activation means ReLU.
	//
	// It is asked wherever an activation may stand. Modules of one nn.Sequential are
	// numbered, and where numbers are left out behind the first linear module there was
	// something without weights. Modules with other names have an activation right before
	// each linear module but the first, unless a PReLU is there.
	Activation func(module string) Layer

	// Order names the modules with weights in the order in which they are applied. If it
	// is empty, they are in natural order: "2" before "10", "fc2" before "fc10", modules
	// with a number before those without ("out"), and of equal numbers linear ones before
	// normalisations ("fc1", "bn1", "fc2").
	Order []string

	// Norm are settings of normalisations, such as an epsilon other than PyTorch's 1e-5.
	Norm []NormOption
}

// LoadTorch reads the weights of a network of PyTorch's, model.state_dict() in a
// safetensors file, and makes the network that they belong to: linear modules, BatchNorm1d with
// running statistics, LayerNorm over rows, and PReLU, one after the other. Widths follow from
// the shapes. Numbers of 16 bits are converted exactly, float64 is rounded.
//
// Activations have no weights: the options say which there are. Compare a prediction with
// PyTorch's before you rely on the result. In a file, a LayerNorm without bias looks like a
// PReLU, and a BatchNorm1d without running statistics like a LayerNorm: neither can be loaded.
//
// It fails if modules do not fit each other, and if there is a tensor that it has no use for.
func LoadTorch(r io.Reader, options TorchOptions) (*Network, error) {
	n, err := loadTorch(r, options)
	if err != nil {
		return nil, fmt.Errorf("nn: load PyTorch's weights: %w", err)
	}
	return n, nil
}

// LoadTorchFile reads a file as [LoadTorch] does.
func LoadTorchFile(path string, options TorchOptions) (*Network, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("nn: load PyTorch's weights: %w", err)
	}
	defer f.Close()
	n, err := LoadTorch(f, options)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return n, nil
}

func loadTorch(r io.Reader, options TorchOptions) (*Network, error) {
	f, err := safetensors.Read(bufio.NewReader(r), safetensors.Limits{})
	if err != nil {
		return nil, err
	}
	if _, ok := f.Metadata[metadataArchitecture]; ok {
		return nil, errors.New("the file holds a Lockstep network: read it with nn.Load")
	}
	modules, err := torchModules(f)
	if err != nil {
		return nil, err
	}
	if err := sortModules(modules, options.Order); err != nil {
		return nil, err
	}
	if err := checkChain(modules); err != nil {
		return nil, err
	}
	return buildTorch(modules, options)
}

// buildTorch makes the network of modules that fit each other.
func buildTorch(modules []*torchModule, options TorchOptions) (*Network, error) {
	activation := options.Activation
	if activation == nil {
		activation = func(string) Layer { return ReLU() }
	}
	var layers []Layer
	tensors := map[string]safetensors.Tensor{} // by the names of our parameters
	for i, m := range modules {
		for name, t := range m.tensors { //bitlint:ignore a map is made of a map
			tensors[strconv.Itoa(len(layers))+"."+name] = t
		}
		layers = append(layers, m.layer(options.Norm))
		if hasActivation(modules, i) {
			if a := activation(m.name); a != nil {
				layers = append(layers, a)
			}
		}
	}
	n, err := assemble(modules[0].inputs(), 0, layers)
	if err != nil {
		return nil, err
	}
	// Shapes are compared before any memory is taken for them.
	for _, p := range n.stored {
		if t, ok := tensors[p.name]; ok && !slices.Equal(t.Shape, p.fileShape()) {
			return nil, fmt.Errorf("tensor %q has the shape %v, want %v", t.Name, t.Shape, p.fileShape())
		}
	}
	n.allocate()
	n.initialise()
	for _, p := range n.stored {
		if t, ok := tensors[p.name]; ok {
			values, err := torchValues(t)
			if err != nil {
				return nil, err
			}
			p.setFileValues(values)
		}
	}
	return n, nil
}

// checkChain reports a module that does not take what the one before gives.
func checkChain(modules []*torchModule) error {
	before := modules[0]
	for _, m := range modules[1:] {
		if m.kind == torchPReLU && m.inputs() == 1 {
			continue // one slope for all columns
		}
		if m.inputs() != before.outputs() {
			return fmt.Errorf("module %q takes %d columns, but %q before it gives %d: if the order %s is not theirs, set TorchOptions.Order",
				m.name, m.inputs(), before.name, before.outputs(), moduleNames(modules))
		}
		before = m
	}
	return nil
}

func moduleNames(modules []*torchModule) string {
	var names []string
	for _, m := range modules {
		names = append(names, m.name)
	}
	return strings.Join(names, ", ")
}

// hasActivation reports whether there may be an activation behind module i.
func hasActivation(modules []*torchModule, i int) bool {
	isLinear := func(m *torchModule) bool { return m.kind == torchLinear }
	if i+1 == len(modules) || !slices.ContainsFunc(modules[:i+1], isLinear) {
		return false
	}
	m, next := modules[i], modules[i+1]
	if m.isNumbered() && next.isNumbered() && m.parent() == next.parent() {
		return next.number() > m.number()+1
	}
	return isLinear(next) && m.kind != torchPReLU
}
