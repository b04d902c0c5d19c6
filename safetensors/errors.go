package safetensors

import (
	"fmt"
	"strconv"
)

// A FormatError tells how a file, or a [File] to be written, breaks the format.
type FormatError struct {
	Tensor string // name of the tensor at fault; empty if the fault is in no single one
	Err    error  // what is wrong; [io.ErrUnexpectedEOF] within it marks a truncated file
}

// Error tells which tensor is wrong, and in what.
func (e *FormatError) Error() string {
	if e.Tensor == "" {
		return "safetensors: " + e.Err.Error()
	}
	return fmt.Sprintf("safetensors: tensor %s: %v", quote(e.Tensor), e.Err)
}

// Unwrap returns Err.
func (e *FormatError) Unwrap() error { return e.Err }

func formatErrorf(format string, args ...any) error {
	return &FormatError{Err: fmt.Errorf(format, args...)}
}

func tensorErrorf(tensor, format string, args ...any) error {
	return &FormatError{Tensor: tensor, Err: fmt.Errorf(format, args...)}
}

// quote and shorten keep a message readable whatever a hostile file puts into
// it: names and shapes may be as long as the header.

func quote(s string) string { return strconv.Quote(shorten(s)) }

func shorten(s string) string {
	const limit = 100
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "..."
}
