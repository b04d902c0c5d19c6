package nn

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Stack makes one layer of several that follow each other. Its parameters are
// named after the places within: "2.0.weight". It serves to build networks of
// parts; what they compute is the same without.
func Stack(layers ...Layer) Layer { return &block{name: "Stack", layers: layers} }

// Residual adds its input to what the layers make of it, y = x + f(x) (He et
// al., CVPR 2016). The layers' output must be as wide as their input. The sum is
// rounded once, f(x) first.
func Residual(layers ...Layer) Layer { return &block{name: "Residual", layers: layers} }

// blockTypes makes blocks anew, by the names in files.
var blockTypes = map[string]func(...Layer) Layer{"Stack": Stack, "Residual": Residual}

// A block is a layer in name only: networks take up the layers within.
type block struct {
	Layer  // never called
	name   string
	layers []Layer
}

func (b *block) Config() (string, any) { return b.name, nil }

// join is the end of a residual block. The workspace and the predictor do the
// sum.
type join struct {
	Layer // never called
}

func (join) Config() (string, any) { return "Residual", nil }
func (join) Params() []*Param      { return nil }

// maxNesting is the depth up to which blocks may stand in one another, so that
// files cannot ask for more.
const maxNesting = 32

// buildBlock adds the layers of a block.
func (n *Network) buildBlock(at place, b *block) error {
	fail := func(err error) error { return fmt.Errorf("layer %s (%s): %w", at.path, b.name, err) }
	switch {
	case len(b.layers) == 0:
		return fail(errors.New("has no layers, want at least one"))
	case strings.Count(at.path, ".") >= maxNesting:
		return fail(fmt.Errorf("stands in %d others, want at most %d", maxNesting, maxNesting-1))
	}
	first, width := len(n.layers), n.Outputs()
	for i, layer := range b.layers {
		if err := n.build(place{at.path + "." + strconv.Itoa(i), at.top}, layer); err != nil {
			return err
		}
	}
	if b.name != "Residual" {
		return nil
	}
	if n.Outputs() != width {
		return fail(fmt.Errorf("its layers turn %d columns into %d, want as many", width, n.Outputs()))
	}
	n.ends[first] = append(n.ends[first], len(n.layers))
	n.append(at, join{}, width, first)
	return nil
}
