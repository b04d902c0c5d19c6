// Package safetensors reads and writes the safetensors file format, in which
// PyTorch, JAX and others exchange weights.
//
// A file is the length of its header (8 bytes, little-endian), the header (JSON
// that names every tensor with its element type, shape and place in the data,
// and may hold a text-to-text map under "__metadata__"), and the data: the
// tensors' elements, row-major and little-endian, one tensor after the other.
// Source: https://github.com/huggingface/safetensors, section "Format".
//
// [Read] treats a file as hostile. It accepts only what has exactly one
// meaning: tensors must cover the data without gap, overlap or rest, keys must
// be unique, sizes must agree; and it never holds much more memory than the
// bytes that really arrived. Complaints about a file's content are of type
// [*FormatError]; other errors come from the reader or writer.
//
// [Write] gives equal bytes for equal files, on every platform.
//
// The format has no checksum. Files sealed by [File.Seal] carry one in their
// metadata, which [File.Verify] compares.
package safetensors
