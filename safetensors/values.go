package safetensors

import (
	"encoding/binary"
	"slices"
)

// An Element is a Go type that the format can store as it is: bool as BOOL,
// float32 as F32, int64 as I64 and so on.
type Element interface {
	bool | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64
}

// dtypeOf returns the element type that stores a T.
func dtypeOf[T Element]() DType {
	switch any(*new(T)).(type) {
	case bool:
		return Bool
	case int8:
		return I8
	case int16:
		return I16
	case int32:
		return I32
	case int64:
		return I64
	case uint8:
		return U8
	case uint16:
		return U16
	case uint32:
		return U32
	case uint64:
		return U64
	case float32:
		return F32
	default:
		return F64
	}
}

// New returns a tensor with a copy of values, row-major, in the element type of
// T. That shape and values agree is checked by [Write].
func New[T Element](name string, shape []int, values []T) Tensor {
	data := make([]byte, len(values)*dtypeOf[T]().Bits()/8)
	mustFit(binary.Encode(data, binary.LittleEndian, values))
	return Tensor{Name: name, DType: dtypeOf[T](), Shape: slices.Clone(shape), Data: data}
}

// Copy copies the elements of t to dst, bit for bit. It is an error if the
// element type of t is not that of T, or if dst has not exactly t's length;
// nothing is copied then.
func Copy[T Element](dst []T, t Tensor) error {
	count, err := elements[T](t)
	if err != nil {
		return err
	}
	if count != len(dst) {
		return tensorErrorf(t.Name, "shape %s has %d elements, want %d", shorten(shapeText(t.Shape)), count, len(dst))
	}
	mustFit(binary.Decode(t.Data, binary.LittleEndian, dst))
	return nil
}

// Values returns the elements of t, bit for bit, in a new slice. It is an error
// if the element type of t is not that of T.
func Values[T Element](t Tensor) ([]T, error) {
	count, err := elements[T](t)
	if err != nil {
		return nil, err
	}
	values := make([]T, count)
	return values, Copy(values, t)
}

// elements returns the number of t's elements if they are of type T.
func elements[T Element](t Tensor) (int, error) {
	if want := dtypeOf[T](); t.DType != want {
		return 0, tensorErrorf(t.Name, "dtype is %s, want %s", shorten(string(t.DType)), want)
	}
	if err := t.check(); err != nil {
		return 0, err
	}
	return len(t.Data) / (t.DType.Bits() / 8), nil
}

// mustFit takes the results of an encoding whose sizes were made to match, so
// that only a bug in this file can make it fail.
func mustFit(_ int, err error) {
	if err != nil {
		panic(err)
	}
}
