package safetensors

import (
	"fmt"
	"math"
	"strings"
)

// A Tensor is a named array of raw elements. [New] makes one from a slice of
// numbers; [Values] and [Copy] give the numbers back.
type Tensor struct {
	Name  string
	DType DType
	Shape []int  // sizes, outermost first; a scalar has none, an empty tensor has a 0
	Data  []byte // elements, row-major, little-endian on every platform
}

// check returns an error unless the fields of t agree with each other.
func (t Tensor) check() error {
	size, err := byteSize(t.DType, t.Shape)
	if err != nil {
		return &FormatError{Tensor: t.Name, Err: err}
	}
	if size != len(t.Data) {
		return tensorErrorf(t.Name, "shape %s of %s takes %d bytes, its data has %d",
			shorten(shapeText(t.Shape)), t.DType, size, len(t.Data))
	}
	return nil
}

// byteSize returns how many bytes a tensor of the given type and shape takes.
func byteSize(dtype DType, shape []int) (int, error) {
	width := dtype.Bits()
	if width == 0 {
		return 0, fmt.Errorf("unknown dtype %s, want a name such as F32 or I64", quote(string(dtype)))
	}
	invalid := func(problem string) (int, error) {
		return 0, fmt.Errorf("shape %s of %s %s", shorten(shapeText(shape)), dtype, problem)
	}
	count := 1
	for _, size := range shape {
		if size < 0 {
			return invalid("has a negative size")
		}
		if size > 0 && count > math.MaxInt/size {
			return invalid("has more elements than this platform can address")
		}
		count *= size
	}
	// Eight elements take width bytes. Counting in eights avoids the number of
	// bits, which may not fit an int where the number of bytes does.
	eights, restBits := count/8, count%8*width
	if restBits%8 != 0 {
		return invalid("does not fill whole bytes")
	}
	if eights > (math.MaxInt-restBits/8)/width {
		return invalid("has more bytes than this platform can address")
	}
	return eights*width + restBits/8, nil
}

// shapeText returns a shape as the header spells it: [2,3].
func shapeText(shape []int) string {
	return strings.ReplaceAll(fmt.Sprint(shape), " ", ",")
}
