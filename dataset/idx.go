package dataset

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"os"
)

// An IDX is the content of an IDX file of unsigned bytes, the format of MNIST:
// an array with any number of dimensions, the last of them varying fastest.
type IDX struct {
	Dims []int
	Data []byte // one byte for each element, as many as the product of Dims
}

// idxUint8 is the type byte of unsigned bytes.
const idxUint8 = 0x08

// idxTypes names the element types of the format, by their type byte.
var idxTypes = map[byte]string{
	idxUint8: "unsigned byte", 0x09: "signed byte",
	0x0B: "int16", 0x0C: "int32", 0x0D: "float32", 0x0E: "float64",
}

// ReadIDX reads an IDX file of unsigned bytes with the given number of
// dimensions, three for images and one for labels. The file may be compressed
// by gzip, which shows in its first bytes; its name is used in errors only.
//
// The format is two zero bytes, a type byte, the number of dimensions in a
// byte, each dimension as a big-endian uint32, and the elements. Anything else
// is an error that names the field: another type or number of dimensions, a
// dimension of zero, too little or too much data. Memory grows with the data
// that is really there, whatever the header promises.
//
// Source: Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of
// handwritten digits, section "File formats".
func ReadIDX(r io.Reader, name string, dims int) (IDX, error) {
	return readIDX(r, name, dims, io.Discard)
}

// OpenImages reads a labelled set from a file of images and one of labels,
// both in IDX format, compressed by gzip or not.
func OpenImages(images, labels string) (*Images, error) {
	pixels, err := openIDX(images, 3, io.Discard)
	if err != nil {
		return nil, err
	}
	classes, err := openIDX(labels, 1, io.Discard)
	if err != nil {
		return nil, err
	}
	return pair(pixels, classes, images, labels)
}

// pair joins images with their labels. The names of the files are for errors.
func pair(images, labels IDX, imagesName, labelsName string) (*Images, error) {
	if images.Dims[0] != labels.Dims[0] {
		return nil, fmt.Errorf("%s holds %d images but %s holds %d labels: they do not belong together",
			imagesName, images.Dims[0], labelsName, labels.Dims[0])
	}
	return NewImages(images.Dims[1], images.Dims[2], images.Data, labels.Data)
}

// openIDX opens and reads an IDX file.
func openIDX(path string, dims int, plain io.Writer) (IDX, error) {
	file, err := os.Open(path)
	if err != nil {
		return IDX{}, err
	}
	defer file.Close()
	return readIDX(file, path, dims, plain)
}

// readIDX is ReadIDX with a copy of the uncompressed file to plain.
func readIDX(r io.Reader, name string, dims int, plain io.Writer) (IDX, error) {
	idx := IDX{}
	uncompressed, err := decompress(r)
	if err == nil {
		idx, err = parseIDX(io.TeeReader(uncompressed, plain), dims)
	}
	if err != nil {
		return IDX{}, fmt.Errorf("%s: %w", name, err)
	}
	return idx, nil
}

// decompress returns what r reads, uncompressed if it begins like a gzip file.
func decompress(r io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(r)
	start, err := buffered.Peek(2)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("reading: %w", err)
	}
	if !isGzip(start) {
		return buffered, nil
	}
	unzipped, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, fmt.Errorf("gzip header: %w", truncated(err))
	}
	return unzipped, nil
}

// isGzip reports whether data begins with the magic number of gzip.
func isGzip(data []byte) bool { return len(data) >= 2 && data[0] == 0x1f && data[1] == 0x8b }

// parseIDX reads an uncompressed IDX file to its end. Its errors begin with the
// field that is wrong.
func parseIDX(r io.Reader, dims int) (IDX, error) {
	if err := parseMagic(r, dims); err != nil {
		return IDX{}, err
	}
	shape, size, err := parseDims(r, dims)
	if err != nil {
		return IDX{}, err
	}
	data, err := readGrowing(r, size)
	if err != nil {
		return IDX{}, fmt.Errorf("data: %d of %d bytes (dimensions %v): %w", len(data), size, shape, truncated(err))
	}
	// Reading to the end also has gzip verify its checksum.
	switch n, err := io.ReadFull(r, make([]byte, 1)); {
	case n > 0:
		return IDX{}, fmt.Errorf("data: the file goes on after the %d bytes that its header announces (dimensions %v)", size, shape)
	case err != io.EOF:
		return IDX{}, fmt.Errorf("data: %w", truncated(err))
	}
	return IDX{Dims: shape, Data: data}, nil
}

// parseMagic reads the four bytes that tell an IDX file, the type of its
// elements and the number of its dimensions.
func parseMagic(r io.Reader, dims int) error {
	var magic [4]byte
	if n, err := io.ReadFull(r, magic[:]); err != nil {
		return fmt.Errorf("magic: %d of 4 bytes: %w", n, truncated(err))
	}
	if magic[0] != 0 || magic[1] != 0 {
		return fmt.Errorf("magic: the file begins with %q, want two zero bytes: it is not an IDX file", magic)
	}
	if magic[2] != idxUint8 {
		kind, ok := idxTypes[magic[2]]
		if !ok {
			kind = "unknown"
		}
		return fmt.Errorf("type: 0x%02x (%s), want 0x%02x (%s)", magic[2], kind, idxUint8, idxTypes[idxUint8])
	}
	if int(magic[3]) != dims {
		return fmt.Errorf("number of dimensions: %d, want %d (images have 3, labels 1)", magic[3], dims)
	}
	return nil
}

// parseDims reads the dimensions and returns them with their product.
func parseDims(r io.Reader, dims int) (shape []int, size int, err error) {
	shape, size = make([]int, dims), 1
	for i := range shape {
		var field [4]byte
		if n, err := io.ReadFull(r, field[:]); err != nil {
			return nil, 0, fmt.Errorf("dimension %d: %d of 4 bytes: %w", i, n, truncated(err))
		}
		length := binary.BigEndian.Uint32(field[:])
		overflow, product := bits.Mul64(uint64(size), uint64(length))
		if length == 0 || overflow != 0 || product > math.MaxInt {
			return nil, 0, fmt.Errorf("dimension %d: impossible length %d (after %v)", i, length, shape[:i])
		}
		shape[i], size = int(length), int(product)
	}
	return shape, size, nil
}

// readGrowing reads n bytes into a buffer that grows with what has arrived, so
// that a header which promises more than there is costs no memory. With an
// error it returns what it has read.
func readGrowing(r io.Reader, n int) ([]byte, error) {
	data := make([]byte, 0, min(n, 64<<10))
	for len(data) < n {
		if len(data) == cap(data) {
			more := min(len(data), n-len(data))
			data = append(make([]byte, 0, len(data)+more), data...)
		}
		got, err := io.ReadFull(r, data[len(data):cap(data)])
		data = data[:len(data)+got]
		if err != nil {
			return data, err
		}
	}
	return data, nil
}

// errTruncated says what to do where io.EOF does not.
var errTruncated = errors.New("the file ends early: it is truncated, fetch it again")

// truncated translates the end of a file where there should be more.
func truncated(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errTruncated
	}
	return err
}
