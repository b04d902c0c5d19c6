package nn

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// Summary returns a table of the layers, those of blocks one by one: the width of
// the output, the number of trained values, and the additions and
// multiplications for one row. These are counted where they grow with the square
// of the width, in [Dense], and for the sums of [Residual].
func (n *Network) Summary() string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "layer\ttype\toutput\tparameters\tflop a row\t")
	total := 0
	for l, layer := range n.layers {
		parameters := 0
		for i, p := range n.params {
			if n.owners[i] == l {
				parameters += len(p.Value.Data)
			}
		}
		flop := n.flop(l)
		total += flop
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t\n", n.places[l].path, layerName(layer), n.widths[l+1], parameters, flop)
	}
	fmt.Fprintf(t, "all\t\t%d\t%d\t%d\t\n", n.Outputs(), n.ParamCount(), total)
	t.Flush()
	return b.String()
}

// flop returns the additions and multiplications of layer l for one row.
func (n *Network) flop(l int) int {
	in, out := n.widths[l], n.widths[l+1]
	d, isDense := n.layers[l].(*dense)
	switch {
	case n.joins[l] >= 0:
		return out
	case !isDense:
		return 0
	case d.bias == nil:
		return 2 * in * out
	}
	return 2*in*out + out
}
