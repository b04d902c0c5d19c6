package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestWriteByHand(t *testing.T) {
	if got := mustWrite(t, byHandFile()); !bytes.Equal(got, byHand) {
		t.Errorf("wrote\n%q\nwant\n%q", got, byHand)
	}
}

// Data starts at a multiple of 8 bytes, whatever the length of the names.
func TestWriteAligned(t *testing.T) {
	for n := range 17 {
		file := mustWrite(t, &File{Tensors: []Tensor{New(strings.Repeat("x", n), nil, []uint8{1})}})
		if length := binary.LittleEndian.Uint64(file); length%8 != 0 || int(length) != len(file)-8-1 {
			t.Errorf("name of %d bytes: header of %d bytes in a file of %d", n, length, len(file))
		}
	}
}

// The caller's order stays, in the header and in the data, also where empty
// tensors share their place with others.
func TestWriteKeepsOrder(t *testing.T) {
	want := &File{Tensors: []Tensor{
		New("z", []int{0}, []float64{}),
		New("y", []int{1}, []uint8{1}),
		New("d", []int{0, 5}, []int32{}),
		New("c", []int{5, 0}, []int32{}),
		New("x", []int{2}, []float32{2, 3}),
		New("a", []int{0}, []int64{}),
	}}
	file := mustWrite(t, want)
	if got := mustRead(t, file); !sameFile(got, want) {
		t.Errorf("read %+v, want %+v", got, want)
	}
	last := -1
	for _, tensor := range want.Tensors {
		place := bytes.Index(file, []byte(`"`+tensor.Name+`":{`))
		if place <= last {
			t.Errorf("tensor %s is at byte %d of the header, the one before at %d", tensor.Name, place, last)
		}
		last = place
	}
}

func TestEveryDType(t *testing.T) {
	for bits, dtypes := range map[int][]DType{
		4:  {F4},
		6:  {F6E2M3, F6E3M2},
		8:  {Bool, U8, I8, F8E4M3, F8E4M3FNUZ, F8E5M2, F8E5M2FNUZ, F8E8M0},
		16: {U16, I16, F16, BF16},
		32: {U32, I32, F32},
		64: {U64, I64, F64, C64},
	} {
		for _, dtype := range dtypes {
			if dtype.Bits() != bits {
				t.Errorf("%s has %d bits, want %d", dtype, dtype.Bits(), bits)
			}
			want := &File{Tensors: []Tensor{{Name: "x", DType: dtype, Shape: []int{2, 4}, Data: bytes.Repeat([]byte{0xA5}, bits)}}}
			if !sameFile(mustRead(t, mustWrite(t, want)), want) {
				t.Errorf("%s changed on the way", dtype)
			}
		}
	}
	if got := DType("F31").Bits(); got != 0 {
		t.Errorf("an unknown type has %d bits, want 0", got)
	}
}

// Any valid text is a name; encoding/json is the judge of our escapes.
func TestWriteEscapes(t *testing.T) {
	var every strings.Builder
	for r := range rune(0x300) {
		every.WriteRune(r)
	}
	every.WriteString("\u2028\u2029\ufffd😀</script>")
	for _, text := range []string{"", `"`, `\`, "\b\f\n\r\t\x00\x1f\x7f", every.String()} {
		var decoded string
		if err := json.Unmarshal([]byte(jsonString(text)), &decoded); err != nil || decoded != text {
			t.Errorf("%q is written as %s, which decodes to %q, %v", text, jsonString(text), decoded, err)
		}
		want := &File{Metadata: map[string]string{text: text}, Tensors: []Tensor{New(text, nil, []int8{1})}}
		if !sameFile(mustRead(t, mustWrite(t, want)), want) {
			t.Errorf("name %q changed on the way", text)
		}
	}
}

func TestWriteRejects(t *testing.T) {
	x := New("x", []int{2}, []float32{1, 2})
	for _, test := range []struct {
		name string
		file File
		want string
	}{
		{"too many values", File{Tensors: []Tensor{New("x", []int{2}, []float32{1, 2, 3})}}, `tensor "x": shape [2] of F32 takes 8 bytes, its data has 12`},
		{"too few values", File{Tensors: []Tensor{New("x", []int{2, 2}, []float32{1, 2, 3})}}, `tensor "x": shape [2,2] of F32 takes 16 bytes, its data has 12`},
		{"negative shape", File{Tensors: []Tensor{New("x", []int{-1, -1}, []float32{1})}}, `tensor "x": shape [-1,-1] of F32 has a negative size`},
		{"no dtype", File{Tensors: []Tensor{{Name: "x"}}}, `tensor "x": unknown dtype ""`},
		{"unknown dtype", File{Tensors: []Tensor{{Name: "x", DType: `F31"`}}}, `tensor "x": unknown dtype "F31\""`},
		{"the same name", File{Tensors: []Tensor{x, x}}, `tensor "x": another tensor has the same name`},
		{"reserved name", File{Tensors: []Tensor{New("__metadata__", nil, []int8{1})}}, `tensor "__metadata__": this name is reserved`},
		{"name not UTF-8", File{Tensors: []Tensor{New("\xff", nil, []int8{1})}}, `tensor "\xff": its name is not valid UTF-8`},
		{"metadata key not UTF-8", File{Metadata: map[string]string{"\xff": ""}}, `metadata key "\xff" or its value`},
		{"metadata value not UTF-8", File{Metadata: map[string]string{"k": "\xff"}}, `metadata key "k" or its value`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			err := Write(&b, &test.file)
			var format *FormatError
			if !errors.As(err, &format) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want a *FormatError with %q", err, test.want)
			}
			if b.Len() > 0 {
				t.Errorf("%d bytes were written before the error", b.Len())
			}
		})
	}
}

func TestWriteHeaderTooLong(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a header of 100 MB")
	}
	var b bytes.Buffer
	err := Write(&b, &File{Metadata: map[string]string{"k": strings.Repeat("x", MaxHeaderBytes)}})
	var format *FormatError
	if !errors.As(err, &format) || b.Len() > 0 {
		t.Errorf("wrote %d bytes, error %v, want a *FormatError alone", b.Len(), err)
	}
}

var errDiskFull = errors.New("disk full")

// A fullDisk fails once it has taken its capacity.
type fullDisk struct{ capacity int }

func (d *fullDisk) Write(p []byte) (int, error) {
	n := min(len(p), d.capacity)
	d.capacity -= n
	if n < len(p) {
		return n, errDiskFull
	}
	return n, nil
}

func TestWriteWriterFails(t *testing.T) {
	for capacity := range byHand {
		err := Write(&fullDisk{capacity}, byHandFile())
		var format *FormatError
		if !errors.Is(err, errDiskFull) || errors.As(err, &format) {
			t.Errorf("disk full after %d bytes: %v, want it wrapped, and no *FormatError", capacity, err)
		}
	}
	if err := Write(&fullDisk{len(byHand)}, byHandFile()); err != nil {
		t.Errorf("disk that just suffices: %v", err)
	}
}
