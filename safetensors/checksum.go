package safetensors

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ChecksumKey is the metadata key under which [File.Seal] stores the checksum.
const ChecksumKey = "sha256"

// ErrUnsealed is what [File.Verify] returns for a file without a checksum.
var ErrUnsealed = errors.New("safetensors: the file has no checksum (metadata key " + ChecksumKey + ")")

// ErrAltered is wrapped by what [File.Verify] returns for a file that differs
// from the one that was sealed.
var ErrAltered = errors.New("the file was altered after it had been written, use an intact copy")

// Seal stores the checksum of f in its metadata. It covers the tensors (names,
// types, shapes and data, in any order) and all other metadata: it is the
// SHA-256, in lower-case hexadecimal, of what [Write] writes for these tensors
// sorted by name and this metadata without the checksum.
//
// It guards against damage, not against an author who computes a new checksum.
// It returns a [*FormatError] if f could not be written.
func (f *File) Seal() error {
	sum, err := f.checksum()
	if err != nil {
		return err
	}
	if f.Metadata == nil {
		f.Metadata = map[string]string{}
	}
	f.Metadata[ChecksumKey] = sum
	return nil
}

// Verify returns nil if f is what was sealed, an error that wraps [ErrAltered]
// if it is not, and [ErrUnsealed] if it has no checksum, which is no fault in
// a file from elsewhere.
func (f *File) Verify() error {
	want, ok := f.Metadata[ChecksumKey]
	if !ok {
		return ErrUnsealed
	}
	got, err := f.checksum()
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("safetensors: the checksum is %q, want %s: %w", got, quote(want), ErrAltered)
	}
	return nil
}

// checksum returns the checksum that Seal stores.
func (f *File) checksum() (string, error) {
	bare := File{Metadata: maps.Clone(f.Metadata), Tensors: slices.Clone(f.Tensors)}
	delete(bare.Metadata, ChecksumKey)
	slices.SortFunc(bare.Tensors, func(a, b Tensor) int { return strings.Compare(a.Name, b.Name) })
	hash := sha256.New()
	if err := Write(hash, &bare); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
