package npy

import (
	"archive/zip"
	"bytes"
	"errors"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func mustOpen(t *testing.T, path string) map[string]*Array {
	t.Helper()
	arrays, err := OpenArchive(path)
	if err != nil {
		t.Fatal(err)
	}
	return arrays
}

// TestNumbers reads what testdata/fixture.py had NumPy write.
func TestNumbers(t *testing.T) {
	arrays := mustOpen(t, "testdata/numbers.npz")
	matrix := [][]float64{{1, 2, 3}, {4, 5, 6}}
	nan, inf := math.NaN(), math.Inf(1)
	want := map[string][][]float64{
		"bool": {{1, 0, 1}, {0, 1, 0}}, "columns": matrix, "negative": {{-1}, {-128}}, "half": {{0.5}},
		"special": {{-2.5}, {5.9604644775390625e-8}, {inf}, {nan}}, "vector": {{0.1}, {1e300}}, "cube": {nil, nil},
	}
	for i := range 24 {
		want["cube"][i/12] = append(want["cube"][i/12], float64(i))
	}
	for _, kind := range []string{"i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"} {
		want["little_"+kind], want["big_"+kind] = matrix, matrix
	}
	if len(arrays) != len(want)+2 {
		t.Errorf("%d arrays, want %d", len(arrays), len(want)+2)
	}
	for name, want := range want {
		a := arrays[name]
		rows, err := a.Rows()
		if err != nil || !slices.EqualFunc(rows, want, sameRow) {
			t.Errorf("%s: %v, %v; want %v", name, rows, err, want)
		}
		m, err := a.Matrix()
		if err != nil || m.Rows != len(want) || m.Cols != len(want[0]) || !(m.Data[0] == float32(want[0][0])) {
			t.Errorf("%s: matrix %v, %v; want %v", name, m, err, want)
		}
	}
	if v, err := arrays["cube"].Ints(); err != nil || v[23] != 23 || !slices.Equal(arrays["cube"].Shape, []int{2, 3, 4}) {
		t.Errorf("cube: %v of shape %v, %v", v, arrays["cube"].Shape, err)
	}
	if v, err := arrays["scalar"].Floats(); err != nil || !slices.Equal(v, []float64{7}) {
		t.Errorf("scalar: %v, %v", v, err)
	}
}

func sameRow(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || x != x && y != y })
}

func TestText(t *testing.T) {
	arrays := mustOpen(t, "testdata/text.npz")
	for name, want := range map[string][]string{
		"unicode": {"ä", "", "日本"}, "bytes": {"setosa", "virginica"}, "big": {"x"},
	} {
		if got, err := arrays[name].Strings(); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
}

func TestFiles(t *testing.T) {
	for _, name := range []string{"matrix", "version2"} {
		a, err := Open("testdata/" + name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		if v, err := a.Ints(); err != nil || !slices.Equal(v, []int{1, 2, 3, 4, 5, 6}) || !reflect.DeepEqual(a.Shape, []int{2, 3}) {
			t.Errorf("%s: %v of shape %v, %v", name, v, a.Shape, err)
		}
	}
}

// A value of the wrong type is an error.
func TestWrongType(t *testing.T) {
	numbers, text := mustOpen(t, "testdata/numbers.npz"), mustOpen(t, "testdata/text.npz")
	for _, test := range []struct {
		name string
		call func() error
		want string
	}{
		{"numbers as text", func() error { _, err := numbers["half"].Strings(); return err }, "numbers.npz: half.npy: the array holds numbers"},
		{"text as numbers", func() error { _, err := text["big"].Rows(); return err }, "text.npz: big.npy: the array holds text"},
		{"a fraction as label", func() error { _, err := numbers["half"].Ints(); return err }, "element 0 is 0.5, want a whole number"},
		{"infinity as label", func() error { _, err := numbers["special"].Ints(); return err }, "want a whole number"},
		{"rows of a scalar", func() error { _, err := numbers["scalar"].Matrix(); return err }, "the array is a scalar"},
		{"rows of nothing", func() error { _, err := numbers["empty"].Rows(); return err }, "the array is empty (shape [0 3])"},
	} {
		if err := test.call(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
}

// file returns a file of version 1.0 with the given description.
func file(description string, data ...byte) []byte {
	return slices.Concat([]byte("\x93NUMPY\x01\x00"), []byte{byte(len(description)), 0}, []byte(description), data)
}

func TestReadRejects(t *testing.T) {
	const tail = `'fortran_order': False, 'shape': (2,), }`
	for _, test := range []struct {
		name string
		file []byte
		want string
	}{
		{"an empty file", nil, "magic: 0 of 8 bytes: the file is truncated"},
		{"another format", []byte("<!DOCTYPE html>"), "it is no .npy file"},
		{"a version to come", []byte("\x93NUMPY\x04\x00"), "version 4.0 of the format"},
		{"no header", []byte("\x93NUMPY\x01\x00"), "length of the header: 0 of 2 bytes"},
		{"a header that is too long", []byte("\x93NUMPY\x02\x00\xff\xff\xff\xff"), "header of 4294967295 bytes, the limit is 65536"},
		{"a header cut short", file(`{'descr': '<f8', ` + tail)[:30], "header: 20 of "},
		{"no order", file(`{'descr': '<f8', 'shape': (2,), }`), "no order or no shape"},
		{"no shape", file(`{'descr': '<f8', 'fortran_order': False}`), "no order or no shape"},
		{"a negative length", file(`{'descr': '<f8', 'fortran_order': False, 'shape': (-2,), }`), "no order or no shape"},
		{"a shape with gaps", file(`{'descr': '<f8', 'fortran_order': False, 'shape': (2,,2), }`), "impossible shape"},
		{"a shape beyond an int", file(`{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }`), "impossible shape"},
		{"a shape that overflows", file(`{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }`), "impossible shape"},
		{"a width of nothing", file(`{'descr': '<U0', ` + tail), `elements of type "<U0" cannot be read`},
		{"a width beyond reason", file(`{'descr': '<U99999999999', ` + tail), "cannot be read"},
		{"no byte order", file(`{'descr': 'f8', ` + tail), "cannot be read"},
		{"data cut short", file(`{'descr': '<f8', `+tail, 1, 2, 3), "data: 3 of 16 bytes: the file is truncated"},
		{"a gigabyte that is not there", file(`{'descr': '<f8', 'fortran_order': True, 'shape': (134217728, 1), }`, 1), "data: 1 of 1073741824 bytes"},
		{"data that go on", file(`{'descr': '|u1', `+tail, 1, 2, 3), "goes on after the 2 bytes"},
	} {
		a, err := Read(bytes.NewReader(test.file), "x.npy")
		if err == nil || a != nil || !strings.HasPrefix(err.Error(), "x.npy: ") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, %v; want the error %q", test.name, a, err, test.want)
		}
	}
	for name, want := range map[string]string{"object": `elements of type "|O"`, "record": "arrays of records", "complex": `elements of type "<c16"`} {
		if a, err := Open("testdata/" + name + ".npy"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want the error %q", name, a, err, want)
		}
	}
	text, err := Read(bytes.NewReader(file(`{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }`, 0, 0xd8, 0, 0)), "x.npy")
	if err != nil {
		t.Fatal(err)
	}
	if s, err := text.Strings(); err == nil {
		t.Errorf("half a surrogate pair was read as %q", s)
	}
	failure := errors.New("cable unplugged")
	if _, err := Read(iotest.ErrReader(failure), "x.npy"); !errors.Is(err, failure) {
		t.Errorf("error %v, want it to wrap the reader's", err)
	}
}

// Every byte of an archive's data counts.
func TestReadArchiveRejects(t *testing.T) {
	read := func(data []byte) error {
		_, err := ReadArchive(bytes.NewReader(data), int64(len(data)), "x.npz")
		return err
	}
	content, err := os.ReadFile("testdata/text.npz") // not compressed
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(content, []byte("setosa"))
	content[at] ^= 1
	if err := read(content); !errors.Is(err, zip.ErrChecksum) {
		t.Errorf("an altered byte: %v, want %v", err, zip.ErrChecksum)
	}
	if err := read(content[:at]); !errors.Is(err, zip.ErrFormat) {
		t.Errorf("a truncated archive: %v, want %v", err, zip.ErrFormat)
	}
	archive := func(names ...string) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, name := range names {
			f, _ := w.Create(name)
			f.Write(file(`{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }`, 7))
		}
		w.Close()
		return b.Bytes()
	}
	if err := read(archive("a.npy", "a.npy")); err == nil || !strings.Contains(err.Error(), "a.npy twice") {
		t.Errorf("an array twice: %v", err)
	}
	if err := read(archive("readme.txt")); err == nil || !strings.Contains(err.Error(), "no .npy file") {
		t.Errorf("no array: %v", err)
	}
}

// FuzzRead checks what must hold for any bytes: no panic, no memory beyond a small multiple
// of the file's, and as many values as the shape says.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"matrix", "version2", "object", "record", "complex"} {
		content, err := os.ReadFile("testdata/" + name + ".npy")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Add(file(`{'descr': '<U2', 'fortran_order': True, 'shape': (1, 1), }`, 65, 0, 0, 0, 66, 0, 0, 0))
	f.Add(file(`{'descr': '>f2', 'fortran_order': True, 'shape': (2, 1, 2), }`, 1, 2, 3, 4, 5, 6, 7, 8))
	f.Add(file(`{'descr': '|b1', 'fortran_order': False, 'shape': (0, 99999999, 99999999), }`))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := Read(bytes.NewReader(data), "x.npy")
		if err != nil {
			return
		}
		if a.Len() > len(data) {
			t.Fatalf("%d elements in %d bytes", a.Len(), len(data))
		}
		if v, err := a.Floats(); err == nil && len(v) != a.Len() {
			t.Fatalf("%d numbers, want %d", len(v), a.Len())
		}
		if v, err := a.Strings(); err == nil && len(v) != a.Len() {
			t.Fatalf("%d texts, want %d", len(v), a.Len())
		}
		if rows, err := a.Rows(); err == nil && len(rows)*len(rows[0]) != a.Len() {
			t.Fatalf("rows %v of shape %v", rows, a.Shape)
		}
	})
}
