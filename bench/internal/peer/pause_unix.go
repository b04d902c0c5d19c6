//go:build unix

package peer

import "syscall"

// Pause stops a program, whose threads may go on spinning after an answer, until
// Resume lets it go on.
func (p *Process) Pause() error { return p.command.Process.Signal(syscall.SIGSTOP) }

// Resume lets a paused program go on.
func (p *Process) Resume() error { return p.command.Process.Signal(syscall.SIGCONT) }
