package nn

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unsafe"

	"github.com/lockstep-ml/lockstep/internal/random"
	"github.com/lockstep-ml/lockstep/kernels"
)

// ContractVersion is the version of the bit contract (docs/contract.md) that
// this release follows. Weights and predictions are reproducible within one
// version; model files record it.
const ContractVersion = 1

// A Network is a sequence of layers with their parameters. It owns all
// parameters in one block of memory and their gradients in another.
//
// Its methods are not safe for use while a [Trainer] is running on it; a
// [Predictor] is.
type Network struct {
	inputs int
	seed   uint64
	top    []Layer       // as they were given
	layers []Layer       // with those in blocks one by one
	places []place       // of the layers
	widths []int         // widths[l] is the width of layer l's input, widths[len(layers)] the output's
	joins  []int         // joins[l] is the layer whose input layer l adds to its own as the end of a [Residual], else -1
	ends   map[int][]int // ends[l] are the ends of the residual blocks that begin with layer l, the innermost first
	params []*Param
	owners []int    // owners[i] is the index of the layer of params[i]
	names  []string // names[i] is the name of params[i] in files
	stored []stored // what files and the hash hold, in order
	values []float32
	grads  []float32
}

// place is where a layer stands.
type place struct {
	path string // its index, behind those of the blocks around it: "2.0"
	top  int    // the first of these
}

// stored is a parameter, or values that are kept with the parameters, with its
// name in files.
type stored struct {
	name string
	*Param
}

// Sequential returns a network that applies the layers one after the other to
// rows of the given number of inputs. The layers' input widths follow from it.
// The initial parameters are drawn from the seed.
//
// It fails if there is no layer, or if a layer cannot work on its input or belongs to a
// network already.
func Sequential(inputs int, seed uint64, layers ...Layer) (*Network, error) {
	n, err := assemble(inputs, seed, layers)
	if err != nil {
		return nil, fmt.Errorf("nn: Sequential: %w", err)
	}
	n.allocate()
	n.initialise()
	return n, nil
}

// assemble checks and builds the layers, but takes no memory for parameters.
func assemble(inputs int, seed uint64, layers []Layer) (*Network, error) {
	if inputs < 1 {
		return nil, fmt.Errorf("%d inputs, want at least 1", inputs)
	}
	if len(layers) == 0 {
		return nil, errors.New("no layers, want at least one, such as nn.Dense(10)")
	}
	n := &Network{
		inputs: inputs, seed: seed, top: layers,
		layers: make([]Layer, 0, len(layers)),
		places: make([]place, 0, len(layers)),
		widths: append(make([]int, 0, len(layers)+1), inputs),
		joins:  make([]int, 0, len(layers)),
		ends:   map[int][]int{},
	}
	for l, layer := range layers {
		if err := n.build(place{strconv.Itoa(l), l}, layer); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// build adds a layer, or those of a block.
func (n *Network) build(at place, layer Layer) error {
	if b, ok := layer.(*block); ok {
		return n.buildBlock(at, b)
	}
	width, err := layer.Build(n.Outputs())
	if err != nil {
		return fmt.Errorf("layer %s (%s): %w", at.path, layerName(layer), err)
	}
	params, state := layer.Params(), buffers(layer)
	for _, p := range slices.Concat(params, state) {
		if p.owned {
			return fmt.Errorf("layer %s (%s): %w", at.path, layerName(layer), errBuiltTwice)
		}
		p.owned = true
		n.stored = append(n.stored, stored{at.path + "." + p.Name, p})
	}
	for _, p := range params {
		n.params = append(n.params, p)
		n.owners = append(n.owners, len(n.layers))
		n.names = append(n.names, at.path+"."+p.Name)
	}
	n.append(at, layer, width, -1)
	return nil
}

func (n *Network) append(at place, layer Layer, width, join int) {
	n.layers = append(n.layers, layer)
	n.places = append(n.places, at)
	n.widths = append(n.widths, width)
	n.joins = append(n.joins, join)
}

var errBuiltTwice = errors.New("belongs to a network already: make a new one for each place")

func layerName(layer Layer) string {
	name, _ := layer.Config()
	return name
}

// slabAlignment is the alignment of the parameters in elements: 64 bytes, a
// cache line and the widest vector.
const slabAlignment = 16

// allocate makes the parameters' memory and hands out the views.
func (n *Network) allocate() {
	total := 0
	for _, p := range n.params {
		total += alignUp(p.Shape.Rows * p.Shape.Cols)
	}
	n.values, n.grads = alignedSlab(total), alignedSlab(total)
	offset := 0
	for _, p := range n.params {
		size := p.Shape.Rows * p.Shape.Cols
		p.Value = kernels.Matrix{Rows: p.Shape.Rows, Cols: p.Shape.Cols, Stride: p.Shape.Cols, Data: n.values[offset:][:size:size]}
		p.offset = offset
		p.Grad = p.Value
		p.Grad.Data = n.grads[offset:][:size:size]
		offset += alignUp(size)
	}
	for _, layer := range n.layers {
		for _, p := range buffers(layer) {
			p.Value = newAlignedMatrix(p.Shape.Rows, p.Shape.Cols)
		}
	}
}

func alignUp(size int) int { return (size + slabAlignment - 1) / slabAlignment * slabAlignment }

// alignedSlab returns zeroed memory that begins on a 64-byte boundary.
func alignedSlab(size int) []float32 {
	slab := make([]float32, size+slabAlignment)
	misaligned := int(uintptr(unsafe.Pointer(&slab[0])) / 4 % slabAlignment)
	skip := (slabAlignment - misaligned) % slabAlignment
	return slab[skip:][:size:size]
}

// Streams of random numbers, see package internal/random. Each parameter's
// initial values have a stream of their own, from streamInit on, and so has each
// layer's dropout.
const (
	streamOrder   = 1
	streamInit    = 1 << 16
	streamDropout = 1 << 25
)

func (n *Network) initialise() {
	for i, p := range n.params {
		key := random.Key{Seed: n.seed, Stream: streamInit + uint32(i)}
		p.Init.fill(p.Value.Data, p.FanIn, p.FanOut, key)
	}
	for _, layer := range n.layers {
		for _, p := range buffers(layer) {
			p.Init.fill(p.Value.Data, 1, 1, random.Key{})
		}
	}
}

// Inputs returns the width of the input.
func (n *Network) Inputs() int { return n.inputs }

// Outputs returns the width of the output.
func (n *Network) Outputs() int { return n.widths[len(n.widths)-1] }

// ParamCount returns the number of trainable values.
func (n *Network) ParamCount() int {
	count := 0
	for _, p := range n.params {
		count += len(p.Value.Data)
	}
	return count
}

// Params returns the parameters in order, to be read or set between steps of
// training.
func (n *Network) Params() []*Param { return append([]*Param(nil), n.params...) }

// Hash returns the weight hash: the SHA-256, in hexadecimal, of all parameters
// in the order and shape of the model file (of a dense layer the weights, out x
// in, then the bias), as little-endian float32. Running statistics count among
// the parameters here. Equal hashes mean equal networks, bit
// for bit. All NaNs count as one.
func (n *Network) Hash() string {
	h := sha256.New()
	var buffer []byte
	for _, p := range n.stored {
		buffer = buffer[:0]
		for _, v := range p.fileValues() {
			if v != v {
				v = float32(math.NaN())
			}
			buffer = binary.LittleEndian.AppendUint32(buffer, math.Float32bits(v))
		}
		h.Write(buffer)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Clone returns a copy of the network with the same parameters. It fails as
// [Load] does if a type of layer is not registered.
func (n *Network) Clone() (*Network, error) {
	f, err := n.file(nil)
	if err != nil {
		return nil, fmt.Errorf("nn: Clone: %w", err)
	}
	clone, err := fromFile(f)
	if err != nil {
		return nil, fmt.Errorf("nn: Clone: %w", err)
	}
	return clone, nil
}

// fileShape returns the shape of the parameter in files.
func (p *Param) fileShape() []int {
	switch s := p.Shape; {
	case s.Vector:
		return []int{s.Rows}
	case s.Transposed:
		return []int{s.Cols, s.Rows}
	default:
		return []int{s.Rows, s.Cols}
	}
}

// fileValues returns the values in the order of files.
func (p *Param) fileValues() []float32 {
	if !p.Shape.Transposed {
		return p.Value.Data
	}
	values := make([]float32, 0, len(p.Value.Data))
	for j := range p.Shape.Cols {
		for i := range p.Shape.Rows {
			values = append(values, p.Value.Data[i*p.Value.Stride+j])
		}
	}
	return values
}

// setFileValues sets the values from the order of files.
func (p *Param) setFileValues(values []float32) {
	if !p.Shape.Transposed {
		copy(p.Value.Data, values)
		return
	}
	for i := range p.Shape.Rows {
		for j := range p.Shape.Cols {
			p.Value.Data[i*p.Value.Stride+j] = values[j*p.Shape.Rows+i]
		}
	}
}
