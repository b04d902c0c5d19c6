package dataset

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// encodeIDX is the inverse of ReadIDX.
func encodeIDX(dims []uint32, data []byte) []byte {
	file := []byte{0, 0, idxUint8, byte(len(dims))}
	for _, dim := range dims {
		file = binary.BigEndian.AppendUint32(file, dim)
	}
	return append(file, data...)
}

// unsigned returns dimensions as a file holds them.
func unsigned(dims []int) []uint32 {
	converted := make([]uint32, len(dims))
	for i, dim := range dims {
		converted[i] = uint32(dim)
	}
	return converted
}

// product returns the number of elements.
func product(dims []uint32) int {
	size := 1
	for _, dim := range dims {
		size *= int(dim)
	}
	return size
}

// compress returns data as a gzip file.
func compress(data []byte) []byte {
	var file bytes.Buffer
	w := gzip.NewWriter(&file)
	w.Write(data)
	w.Close()
	return file.Bytes()
}

// ramp returns n bytes 0, 1, 2, ...
func ramp(n int) []byte {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(i)
	}
	return data
}

func TestReadIDX(t *testing.T) {
	for _, dims := range [][]uint32{{1}, {7}, {2, 3, 4}, {1, 1, 1}, {3, 5}, {200, 28, 28}} {
		size := product(dims)
		plain := encodeIDX(dims, ramp(size))
		for _, file := range [][]byte{plain, compress(plain)} {
			// One byte at a time: short reads are no end of file.
			idx, err := ReadIDX(iotest.OneByteReader(bytes.NewReader(file)), "x", len(dims))
			if err != nil {
				t.Fatalf("%v: %v", dims, err)
			}
			if !slices.Equal(unsigned(idx.Dims), dims) || !bytes.Equal(idx.Data, ramp(size)) {
				t.Errorf("%v: got %v, %d bytes", dims, idx.Dims, len(idx.Data))
			}
		}
	}
}

func TestReadIDXErrors(t *testing.T) {
	header := func(bytes ...byte) []byte { return bytes }
	tests := []struct {
		name string
		file []byte
		want string // the field and what is wrong with it
	}{
		{"empty", nil, "magic: 0 of 4 bytes"},
		{"one byte", header(0), "magic: 1 of 4 bytes"},
		{"text", []byte("<html>"), `magic: the file begins with "<htm"`},
		{"type", header(0, 0, 0x0D, 3), "type: 0x0d (float32), want 0x08 (unsigned byte)"},
		{"unknown type", header(0, 0, 0x77, 3), "type: 0x77 (unknown)"},
		{"labels", encodeIDX([]uint32{6}, ramp(6)), "number of dimensions: 1, want 3"},
		{"many dimensions", header(0, 0, 8, 255), "number of dimensions: 255, want 3"},
		{"no dimensions", header(0, 0, 8, 3), "dimension 0: 0 of 4 bytes"},
		{"half a dimension", header(0, 0, 8, 3, 0, 0, 0, 1, 0, 0), "dimension 1: 2 of 4 bytes"},
		{"zero", encodeIDX([]uint32{2, 0, 3}, nil), "dimension 1: impossible length 0"},
		{"overflow", encodeIDX([]uint32{1<<32 - 1, 1<<32 - 1, 1<<32 - 1}, nil), "impossible length 4294967295"},
		{"overflow to zero", encodeIDX([]uint32{1 << 31, 1 << 31, 4}, nil), "impossible length"},
		{"no data", encodeIDX([]uint32{2, 3, 4}, nil), "data: 0 of 24 bytes (dimensions [2 3 4])"},
		{"short", encodeIDX([]uint32{2, 3, 4}, ramp(23)), "data: 23 of 24 bytes"},
		{"long", encodeIDX([]uint32{2, 3, 4}, ramp(25)), "data: the file goes on after the 24 bytes"},
		{"gzip header", header(0x1f, 0x8b), "gzip header: the file ends early"},
		{"gzip method", header(0x1f, 0x8b, 0, 0, 0, 0, 0, 0, 0, 0), "gzip header: gzip: invalid header"},
		{"compressed text", compress([]byte("<html>")), `magic: the file begins with "<htm"`},
		{"after gzip", append(compress(encodeIDX([]uint32{1, 1, 2}, ramp(2))), "junk"...), "data: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := ReadIDX(bytes.NewReader(test.file), "some-file.gz", 3)
			if err == nil {
				t.Fatal("no error")
			}
			if message := err.Error(); !strings.HasPrefix(message, "some-file.gz: ") || !strings.Contains(message, test.want) {
				t.Errorf("got  %v\nwant some-file.gz: %s", err, test.want)
			}
		})
	}
}

// Every file that ends too early is an error, and so is every damaged byte of a
// compressed one that gzip's checksum covers.
func TestReadIDXDamaged(t *testing.T) {
	plain := encodeIDX([]uint32{3, 4, 5}, ramp(60))
	packed := compress(plain)
	for _, file := range [][]byte{plain, packed} {
		for n := range file {
			if _, err := ReadIDX(bytes.NewReader(file[:n]), "x", 3); err == nil {
				t.Errorf("no error for %d of %d bytes", n, len(file))
			}
		}
	}
	const gzipHeader = 10
	for i := gzipHeader; i < len(packed); i++ {
		damaged := slices.Clone(packed)
		damaged[i] ^= 0x10
		if idx, err := ReadIDX(bytes.NewReader(damaged), "x", 3); err == nil && !bytes.Equal(idx.Data, ramp(60)) {
			t.Errorf("no error although byte %d is damaged", i)
		}
	}
}

func TestReadIDXPassesErrorsOn(t *testing.T) {
	broken := errors.New("broken disk")
	for _, n := range []int{0, 3, 10, 30} {
		file := encodeIDX([]uint32{3, 4, 5}, ramp(60))[:n]
		r := iotest.DataErrReader(&failingReader{file, broken})
		if _, err := ReadIDX(r, "x", 3); !errors.Is(err, broken) {
			t.Errorf("after %d bytes: got %v, want it to be %v", n, err, broken)
		}
	}
}

// A failingReader reads data and then fails.
type failingReader struct {
	data []byte
	err  error
}

func (r *failingReader) Read(p []byte) (int, error) {
	if len(r.data) == 0 {
		return 0, r.err
	}
	n := copy(p, r.data)
	r.data = r.data[n:]
	return n, nil
}

// A header may promise what it likes: memory is taken for data alone.
func TestReadIDXMemory(t *testing.T) {
	plain := encodeIDX([]uint32{1 << 10, 1 << 10, 1<<11 - 1}, ramp(1000)) // 2 GB
	for _, file := range [][]byte{plain, compress(plain)} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := ReadIDX(bytes.NewReader(file), "x", 3)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Error("no error")
		}
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<20 {
			t.Errorf("%d bytes allocated for a file of %d", taken, len(file))
		}
	}
}

func TestOpenImages(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string, data []byte) {
		if err := os.WriteFile(path(name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("images", encodeIDX([]uint32{3, 2, 2}, ramp(12)))
	write("labels.gz", compress(encodeIDX([]uint32{3}, []byte{4, 0, 1})))
	write("two labels", encodeIDX([]uint32{2}, []byte{4, 0}))

	images, err := OpenImages(path("images"), path("labels.gz"))
	if err != nil {
		t.Fatal(err)
	}
	if images.Len() != 3 || images.Rows != 2 || images.Cols != 2 || len(images.Classes) != 5 {
		t.Errorf("got %d images of %d x %d in classes %q", images.Len(), images.Rows, images.Cols, images.Classes)
	}
	if got := images.Image(1); !bytes.Equal(got, []byte{4, 5, 6, 7}) || images.Labels[1] != 0 {
		t.Errorf("image 1 is %v, class %d", got, images.Labels[1])
	}

	for _, test := range []struct{ images, labels, want string }{
		{"images", "none", path("none")},
		{"none", "labels.gz", path("none")},
		{"labels.gz", "labels.gz", path("labels.gz") + ": number of dimensions: 1, want 3"},
		{"images", "images", path("images") + ": number of dimensions: 3, want 1"},
		{"images", "two labels", "holds 3 images but " + path("two labels") + " holds 2 labels"},
	} {
		_, err := OpenImages(path(test.images), path(test.labels))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s with %s: got %v, want %q", test.images, test.labels, err, test.want)
		}
	}
}

// Whatever the bytes are: no panic, and what is accepted is what the bytes say.
func FuzzReadIDX(f *testing.F) {
	plain := encodeIDX([]uint32{2, 3, 4}, ramp(24))
	f.Add(plain, 3)
	f.Add(compress(plain), 3)
	f.Add(encodeIDX([]uint32{5}, ramp(5)), 1)
	f.Add(encodeIDX([]uint32{1<<32 - 1, 1<<32 - 1, 1<<32 - 1}, nil), 3)
	f.Add(encodeIDX([]uint32{0, 1<<32 - 1, 1}, nil), 3)
	f.Add(plain[:20], 3)
	f.Add(compress(plain)[:20], 3)
	f.Fuzz(func(t *testing.T, file []byte, dims int) {
		idx, err := ReadIDX(bytes.NewReader(file), "x", dims)
		if err != nil {
			return
		}
		if !isGzip(file) && !bytes.Equal(encodeIDX(unsigned(idx.Dims), idx.Data), file) {
			t.Errorf("%v and %d bytes are not what the file holds", idx.Dims, len(idx.Data))
		}
		if len(idx.Dims) != dims || product(unsigned(idx.Dims)) != len(idx.Data) {
			t.Errorf("%d bytes for %v", len(idx.Data), idx.Dims)
		}
	})
}
