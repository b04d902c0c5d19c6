package safetensors

import (
	"cmp"
	"slices"
)

// A header is what a file says about the data that follows.
type header struct {
	metadata map[string]string
	entries  []entry
}

// An entry describes one tensor and the range of the data that is its own.
type entry struct {
	name       string
	dtype      DType
	shape      []int
	begin, end int
}

// check returns an error unless the entries describe the data completely: every
// byte belongs to exactly one tensor, and every range has the size of its
// tensor. It puts them into the order of the data.
func (h header) check() error {
	slices.SortStableFunc(h.entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	next := 0
	for _, e := range h.entries {
		size, err := byteSize(e.dtype, e.shape)
		if err != nil {
			return &FormatError{Tensor: e.name, Err: err}
		}
		if e.begin != next {
			return tensorErrorf(e.name, "its data begins at byte %d, want %d: data must have neither gaps nor overlaps",
				e.begin, next)
		}
		if e.end-e.begin != size {
			return tensorErrorf(e.name, "data_offsets [%d,%d] span %d bytes, but shape %s of %s takes %d",
				e.begin, e.end, e.end-e.begin, shorten(shapeText(e.shape)), e.dtype, size)
		}
		next = e.end
	}
	return nil
}

// dataSize returns the size of the data. The header must have been checked.
func (h header) dataSize() int {
	if len(h.entries) == 0 {
		return 0
	}
	return h.entries[len(h.entries)-1].end
}
