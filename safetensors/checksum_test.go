package safetensors

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"testing"
)

func sealed(t *testing.T) *File {
	t.Helper()
	f := byHandFile()
	if err := f.Seal(); err != nil {
		t.Fatal(err)
	}
	return f
}

// The checksum is that of a file which anybody can put together.
func TestSealDefinition(t *testing.T) {
	f := &File{Tensors: []Tensor{New("x", []int{2}, []uint8{7, 8})}}
	if err := f.Seal(); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(raw(`{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}   `, 7, 8))
	if got, want := f.Metadata["sha256"], hex.EncodeToString(sum[:]); got != want {
		t.Errorf("checksum %s, want %s", got, want)
	}
}

func TestVerifyAccepts(t *testing.T) {
	f := mustRead(t, mustWrite(t, sealed(t)))
	if err := f.Verify(); err != nil {
		t.Errorf("as it was written: %v", err)
	}
	slices.Reverse(f.Tensors)
	if err := f.Verify(); err != nil {
		t.Errorf("tensors in another order: %v", err)
	}
	sum := f.Metadata[ChecksumKey]
	if err := f.Seal(); err != nil || f.Metadata[ChecksumKey] != sum {
		t.Errorf("sealed again: checksum %s, want %s (%v)", f.Metadata[ChecksumKey], sum, err)
	}
}

func TestVerifyRejects(t *testing.T) {
	for name, alter := range map[string]func(*File){
		"data":           func(f *File) { f.Tensors[0].Data[0] ^= 1 },
		"name":           func(f *File) { f.Tensors[0].Name = "v" },
		"shape":          func(f *File) { f.Tensors[0].Shape = []int{2, 1} },
		"dtype":          func(f *File) { f.Tensors[0].DType = I32 },
		"tensor added":   func(f *File) { f.Tensors = append(f.Tensors, New("more", []int{0}, []uint8{})) },
		"tensor removed": func(f *File) { f.Tensors = f.Tensors[:1] },
		"metadata":       func(f *File) { f.Metadata["by"] = "them" },
		"metadata added": func(f *File) { f.Metadata["more"] = "" },
		"checksum":       func(f *File) { f.Metadata[ChecksumKey] = "0" },
	} {
		f := sealed(t)
		alter(f)
		if err := f.Verify(); !errors.Is(err, ErrAltered) {
			t.Errorf("%s altered: %v, want ErrAltered", name, err)
		}
	}
}

// Every byte counts: a file with a bit flipped cannot be read, is found to be
// altered, or has lost the name of its checksum.
func TestVerifyFindsFlippedBits(t *testing.T) {
	file := mustWrite(t, sealed(t))
	for i := range file {
		damaged := slices.Clone(file)
		damaged[i] ^= 0x10
		f, err := readBytes(damaged)
		if err == nil {
			err = f.Verify()
		}
		if err == nil {
			t.Errorf("bit flipped in byte %d of %d: accepted", i, len(file))
		}
	}
}

func TestVerifyUnsealed(t *testing.T) {
	f := &File{}
	if err := f.Verify(); !errors.Is(err, ErrUnsealed) {
		t.Errorf("error %v, want ErrUnsealed", err)
	}
}

func TestSealRejects(t *testing.T) {
	f := &File{Tensors: []Tensor{New("x", []int{3}, []uint8{1})}}
	var format *FormatError
	if err := f.Seal(); !errors.As(err, &format) || f.Metadata != nil {
		t.Errorf("error %v, metadata %v, want a *FormatError and none", err, f.Metadata)
	}
}
