//go:build purego || !amd64

package tier

// detect returns no tier above generic: there is no assembly for this platform
// yet, or the build left it out.
func detect() []Tier { return nil }
