//go:build !unix

package peer

// Pause does nothing here: programs cannot be stopped.
func (p *Process) Pause() error { return nil }

// Resume does nothing here.
func (p *Process) Resume() error { return nil }
