package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"testing"
)

// FuzzRead checks what must hold for any bytes: reading does not panic and
// blames the file in a *FormatError; what it accepts is JSON before data, all of
// which the tensors cover, and survives being written, whose bytes are then final.
func FuzzRead(f *testing.F) {
	seal := byHandFile()
	if err := seal.Seal(); err != nil {
		f.Fatal(err)
	}
	var sealedFile bytes.Buffer
	if err := Write(&sealedFile, seal); err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{
		nil,
		byHand,
		sealedFile.Bytes(),
		byHand[:len(byHand)-1],
		raw(`{}`),
		raw(`{} `, 1),
		raw(`{"__metadata__":{"a":"\u0000\ud800\/","b":"\"\\"},"":{"shape":[0,9],"dtype":"F64","data_offsets":[0,0]}}`),
		raw(`{"y":{"dtype":"I8","shape":[],"data_offsets":[2,3]},"x":{"dtype":"F4","shape":[2,2],"data_offsets":[0,2]}}`, 1, 2, 3),
		raw(`{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 1, 2, 3, 4),
		raw(`{"x":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,18446744073709551615]}}`),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := readBytes(data)
		if err != nil {
			var format *FormatError
			if !errors.As(err, &format) || file != nil {
				t.Fatalf("returned (%v, %v), want a *FormatError alone", file, err)
			}
			return
		}
		header := data[8:][:binary.LittleEndian.Uint64(data)]
		if !json.Valid(header) {
			t.Fatalf("accepted a header that is not JSON: %q", header)
		}
		var covered []byte
		for _, tensor := range file.Tensors {
			covered = append(covered, tensor.Data...)
		}
		if !bytes.Equal(covered, data[8+len(header):]) {
			t.Fatalf("tensors hold %q of the data %q", covered, data[8+len(header):])
		}

		written := mustWrite(t, file)
		again := mustRead(t, written)
		if !sameFile(again, file) {
			t.Fatalf("read %+v, wrote it and read %+v", file, again)
		}
		if !bytes.Equal(mustWrite(t, again), written) {
			t.Fatalf("the same file was written as %q and otherwise", written)
		}
		if err := again.Seal(); err != nil {
			t.Fatal(err)
		}
		if err := again.Verify(); err != nil {
			t.Fatal(err)
		}
	})
}
