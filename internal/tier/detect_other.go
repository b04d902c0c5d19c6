//go:build purego || !(amd64 || arm64)

package tier

// detect returns no tier above generic: there is no assembly for this platform,
// or the build left it out.
func detect() []Tier { return nil }
