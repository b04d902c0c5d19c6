package selftest

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
)

// A digest is the SHA-256 of numbers, little-endian; all NaNs are one.
type digest struct {
	hash   hash.Hash
	buffer []byte
}

func newDigest() *digest { return &digest{hash: sha256.New()} }

func (d *digest) sum() string { return hex.EncodeToString(d.hash.Sum(nil)) }

func (d *digest) float32s(x ...float32) {
	d.buffer = d.buffer[:0]
	for _, v := range x {
		bits := math.Float32bits(v)
		if v != v {
			bits = 0x7fc00000
		}
		d.buffer = binary.LittleEndian.AppendUint32(d.buffer, bits)
	}
	d.hash.Write(d.buffer)
}

func (d *digest) float64s(x ...float64) {
	d.buffer = d.buffer[:0]
	for _, v := range x {
		bits := math.Float64bits(v)
		if v != v {
			bits = 0x7ff8000000000000
		}
		d.buffer = binary.LittleEndian.AppendUint64(d.buffer, bits)
	}
	d.hash.Write(d.buffer)
}

func (d *digest) uint16s(x ...uint16) {
	d.buffer = d.buffer[:0]
	for _, v := range x {
		d.buffer = binary.LittleEndian.AppendUint16(d.buffer, v)
	}
	d.hash.Write(d.buffer)
}

func (d *digest) text(s string) { d.hash.Write([]byte(s)) }
