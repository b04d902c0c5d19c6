package nn

import "fmt"

// CopyFrom sets the parameters and the running statistics to those of a network
// with the same ones by name and shape. Unlike [Network.Clone] it needs no
// registered layers.
func (n *Network) CopyFrom(other *Network) error {
	if len(n.stored) != len(other.stored) {
		return fmt.Errorf("nn: CopyFrom: %d parameters, the other network has %d", len(n.stored), len(other.stored))
	}
	for i, p := range n.stored {
		if q := other.stored[i]; q.name != p.name || q.Shape != p.Shape {
			return fmt.Errorf("nn: CopyFrom: parameter %q is %d x %d, the other network's is %q, %d x %d",
				p.name, p.Shape.Rows, p.Shape.Cols, q.name, q.Shape.Rows, q.Shape.Cols)
		}
	}
	for i, p := range n.stored {
		copy(p.Value.Data, other.stored[i].Value.Data)
	}
	return nil
}
