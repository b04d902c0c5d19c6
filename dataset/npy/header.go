package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// A header is what a file says about its data.
type header struct {
	dtype   dtype
	fortran bool // the first index varies fastest
	shape   []int
	size    int // of the data in bytes
}

// dtype is the type of the elements.
type dtype struct {
	kind  byte // as NumPy has it: b, i, u, f, U, S
	width int  // of an element in bytes
	order binary.ByteOrder
}

// maxHeader is far more than an array's description takes.
const maxHeader = 1 << 16

// readHeader reads all that stands before the data: the magic, the version, the length of
// the description, and the description, a Python dictionary.
func readHeader(r io.Reader) (h header, err error) {
	var start [8]byte
	if err := readFull(r, start[:]); err != nil {
		return h, fmt.Errorf("magic: %w", err)
	}
	if !bytes.HasPrefix(start[:], []byte("\x93NUMPY")) {
		return h, fmt.Errorf("magic: the file begins with %q: it is no .npy file", start[:6])
	}
	length := make([]byte, 4)
	switch version := start[6]; version {
	case 1:
		length = length[:2]
	case 2, 3:
	default:
		return h, fmt.Errorf("version %d.%d of the format, want 1.0, 2.0 or 3.0", version, start[7])
	}
	if err := readFull(r, length); err != nil {
		return h, fmt.Errorf("length of the header: %w", err)
	}
	n := binary.LittleEndian.Uint32(append(length, 0, 0)[:4])
	if n > maxHeader {
		return h, fmt.Errorf("header of %d bytes, the limit is %d: the file is damaged", n, maxHeader)
	}
	text := make([]byte, n)
	if err := readFull(r, text); err != nil {
		return h, fmt.Errorf("header: %w", err)
	}
	return parseHeader(string(text))
}

var (
	descriptions = regexp.MustCompile(`'descr':\s*'([^']*)'`)
	orders       = regexp.MustCompile(`'fortran_order':\s*(True|False)`)
	shapes       = regexp.MustCompile(`'shape':\s*\(([0-9, ]*)\)`)
)

func parseHeader(text string) (h header, err error) {
	description, order, shape := descriptions.FindStringSubmatch(text), orders.FindStringSubmatch(text), shapes.FindStringSubmatch(text)
	switch {
	case description == nil:
		return h, errors.New("header: no element type: arrays of records cannot be read")
	case order == nil || shape == nil:
		return h, errors.New("header: no order or no shape: the file is damaged")
	}
	if h.dtype, err = parseType(description[1]); err != nil {
		return h, err
	}
	h.fortran = order[1] == "True"
	h.size = h.dtype.width
	for field := range strings.SplitSeq(strings.TrimSuffix(strings.ReplaceAll(shape[1], " ", ""), ","), ",") {
		if shape[1] == "" {
			break // a scalar
		}
		length, err := strconv.ParseUint(field, 10, strconv.IntSize-1)
		if err != nil || length > 0 && h.size > math.MaxInt/int(length) {
			return h, fmt.Errorf("header: impossible shape (%s)", shape[1])
		}
		h.shape = append(h.shape, int(length))
		h.size *= int(length)
	}
	return h, nil
}

// parseType parses a byte order, a kind and a width, as in <f8.
func parseType(text string) (t dtype, err error) {
	unknown := fmt.Errorf("elements of type %q cannot be read, want booleans, integers, real numbers or text", text)
	if len(text) < 3 {
		return t, unknown
	}
	t = dtype{kind: text[1], order: binary.LittleEndian}
	if text[0] == '>' {
		t.order = binary.BigEndian
	}
	if t.width, err = strconv.Atoi(text[2:]); err != nil || t.width < 0 || t.width > maxHeader {
		return t, unknown
	}
	const characterSize = 4 // UTF-32
	valid := false
	switch w := t.width; t.kind {
	case 'b':
		valid = w == 1
	case 'i', 'u':
		valid = w == 1 || w == 2 || w == 4 || w == 8
	case 'f':
		valid = w == 2 || w == 4 || w == 8
	case 'U':
		t.width *= characterSize
		valid = w > 0
	case 'S':
		valid = w > 0
	}
	if !valid || !strings.ContainsRune("<>|=", rune(text[0])) {
		return t, unknown
	}
	return t, nil
}

// readFull fills b, and says of a file that ends too early what to do.
func readFull(r io.Reader, b []byte) error {
	n, err := io.ReadFull(r, b)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return truncated(n, len(b))
	}
	return err
}

func truncated(have, want int) error {
	return fmt.Errorf("%d of %d bytes: the file is truncated, fetch it again", have, want)
}
