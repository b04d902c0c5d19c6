package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"regexp"
	"slices"
	"testing"
)

// byHand is a whole file, spelled out after the format's description.
var byHand = unhex(`
	88 00 00 00 00 00 00 00                         // length of the header: 136
	7b 22 5f 5f 6d 65 74 61 64 61 74 61 5f 5f 22 3a // {"__metadata__":
	7b 22 62 79 22 3a 22 75 73 22 7d 2c 22 77 22 3a // {"by":"us"},"w":
	7b 22 64 74 79 70 65 22 3a 22 46 33 32 22 2c 22 // {"dtype":"F32","
	73 68 61 70 65 22 3a 5b 32 5d 2c 22 64 61 74 61 // shape":[2],"data
	5f 6f 66 66 73 65 74 73 22 3a 5b 30 2c 38 5d 7d // _offsets":[0,8]}
	2c 22 6e 22 3a 7b 22 64 74 79 70 65 22 3a 22 55 // ,"n":{"dtype":"U
	31 36 22 2c 22 73 68 61 70 65 22 3a 5b 5d 2c 22 // 16","shape":[],"
	64 61 74 61 5f 6f 66 66 73 65 74 73 22 3a 5b 38 // data_offsets":[8
	2c 31 30 5d 7d 7d 20 20                         // ,10]}}  
	00 00 80 3f 00 00 00 c0                         // w: 1, -2
	02 01                                           // n: 258
`)

// byHandFile is what byHand says.
func byHandFile() *File {
	return &File{
		Metadata: map[string]string{"by": "us"},
		Tensors: []Tensor{
			New("w", []int{2}, []float32{1, -2}),
			New("n", []int{}, []uint16{258}),
		},
	}
}

// unhex decodes a dump of bytes; the text after // on each line is for readers.
func unhex(dump string) []byte {
	dump = regexp.MustCompile(`//.*|\s`).ReplaceAllString(dump, "")
	data, err := hex.DecodeString(dump)
	if err != nil {
		panic(err)
	}
	return data
}

// raw returns a file with the given header, right or wrong, before the data.
func raw(header string, data ...byte) []byte {
	file := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	file = append(file, header...)
	return append(file, data...)
}

func readBytes(data []byte) (*File, error) {
	return Read(bytes.NewReader(data), Limits{})
}

func mustRead(t *testing.T, data []byte) *File {
	t.Helper()
	f, err := readBytes(data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func mustWrite(t *testing.T, f *File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sameFile reports whether two files have the same content in the same order.
func sameFile(a, b *File) bool {
	return maps.Equal(a.Metadata, b.Metadata) && slices.EqualFunc(a.Tensors, b.Tensors, func(a, b Tensor) bool {
		return a.Name == b.Name && a.DType == b.DType && slices.Equal(a.Shape, b.Shape) && bytes.Equal(a.Data, b.Data)
	})
}

func TestFileTensor(t *testing.T) {
	f := byHandFile()
	if n, ok := f.Tensor("n"); !ok || n.DType != U16 {
		t.Errorf("Tensor(n) = %v, %v", n, ok)
	}
	if got, ok := f.Tensor("absent"); ok {
		t.Errorf("Tensor(absent) = %v, want none", got)
	}
}
