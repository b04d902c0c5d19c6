package safetensors

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

// checkValues checks the bytes of values in a tensor, and that they come back.
func checkValues[T Element](t *testing.T, dtype DType, values []T, data ...byte) {
	t.Helper()
	tensor := New("x", []int{len(values)}, values)
	if tensor.DType != dtype || !bytes.Equal(tensor.Data, data) {
		t.Errorf("%T %v became %s %x, want %s %x", values, values, tensor.DType, tensor.Data, dtype, data)
	}
	got, err := Values[T](tensor)
	if err != nil || !slices.Equal(got, values) {
		t.Errorf("%T %v came back as %v, %v", values, values, got, err)
	}
}

func TestValues(t *testing.T) {
	checkValues(t, Bool, []bool{false, true}, 0, 1)
	checkValues(t, U8, []uint8{1, 255}, 1, 255)
	checkValues(t, I8, []int8{1, -2}, 1, 0xFE)
	checkValues(t, U16, []uint16{0x0102}, 2, 1)
	checkValues(t, I16, []int16{-2}, 0xFE, 0xFF)
	checkValues(t, U32, []uint32{0x01020304}, 4, 3, 2, 1)
	checkValues(t, I32, []int32{-2}, 0xFE, 0xFF, 0xFF, 0xFF)
	checkValues(t, U64, []uint64{0x0102030405060708}, 8, 7, 6, 5, 4, 3, 2, 1)
	checkValues(t, I64, []int64{-2}, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF)
	checkValues(t, F32, []float32{1, -2}, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0)
	checkValues(t, F64, []float64{1}, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F)
	checkValues(t, F32, []float32{})
}

// NaN, signed zero and denormals keep their bits.
func TestValuesBits(t *testing.T) {
	patterns := []uint32{0x7FC00001, 0xFFC12345, 0x80000000, 1, 0x807FFFFF, 0x7F800000, 0xFF800000}
	values := make([]float32, len(patterns))
	for i, bits := range patterns {
		values[i] = math.Float32frombits(bits)
	}
	got, err := Values[float32](New("x", []int{len(values)}, values))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range patterns {
		if bits := math.Float32bits(got[i]); bits != want {
			t.Errorf("%#x came back as %#x", want, bits)
		}
	}
}

// A tensor does not change with the slices it was made from.
func TestNewCopies(t *testing.T) {
	shape, values := []int{1}, []float32{1}
	tensor := New("x", shape, values)
	shape[0], values[0] = 7, 7
	if got, err := Values[float32](tensor); err != nil || tensor.Shape[0] != 1 || got[0] != 1 {
		t.Errorf("tensor changed to shape %v, values %v, %v", tensor.Shape, got, err)
	}
}

func TestCopyRejects(t *testing.T) {
	x := New("x", []int{2, 1}, []float32{1, 2})
	damaged := x
	damaged.Data = damaged.Data[:7]
	short, long, same, other := make([]float32, 1), make([]float32, 3), make([]float32, 2), make([]int32, 2)
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"short dst", Copy(short, x), "shape [2,1] has 2 elements, want 1"},
		{"long dst", Copy(long, x), "shape [2,1] has 2 elements, want 3"},
		{"other type of the same size", Copy(other, x), "dtype is F32, want I32"},
		{"data and shape disagree", Copy(same, damaged), "takes 8 bytes, its data has 7"},
	} {
		var format *FormatError
		if !errors.As(test.err, &format) || format.Tensor != "x" || !strings.Contains(test.err.Error(), test.want) {
			t.Errorf("%s: error %v, want a *FormatError about x with %q", test.name, test.err, test.want)
		}
	}
	if slices.ContainsFunc(slices.Concat(short, long, same), func(v float32) bool { return v != 0 }) {
		t.Error("a failed Copy wrote to dst")
	}
	if got, err := Values[float64](x); err == nil || got != nil {
		t.Errorf("Values of the wrong type = %v, %v, want an error alone", got, err)
	}
}

func TestByteSize(t *testing.T) {
	const maxInt = math.MaxInt
	for _, test := range []struct {
		dtype DType
		shape []int
		want  int    // -1 for an error
		text  string // in the error
	}{
		{F32, nil, 4, ""},
		{F32, []int{2, 3}, 24, ""},
		{C64, []int{3}, 24, ""},
		{F4, []int{2, 3}, 3, ""},
		{F6E3M2, []int{4, 3}, 9, ""},
		{F64, []int{0}, 0, ""},
		{F64, []int{0, maxInt, maxInt}, 0, ""},
		{U8, []int{maxInt}, maxInt, ""},
		{F64, []int{maxInt / 8}, maxInt / 8 * 8, ""},
		{F4, []int{maxInt - 1}, maxInt / 2, ""},
		{F64, []int{maxInt/8 + 1}, -1, "more bytes than this platform can address"},
		{U16, []int{maxInt}, -1, "more bytes than this platform can address"},
		{U8, []int{maxInt, 2}, -1, "more elements than this platform can address"},
		{U8, []int{maxInt, maxInt, 0}, -1, "more elements than this platform can address"},
		{F4, []int{maxInt}, -1, "does not fill whole bytes"},
		{F6E2M3, []int{2}, -1, "does not fill whole bytes"},
		{U8, []int{0, -1}, -1, "negative"},
	} {
		got, err := byteSize(test.dtype, test.shape)
		if test.want >= 0 && (got != test.want || err != nil) {
			t.Errorf("byteSize(%s, %v) = %d, %v, want %d", test.dtype, test.shape, got, err, test.want)
		}
		if test.want < 0 && (err == nil || !strings.Contains(err.Error(), test.text)) {
			t.Errorf("byteSize(%s, %v) = %d, %v, want an error with %q", test.dtype, test.shape, got, err, test.text)
		}
	}
}
