package safetensors

import "slices"

// A File is the content of a safetensors file.
type File struct {
	// Metadata is free text under free keys. The format makes no difference
	// between no metadata and an empty map; neither is written.
	Metadata map[string]string

	// Tensors are in the order of their data. Names are unique, and not
	// "__metadata__".
	//
	// Programs that map a file into memory want elements aligned to their own
	// size. The data starts at a multiple of 8 bytes, so it is enough to put
	// wider element types first.
	Tensors []Tensor
}

// metadataKey is the header's one key that does not name a tensor.
const metadataKey = "__metadata__"

// Tensor returns the tensor of the given name, and whether there is one.
func (f *File) Tensor(name string) (Tensor, bool) {
	i := slices.IndexFunc(f.Tensors, func(t Tensor) bool { return t.Name == name })
	if i < 0 {
		return Tensor{}, false
	}
	return f.Tensors[i], true
}
