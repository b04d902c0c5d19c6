package nn

import (
	"encoding/json"
	"fmt"

	"github.com/lockstep-ml/lockstep/kernels"
)

// A Layer is one stage of a network. It computes on ranges of rows and keeps
// neither activations nor gradients: those live in a [Workspace], so that
// several workers can run the same layer on different rows at the same time.
//
// Rows go through a layer on their own; see [Coupled] for those of which they do not.
//
// A layer belongs to one network. All checks happen in Build; the other methods
// are called in the training loop, return no errors and should not allocate.
// Stateless layers of one's own are most easily made with [Activation].
type Layer interface {
	// Build fixes the width of the input and returns that of the output. It
	// is called once, before any other method but Config. A layer that
	// makes its parameters here returns an error if it is called again: it
	// would stand in two places then.
	Build(in int) (out int, err error)

	// Params returns the trainable parameters, nil if there are none.
	Params() []*Param

	// Forward computes the output y of the rows x.
	Forward(c Context, y, x kernels.Matrix)

	// Delta computes dx, the gradient of the loss with respect to the
	// layer's input, from dy, that with respect to its output.
	Delta(c Context, dx, dy, x, y kernels.Matrix)

	// Grad computes the gradient of one tile of the parameters from all
	// rows of the batch.
	Grad(tile Tile, x, dy kernels.Matrix)

	// Freeze returns a function that computes the layer in inference mode
	// with a copy of its parameters. It may be called from several
	// goroutines at the same time. A layer that does nothing in inference
	// returns nil.
	Freeze() func(y, x kernels.Matrix)

	// Config returns the name under which the layer's type is registered
	// and the settings that remake it, a value for encoding/json. See
	// [RegisterLayer].
	Config() (name string, settings any)
}

// Context tells a layer about the rows that it is given.
type Context struct {
	Train    bool   // whether this is a step of training
	Seed     uint64 // seed of everything random in training
	Step     uint64 // number of the step, from 0
	Layer    int    // index of the layer in the network, those in blocks counted one by one
	FirstRow int    // index in the batch of the first row

	Scratch []float64 // of a [Coupled] layer
}

// Param is a matrix of trainable parameters. A layer describes it; the network
// provides the memory for Value and Grad in Build order and sets the initial
// values.
type Param struct {
	Name  string // within the layer: "weight", "bias"
	Shape Shape
	Init  Init // initial values

	// FanIn and FanOut are the numbers of inputs that an output depends on
	// and of outputs that an input reaches, for the initialiser.
	FanIn, FanOut int

	// Value and Grad are contiguous Rows x Cols matrices. They are views into the
	// network's memory.
	Value, Grad kernels.Matrix

	owned  bool // whether it is part of a network
	offset int  // of Value in the network's memory
}

// Shape is the shape of a parameter, in memory and in files.
type Shape struct {
	Rows, Cols int  // in memory; gradients are computed in tiles of whole rows
	Vector     bool // a vector: Cols is 1, and files have one dimension
	Transposed bool // files hold the transpose, Cols x Rows
}

// Tile is a range of rows of a parameter.
type Tile struct {
	Param  *Param
	Lo, Hi int
	// Accumulate adds to the gradient instead of replacing it.
	Accumulate bool

	Scratch []float64 // of a [Coupled] layer
}

// grad returns the tile's part of the parameter's gradient.
func (t Tile) grad() kernels.Matrix { return t.Param.Grad.RowRange(t.Lo, t.Hi) }

// A LayerFactory remakes a layer from the settings that Config returned.
type LayerFactory func(settings json.RawMessage) (Layer, error)

var layerFactories = map[string]LayerFactory{}

// RegisterLayer makes a type of layer known to [Load]. It is called from an
// init function or before files are read, not while they are. It panics if the
// name is taken.
func RegisterLayer(name string, factory LayerFactory) {
	if _, taken := layerFactories[name]; taken || blockTypes[name] != nil {
		panic(fmt.Sprintf("nn: RegisterLayer: %q is registered already", name))
	}
	layerFactories[name] = factory
}

// registerSimple registers a layer without settings.
func registerSimple(name string, make func() Layer) {
	RegisterLayer(name, func(json.RawMessage) (Layer, error) { return make(), nil })
}
