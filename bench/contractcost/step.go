package main

import (
	"context"
	"fmt"

	"github.com/lockstep-ml/lockstep/bench/internal/blas"
	"github.com/lockstep-ml/lockstep/nn"
)

// A network is what is trained.
type network struct {
	widths     []int
	activation string
	optimizer  string
	batch      int
}

var networks = []network{
	{[]int{784, 128, 10}, "relu", "sgd", 64},
	{[]int{784, 128, 10}, "relu", "adam", 64},
	{[]int{784, 128, 10}, "sigmoid", "sgd", 64},
	{[]int{784, 128, 10}, "tanh", "sgd", 64},
	{[]int{784, 128, 10}, "gelu", "sgd", 64},
	{[]int{784, 512, 256, 10}, "relu", "sgd", 128},
	{[]int{784, 512, 256, 10}, "relu", "adam", 128},
	{[]int{784, 512, 256, 10}, "tanh", "sgd", 128},
}

func (n network) String() string {
	text := fmt.Sprint(n.widths[0])
	for _, w := range n.widths[1:] {
		text += fmt.Sprintf("-%d", w)
	}
	return fmt.Sprintf("%s %s, batch %d, %s", text, n.activation, n.batch, n.optimizer)
}

// epoch returns a function that trains an epoch on one worker.
func (n network) epoch(data nn.Data) (func() error, error) {
	activation := map[string]func() nn.Layer{"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "gelu": nn.GELU}[n.activation]
	var layers []nn.Layer
	for _, width := range n.widths[1:] {
		layers = append(layers, nn.Dense(width), activation())
	}
	net, err := nn.Sequential(n.widths[0], 1, layers[:len(layers)-1]...)
	if err != nil {
		return nil, err
	}
	var optimizer nn.Optimizer = nn.NewSGD(0.1)
	if n.optimizer == "adam" {
		optimizer = nn.NewAdam(1e-3)
	}
	trainer, err := net.NewTrainer(nn.TrainerOptions{Loss: nn.CrossEntropy(), Optimizer: optimizer, BatchSize: n.batch, Workers: 1})
	if err != nil {
		return nil, err
	}
	return func() error {
		for _, err := range trainer.Epochs(context.Background(), data, 1) {
			return err
		}
		return nil
	}, nil
}

// The kinds of what a step does.
const (
	products    = "products"
	activations = "activations"
	loss        = "loss"
	updates     = "optimizer"
)

var kinds = []string{products, activations, loss, updates}

// A part is what a step does once.
type part struct {
	kind string
	work work
	// An optimizer's update is made while the gradient is computed. Its time is
	// that of both together, less that of the product alone.
	together, alone work
}

// A work is timed by itself.
type work struct {
	operation string // one of the C program's, or the functions product and descent
	size      int    // elements
	product   blas.Product
}

func (w work) isProduct() bool { return w.operation == product }

func (w work) String() string {
	if w.size > 0 {
		return fmt.Sprintf("%s %d", w.operation, w.size)
	}
	p := w.product
	text := fmt.Sprintf("%dx%dx%d", p.M, p.N, p.K)
	switch {
	case p.TransA:
		text += "TN"
	case p.TransB:
		text += "NT"
	}
	if !w.isProduct() {
		text += " with " + w.operation
	}
	return text
}

// Works of matrices.
const (
	product        = "product"
	descentBySGD   = "descent by sgd"
	descentByAdam  = "descent by adam"
	singleRow      = 1
	operationsSize = 4096
)

func multiply(m, n, k int) work {
	return work{operation: product, product: blas.Product{M: m, N: n, K: k}}
}

// step lists what a step consists of, but for the gathering of the rows, the biases
// and what the trainer itself does.
func (n network) step() []part {
	var parts []part
	layers := len(n.widths) - 1
	for l := range layers {
		in, out := n.widths[l], n.widths[l+1]
		parts = append(parts, part{kind: products, work: multiply(n.batch, out, in)})
		gradient := work{operation: product, product: blas.Product{TransA: true, M: in, N: out, K: n.batch}}
		parts = append(parts, part{kind: products, work: gradient})
		descent := gradient
		descent.operation = "descent by " + n.optimizer
		parts = append(parts, part{kind: updates, work: work{operation: n.optimizer, size: in * out}, together: descent, alone: gradient})
		if l > 0 {
			delta := work{operation: product, product: blas.Product{TransB: true, M: n.batch, N: in, K: out}}
			parts = append(parts, part{kind: products, work: delta})
		}
		if l < layers-1 {
			size := n.batch * out
			parts = append(parts, part{kind: activations, work: work{operation: n.activation, size: size}},
				part{kind: activations, work: work{operation: n.activation + "-back", size: size}})
		}
	}
	return append(parts, part{kind: loss, work: work{operation: "cross-entropy", size: n.batch * n.widths[layers]}})
}

// others are operations that stand for themselves: what a prediction of one row
// consists of, and what fixed chains and correct rounding cost in the first-level
// cache.
func others() []work {
	all := []work{multiply(singleRow, 128, 784), multiply(singleRow, 10, 128)}
	for _, name := range []string{"sum", "dot", "axpy", "softmax", "exp", "sigmoid", "tanh", "gelu"} {
		all = append(all, work{operation: name, size: operationsSize})
	}
	return all
}

// works are all that is timed, each once.
func works() []work {
	var all []work
	seen := map[work]bool{{}: true}
	add := func(w work) {
		if !seen[w] {
			seen[w] = true
			all = append(all, w)
		}
	}
	for _, n := range networks {
		for _, p := range n.step() {
			add(p.alone)
			add(p.together)
			add(p.work)
		}
	}
	for _, w := range others() {
		add(w)
	}
	return all
}
