package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadByHand(t *testing.T) {
	if got, want := mustRead(t, byHand), byHandFile(); !sameFile(got, want) {
		t.Errorf("read %+v, want %+v", got, want)
	}
}

// Readers may hand out bytes in any portions, and the end with the last one.
func TestReadPortions(t *testing.T) {
	for name, r := range map[string]io.Reader{
		"one byte":      iotest.OneByteReader(bytes.NewReader(byHand)),
		"data with EOF": iotest.DataErrReader(bytes.NewReader(byHand)),
	} {
		got, err := Read(r, Limits{})
		if err != nil || !sameFile(got, byHandFile()) {
			t.Errorf("%s: read %+v, %v", name, got, err)
		}
	}
}

// What other writers may do and we do not.
func TestReadForeign(t *testing.T) {
	a, b := New("a", []int{2}, []uint8{1, 2}), New("b", nil, []int8{-1})
	empty := New("empty", []int{3, 0}, []float64{})
	for _, test := range []struct {
		name string
		file []byte
		want File
	}{
		{"no tensors", raw(`{}`), File{}},
		{"only metadata", raw(`{"__metadata__":{"k":"v"}}`), File{Metadata: map[string]string{"k": "v"}}},
		{"empty metadata", raw(`{"__metadata__":{}}`), File{}},
		{"white space", raw("{ \"b\" :\n{\"dtype\": \"I8\",\t\"shape\": [ ], \"data_offsets\": [0, 1]} }\r\n ", 255), File{Tensors: []Tensor{b}}},
		{"fields in another order", raw(`{"b":{"data_offsets":[0,1],"shape":[],"dtype":"I8"}}`, 255), File{Tensors: []Tensor{b}}},
		{"header not in the order of the data",
			raw(`{"b":{"dtype":"I8","shape":[],"data_offsets":[2,3]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, 1, 2, 255),
			File{Tensors: []Tensor{a, b}}},
		{"empty tensor named after the one at its place",
			raw(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"empty":{"dtype":"F64","shape":[3,0],"data_offsets":[0,0]}}`, 1, 2),
			File{Tensors: []Tensor{empty, a}}},
		{"escapes", raw(`{"__metadata__":{"\u00e4\n":"\ud83d\ude00\/"}}`), File{Metadata: map[string]string{"ä\n": "😀/"}}},
		{"packed elements", raw(`{"x":{"dtype":"F4","shape":[3,2],"data_offsets":[0,3]},"y":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[3,6]}}`, 1, 2, 3, 4, 5, 6),
			File{Tensors: []Tensor{{"x", F4, []int{3, 2}, []byte{1, 2, 3}}, {"y", F6E2M3, []int{4}, []byte{4, 5, 6}}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := mustRead(t, test.file); !sameFile(got, &test.want) {
				t.Errorf("read %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestReadRejects(t *testing.T) {
	// one returns a file with one tensor "x" of the given description and 8 bytes of data.
	one := func(description string) []byte {
		return raw(`{"x":`+description+`}`, make([]byte, 8)...)
	}
	// two returns a file with two tensors of 4 bytes each at the given offsets in 8 bytes of data.
	two := func(x, y string) []byte {
		return raw(fmt.Sprintf(`{"x":{"dtype":"F32","shape":[1],"data_offsets":%s},"y":{"dtype":"F32","shape":[1],"data_offsets":%s}}`, x, y), make([]byte, 8)...)
	}
	const huge = "9223372036854775808" // 2^63
	for _, test := range []struct {
		name   string
		file   []byte
		tensor string // that the error must name
		want   string // that the error must say
	}{
		{"empty file", nil, "", "truncated: it has 0 of 8 bytes of header length"},
		{"header length of 2^60", []byte{0, 0, 0, 0, 0, 0, 0, 0x10, '{', '}'}, "", "header of 1152921504606846976 bytes, the limit is 100000000"},
		{"header length of 2^64-1", []byte("\xff\xff\xff\xff\xff\xff\xff\xff{}"), "", "header of 18446744073709551615 bytes"},
		{"header length over the limit", binary.LittleEndian.AppendUint64(nil, MaxHeaderBytes+1), "", "the limit is 100000000"},
		{"header shorter than announced", binary.LittleEndian.AppendUint64(nil, MaxHeaderBytes), "", "truncated: it has 0 of 100000000 bytes of header"},
		{"web page", []byte("<!DOCTYPE html><html></html>"), "", "no safetensors file"},
		{"no header", raw(``), "", "does not begin with '{'"},
		{"header is an array", raw(`[]`), "", "does not begin with '{'"},
		{"header is null", raw(`null`), "", "does not begin with '{'"},
		{"header begins with a space", raw(` {}`), "", "does not begin with '{'"},
		{"header not UTF-8", raw("{\"\xff\":{}}"), "", "not valid UTF-8"},
		{"header cut short", raw(`{"x":{"dtype":"F32"`), "x", "not valid JSON"},
		{"header with a comma too many", raw(`{"__metadata__":{},}`), "", "not valid JSON"},
		{"header with a comma too few", raw(`{"__metadata__":{} "x":{}}`), "", "not valid JSON"},
		{"header goes on", raw(`{}{}`), "", "goes on after its closing"},
		{"header padded with zeros", raw("{}\x00\x00"), "", "goes on after its closing"},

		{"metadata twice", raw(`{"__metadata__":{},"__metadata__":{}}`), "", `the header has the key "__metadata__" twice`},
		{"metadata key twice", raw(`{"__metadata__":{"k":"1","k":"1"}}`), "", `__metadata__ has the key "k" twice`},
		{"metadata is null", raw(`{"__metadata__":null}`), "", "__metadata__ is not an object"},
		{"metadata is text", raw(`{"__metadata__":"text"}`), "", "__metadata__ is not an object"},
		{"metadata value is a number", raw(`{"__metadata__":{"k":1}}`), "", `key "k" is not a string`},
		{"metadata value is null", raw(`{"__metadata__":{"k":null}}`), "", `key "k" is not a string`},
		{"metadata value is an object", raw(`{"__metadata__":{"k":{}}}`), "", `key "k" is not a string`},

		{"tensor twice", raw(`{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`), "", `key "x" twice`},
		{"tensor twice, spelled differently", raw(`{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\u0078":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`), "", `key "x" twice`},
		{"tensor is null", one(`null`), "x", "not an object"},
		{"tensor is an array", one(`[]`), "x", "not an object"},
		{"tensor without dtype", one(`{"shape":[8],"data_offsets":[0,8]}`), "x", "no dtype"},
		{"tensor without shape", one(`{"dtype":"U8","data_offsets":[0,8]}`), "x", "no shape"},
		{"tensor without offsets", one(`{"dtype":"U8","shape":[8]}`), "x", "data_offsets has 0 numbers"},
		{"unknown field", one(`{"dtype":"U8","shape":[8],"data_offsets":[0,8],"strides":[1]}`), "x", `unknown field "strides"`},
		{"field twice", one(`{"dtype":"U8","shape":[8],"shape":[8],"data_offsets":[0,8]}`), "x", `key "shape" twice`},
		{"unknown dtype", one(`{"dtype":"F31","shape":[2],"data_offsets":[0,8]}`), "x", `unknown dtype "F31"`},
		{"dtype in lower case", one(`{"dtype":"f32","shape":[2],"data_offsets":[0,8]}`), "x", `unknown dtype "f32"`},
		{"dtype is null", one(`{"dtype":null,"shape":[2],"data_offsets":[0,8]}`), "x", "dtype is not a string"},
		{"dtype is empty", one(`{"dtype":"","shape":[2],"data_offsets":[0,8]}`), "x", "no dtype"},

		{"shape is null", one(`{"dtype":"F32","shape":null,"data_offsets":[0,8]}`), "x", "shape is not an array"},
		{"shape is a number", one(`{"dtype":"F32","shape":2,"data_offsets":[0,8]}`), "x", "shape is not an array"},
		{"shape with null", one(`{"dtype":"F32","shape":[null],"data_offsets":[0,8]}`), "x", "shape is not an array of whole numbers"},
		{"shape with text", one(`{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}`), "x", "shape is not an array of whole numbers"},
		{"shape with an array", one(`{"dtype":"F32","shape":[[2]],"data_offsets":[0,8]}`), "x", "shape is not an array of whole numbers"},
		{"shape negative", one(`{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}`), "x", "shape has the number -2"},
		{"shape negative twice", one(`{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}`), "x", "shape has the number -1"},
		{"shape with minus zero", one(`{"dtype":"F32","shape":[-0],"data_offsets":[0,8]}`), "x", "shape has the number -0"},
		{"shape with a fraction", one(`{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}`), "x", "shape has the number 2.0"},
		{"shape with an exponent", one(`{"dtype":"F32","shape":[2e0],"data_offsets":[0,8]}`), "x", "shape has the number 2e0"},
		{"shape beyond an int", one(`{"dtype":"F32","shape":[` + huge + `],"data_offsets":[0,8]}`), "x", "shape has the number " + huge},
		{"shape overflows to the right size", one(`{"dtype":"U8","shape":[2147483647,2147483647,2147483647,8],"data_offsets":[0,8]}`), "x", "more elements than"},
		{"shape too small", one(`{"dtype":"F32","shape":[1],"data_offsets":[0,8]}`), "x", "span 8 bytes, but shape [1] of F32 takes 4"},
		{"shape too large", one(`{"dtype":"F32","shape":[1,3],"data_offsets":[0,8]}`), "x", "span 8 bytes, but shape [1,3] of F32 takes 12"},
		{"half a byte", one(`{"dtype":"F4","shape":[15],"data_offsets":[0,8]}`), "x", "does not fill whole bytes"},

		{"one offset", one(`{"dtype":"F32","shape":[2],"data_offsets":[8]}`), "x", "data_offsets has 1 numbers"},
		{"three offsets", one(`{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}`), "x", "data_offsets has 3 numbers"},
		{"offset negative", one(`{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}`), "x", "data_offsets has the number -8"},
		{"offset beyond an int", one(`{"dtype":"F32","shape":[2],"data_offsets":[0,` + huge + `]}`), "x", "data_offsets has the number " + huge},
		{"offsets end before they begin", raw(`{"x":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"y":{"dtype":"U8","shape":[0],"data_offsets":[8,4]}}`, make([]byte, 8)...), "y", "data_offsets [8,4] span -4 bytes"},
		{"gap before the first", one(`{"dtype":"F32","shape":[1],"data_offsets":[4,8]}`), "x", "begins at byte 4, want 0"},
		{"gap between", raw(`{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"y":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}`, 1, 2, 3, 4, 5), "y", "begins at byte 3, want 2"},
		{"overlap", two(`[0,4]`, `[2,6]`), "y", "begins at byte 2, want 4"},
		{"the same data", two(`[0,4]`, `[0,4]`), "y", "begins at byte 0, want 4"},
		{"one within the other", raw(`{"x":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"y":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}`, make([]byte, 8)...), "y", "begins at byte 2, want 8"},

		{"data missing", raw(`{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`), "", "truncated: it has 0 of 8 bytes of tensor data"},
		{"data cut short", raw(`{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 1, 2, 3), "", "truncated: it has 3 of 8 bytes of tensor data"},
		{"data of 2^30 bytes missing", raw(`{"x":{"dtype":"U8","shape":[1073741824],"data_offsets":[0,1073741824]}}`, 1, 2, 3), "", "truncated: it has 3 of 1073741824 bytes"},
		{"data after the last tensor", raw(`{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, 1, 2, 3), "", "goes on after the data"},
		{"data without tensors", raw(`{}`, 1), "", "goes on after the data"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := readBytes(test.file)
			if err == nil {
				t.Fatalf("read %+v, want an error", f)
			}
			var format *FormatError
			if !errors.As(err, &format) || f != nil {
				t.Fatalf("returned (%v, %T), want a *FormatError alone", f, err)
			}
			if format.Tensor != test.tensor || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q about tensor %q, want %q about tensor %q", err, format.Tensor, test.want, test.tensor)
			}
			if named := strings.HasPrefix(err.Error(), fmt.Sprintf("safetensors: tensor %q: ", test.tensor)); named != (test.tensor != "") {
				t.Errorf("error %q does not name the tensor", err)
			}
		})
	}
}

// A file that ends anywhere before its end is a truncated one.
func TestReadTruncated(t *testing.T) {
	for n := range byHand {
		_, err := readBytes(byHand[:n])
		var format *FormatError
		if !errors.As(err, &format) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("first %d bytes: %v, want a *FormatError with io.ErrUnexpectedEOF", n, err)
		}
	}
}

// That the JSON of the header ends too soon does not make the file a truncated one.
func TestReadBadHeaderIsNotTruncated(t *testing.T) {
	for _, header := range []string{`{`, `{"x`, `{"x":`, `{"x":{"dtype":"F3`} {
		_, err := readBytes(raw(header))
		if err == nil || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			t.Errorf("header %s: error %v, want one that wraps neither io.EOF nor io.ErrUnexpectedEOF", header, err)
		}
	}
}

// Tensors share a block of memory, but none can grow into the next.
func TestReadTensorsAreApart(t *testing.T) {
	f := mustRead(t, byHand)
	_ = append(f.Tensors[0].Data, 0xFF)
	if !sameFile(f, byHandFile()) {
		t.Errorf("appending to the first tensor gave %+v", f)
	}
}

// A short file that claims to be long must not cost the memory it claims.
func TestReadMemory(t *testing.T) {
	for name, file := range map[string][]byte{
		"header": binary.LittleEndian.AppendUint64(nil, MaxHeaderBytes),
		"data":   raw(`{"x":{"dtype":"U8","shape":[2000000000],"data_offsets":[0,2000000000]}}`, 1, 2, 3),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := readBytes(file)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: read a truncated file", name)
		}
		if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
			t.Errorf("%s: allocated %d bytes for a file of %d", name, got, len(file))
		}
	}
}

// Blocks that take several steps to grow arrive whole.
func TestReadLarge(t *testing.T) {
	values := make([]uint32, 300_001)
	for i := range values {
		values[i] = uint32(i)
	}
	want := &File{Tensors: []Tensor{New("x", []int{len(values)}, values)}}
	if !sameFile(mustRead(t, mustWrite(t, want)), want) {
		t.Error("large tensor changed on the way")
	}
}

func TestReadLimits(t *testing.T) {
	const headerBytes, dataBytes = 136, 10 // of byHand
	for _, test := range []struct {
		limits Limits
		want   string
	}{
		{Limits{HeaderBytes: headerBytes, DataBytes: dataBytes}, ""},
		{Limits{HeaderBytes: headerBytes - 1}, "header of 136 bytes, the limit is 135"},
		{Limits{DataBytes: dataBytes - 1}, "tensors take 10 bytes, the limit is 9"},
	} {
		_, err := Read(bytes.NewReader(byHand), test.limits)
		if test.want == "" && err != nil {
			t.Errorf("%+v: %v", test.limits, err)
		}
		if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%+v: error %v, want %q", test.limits, err, test.want)
		}
	}
}

// A reader that fails is not a file that is wrong.
func TestReadReaderFails(t *testing.T) {
	failure := errors.New("cable unplugged")
	for n := range len(byHand) + 1 {
		_, err := Read(io.MultiReader(bytes.NewReader(byHand[:n]), iotest.ErrReader(failure)), Limits{})
		var format *FormatError
		if !errors.Is(err, failure) || errors.As(err, &format) {
			t.Errorf("failure after %d bytes: %v, want it wrapped, and no *FormatError", n, err)
		}
	}
}

// Names and shapes may be as long as the header; messages must not be.
func TestErrorsAreShort(t *testing.T) {
	long := strings.Repeat("x", 1<<16)
	for _, file := range [][]byte{
		raw(`{"` + long + `":{}}`),
		raw(`{"x":{"` + long + `":1}}`),
		raw(`{"__metadata__":{"` + long + `":1}}`),
		raw(`{"x":{"dtype":"` + long + `","shape":[],"data_offsets":[0,0]}}`),
		raw(`{"x":{"dtype":"U8","shape":[` + strings.Repeat("1,", 1<<16) + `1],"data_offsets":[0,0]}}`),
		raw(`{"x":{"dtype":"U8","shape":[` + strings.Repeat("1", 1<<16) + `],"data_offsets":[0,0]}}`),
		raw(`{"x":` + long + `}`),
	} {
		_, err := readBytes(file)
		if err == nil || len(err.Error()) > 500 {
			t.Errorf("%.40s...: error of %d bytes, want a short one", file[8:], len(fmt.Sprint(err)))
		}
	}
}
