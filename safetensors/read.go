package safetensors

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// MaxHeaderBytes is the longest header that the format allows.
const MaxHeaderBytes = 100_000_000

// Limits bound what [Read] accepts. The zero Limits are those of the format.
type Limits struct {
	HeaderBytes int // longest header; 0 means MaxHeaderBytes
	DataBytes   int // largest data; 0 means no limit
}

// Read reads a file up to the end of r. It returns a [*FormatError] if the
// content breaks the format or a limit, and the error of r if reading fails.
//
// Memory grows with what arrives, not with what the file claims about itself.
// Tensors share one block of memory, so that one of them keeps all.
func Read(r io.Reader, limits Limits) (*File, error) {
	text, err := readHeaderText(r, limits)
	if err != nil {
		return nil, err
	}
	h, err := parseHeader(text)
	if err != nil {
		return nil, err
	}
	if err := h.check(); err != nil {
		return nil, err
	}
	size := h.dataSize()
	if limits.DataBytes > 0 && size > limits.DataBytes {
		return nil, formatErrorf("the tensors take %d bytes, the limit is %d", size, limits.DataBytes)
	}
	data, err := readBlock(r, size, "tensor data")
	if err != nil {
		return nil, err
	}
	if err := expectEnd(r); err != nil {
		return nil, err
	}
	return h.file(data), nil
}

// readHeaderText reads the length of the header and the header.
func readHeaderText(r io.Reader, limits Limits) ([]byte, error) {
	prefix, err := readBlock(r, 8, "header length")
	if err != nil {
		return nil, err
	}
	limit := limits.HeaderBytes
	if limit <= 0 {
		limit = MaxHeaderBytes
	}
	length := binary.LittleEndian.Uint64(prefix)
	if length > uint64(limit) {
		return nil, formatErrorf("header of %d bytes, the limit is %d: this is no safetensors file, or it is damaged", length, limit)
	}
	return readBlock(r, int(length), "header")
}

// file returns the file that h describes. Its tensors share the data.
func (h header) file(data []byte) *File {
	f := &File{Metadata: h.metadata, Tensors: make([]Tensor, len(h.entries))}
	for i, e := range h.entries {
		f.Tensors[i] = Tensor{Name: e.name, DType: e.dtype, Shape: e.shape, Data: data[e.begin:e.end:e.end]}
	}
	return f
}

// readBlock reads n bytes. A file may claim any size, so that the block starts
// small and doubles only when it has been filled.
func readBlock(r io.Reader, n int, what string) ([]byte, error) {
	const start = 64 << 10
	var block []byte
	for len(block) < n {
		filled := len(block)
		grown := make([]byte, filled+min(n-filled, max(filled, start)))
		copy(grown, block)
		m, err := io.ReadFull(r, grown[filled:])
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, formatErrorf("the file is truncated: it has %d of %d bytes of %s (%w)",
				filled+m, n, what, io.ErrUnexpectedEOF)
		}
		if err != nil {
			return nil, fmt.Errorf("safetensors: cannot read the %s: %w", what, err)
		}
		block = grown
	}
	return block, nil
}

// expectEnd returns an error unless r is at its end.
func expectEnd(r io.Reader) error {
	switch _, err := io.ReadFull(r, make([]byte, 1)); err {
	case io.EOF:
		return nil
	case nil:
		return formatErrorf("the file goes on after the data of its last tensor")
	default:
		return fmt.Errorf("safetensors: cannot read to the end: %w", err)
	}
}
