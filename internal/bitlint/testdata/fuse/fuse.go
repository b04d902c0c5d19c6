// Package fuse has one function that compilers fuse, one that forbids it and
// one that asks for it.
package fuse

import "math"

func Bare(x, y, z float64) float64 { return x*y + z }

func Converted(x, y, z float64) float64 { return float64(x*y) + z }

func Asked(x, y, z float64) float64 { return math.FMA(x, y, z) }
