// Package docs holds the documents, and those of them that programs read.
package docs

import _ "embed"

// Accuracy is accuracy.json: what the sweeps of the unary functions found, written
// by internal/accuracy.
//
//go:embed accuracy.json
var Accuracy []byte
