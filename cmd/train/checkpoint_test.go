package main

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lockstep-ml/lockstep/internal/atomicfile"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// withCheckpoints are the flags of a small run of six epochs with checkpoints.
func withCheckpoints(folder string, more ...string) []string {
	flags := []string{"-dataset", "digits", "-hidden", "8", "-epochs", "6", "-limit", "500", "-quiet", "-checkpoint", folder}
	return append(flags, more...)
}

// undisturbed returns the hash that such a run ends in.
func undisturbed(t *testing.T) string {
	t.Helper()
	code, stdout, stderr := runProgram(withCheckpoints(filepath.Join(t.TempDir(), "checkpoints"))...)
	if code != exitOK || stderr != "" {
		t.Fatalf("exit status %d: %s", code, stderr)
	}
	return hashOf(t, stdout)
}

// latest returns the checkpoints in a folder, the last one last.
func latest(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "checkpoint-*.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// expectSaid checks exit status and messages of a run.
func expectSaid(t *testing.T, wantCode, code int, stderr string, want ...string) {
	t.Helper()
	if code != wantCode {
		t.Errorf("exit status %d, want %d: %s", code, wantCode, stderr)
	}
	for _, text := range want {
		if !strings.Contains(stderr, text) {
			t.Errorf("message %q does not say %q", stderr, text)
		}
	}
}

// TestInterruptedRunGoesOn interrupts a run after each epoch, and goes on in
// another tier with another number of workers.
func TestInterruptedRunGoesOn(t *testing.T) {
	want := undisturbed(t)
	folder := filepath.Join(t.TempDir(), "the checkpoints")
	tiers := tier.Supported()
	for stretch := 0; ; stretch++ {
		ctx, cancel := context.WithCancel(context.Background())
		flags := withCheckpoints(folder, "-workers", []string{"1", "2", "7"}[stretch%3], "-json", "-")
		if stretch > 0 {
			flags = append(flags, "-resume")
		}
		restore := tier.Force(tiers[stretch%len(tiers)])
		var stdout, stderr bytes.Buffer
		code := run(ctx, flags, &trigger{&stdout, `"event":"epoch"`, cancel}, &stderr)
		restore()
		cancel()
		if code == exitOK {
			if got := hashOf(t, stderr.String()); got != want || stretch != 5 {
				t.Errorf("after %d interrupts the hash is %s, want 5 and %s", stretch, got, want)
			}
			break
		}
		files := latest(t, folder)
		expectSaid(t, exitInterrupted, code, stderr.String(), "training stopped in epoch ",
			"; saved in "+files[len(files)-1]+", go on with: train -dataset digits", " -checkpoint '"+folder+"' ", " -resume\n")
		if stretch > 0 && !strings.Contains(stdout.String(), `"event":"resume","checkpoint":"`) {
			t.Errorf("the report does not say that the run is resumed:\n%s", &stdout)
		}
	}
	// A complete run has nothing left to do but to report.
	code, stdout, stderr := runProgram(withCheckpoints(folder, "-resume")...)
	expectSaid(t, exitOK, code, stderr)
	if got := hashOf(t, stdout); got != want || len(latest(t, folder)) != 3 {
		t.Errorf("hash %s, want %s; checkpoints %q, want 3", got, want, latest(t, folder))
	}
}

// A trigger is a writer that calls fire when it is given a certain text.
type trigger struct {
	*bytes.Buffer
	text string
	fire func()
}

func (w *trigger) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(w.text)) {
		w.fire()
	}
	return w.Buffer.Write(p)
}

// TestKilledRunGoesOn kills processes at random moments.
func TestKilledRunGoesOn(t *testing.T) {
	want := undisturbed(t)
	folder := t.TempDir()
	kills := 4
	if testing.Short() {
		kills = 1
	}
	for range kills {
		c := command(t, withCheckpoints(folder, "-resume", "-checkpoint-every", "2ms")...)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		known := len(latest(t, folder))
		for start := time.Now(); len(latest(t, folder)) == known && known < 3 && time.Since(start) < 5*time.Second; {
			time.Sleep(time.Millisecond) // until there is something to lose
		}
		time.Sleep(rand.N(10 * time.Millisecond))
		c.Process.Kill()
		c.Wait()
	}
	code, stdout, stderr := runProgram(withCheckpoints(folder, "-resume")...)
	expectSaid(t, exitOK, code, stderr)
	if got := hashOf(t, stdout); got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
}

// TestFullDiskForCheckpoints lets the disk be full from the third checkpoint to
// the fourth: the training goes on to the end.
func TestFullDiskForCheckpoints(t *testing.T) {
	want := undisturbed(t)
	folder := t.TempDir()
	defer atomicfile.Intercept(func(operation string, do func() error) error {
		if files := latest(t, folder); operation == "write" && len(files) == 2 {
			return syscall.ENOSPC
		}
		return do()
	})()
	code, stdout, stderr := runProgram(withCheckpoints(folder)...)
	expectSaid(t, exitOK, code, stderr, "no space left", "the last good checkpoint is "+latest(t, folder)[1], "the training goes on")
	if got := hashOf(t, stdout); got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
}

func TestDamagedCheckpointIsLeftOut(t *testing.T) {
	folder := t.TempDir()
	code, stdout, stderr := runProgram(withCheckpoints(folder)...)
	expectSaid(t, exitOK, code, stderr)
	want := hashOf(t, stdout)
	files := latest(t, folder)
	damaged := files[len(files)-1]
	content, err := os.ReadFile(damaged)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)-1] ^= 1
	if err := os.WriteFile(damaged, content, 0o644); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr = runProgram(slices.DeleteFunc(withCheckpoints(folder, "-resume"), func(flag string) bool { return flag == "-quiet" })...)
	expectSaid(t, exitOK, code, stderr, damaged, "altered", "it is left out")
	if got := hashOf(t, stdout); got != want || !strings.Contains(stdout, "resumed  from "+files[len(files)-2]+", after 5 epochs of 6") {
		t.Errorf("hash %s, want %s:\n%s", got, want, stdout)
	}
}

func TestResumeRefusesAnotherTraining(t *testing.T) {
	folder := t.TempDir()
	code, _, stderr := runProgram(withCheckpoints(folder)...)
	expectSaid(t, exitOK, code, stderr)
	for _, c := range []struct{ flags, want string }{
		{"-checkpoint " + folder, "the folder holds a checkpoint of a training before"},
		{"-resume -hidden 9", `layer 0: Dense{"out":8} there, Dense{"out":9} here`},
		{"-resume -lr 0.5", "the optimizer: Adam(lr=0.003, "},
		{"-resume -epochs 7", `epochs is "6" there, "7" here`},
		{"-resume -limit 400", "data_sha256"},
	} {
		code, _, stderr := runProgram(withCheckpoints(folder, strings.Fields(c.flags)...)...)
		expectSaid(t, exitFailure, code, stderr, c.want)
	}
	for _, c := range []struct{ flags, want string }{
		{"-resume", "-resume: say where the checkpoints are"},
		{"-checkpoint x -checkpoint-every often", "want a number of epochs such as 1, or a duration such as 30s"},
		{"-checkpoint x -checkpoint-every -1s", "want a number of epochs such as 1, or a duration such as 30s"},
		{"-checkpoint x -checkpoint-keep 0", "-checkpoint-keep 0: want at least 1"},
	} {
		code, _, stderr := runProgram(strings.Fields(c.flags)...)
		expectSaid(t, exitUsage, code, stderr, c.want)
	}
	code, _, stderr = runProgram(withCheckpoints(t.TempDir(), "-resume", "-epochs", "1")...)
	expectSaid(t, exitOK, code, stderr, "holds no checkpoint: the training begins")
}

// TestDivergenceNamesTheCheckpoint trains at a rate that grows out of bounds after
// a while.
func TestDivergenceNamesTheCheckpoint(t *testing.T) {
	folder := t.TempDir()
	code, _, stderr := runProgram(withCheckpoints(folder, "-optimizer", "gd", "-lr", "1e37", "-hidden", "none", "-epochs", "100")...)
	if len(latest(t, folder)) == 0 {
		t.Fatalf("it diverged too early: %s", stderr)
	}
	expectSaid(t, exitFailure, code, stderr, "training diverged in epoch ", ", step ", "a learning rate smaller than 1e+37",
		"; the last good checkpoint is "+folder)
}

// TestSecondInterruptEndsAtOnce interrupts a process in a long step twice, or, since it may
// be slow to take note of the first one, until it ends.
func TestSecondInterruptEndsAtOnce(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no interrupts between processes on Windows")
	}
	c := command(t, "-dataset", "digits", "-hidden", "500", "-optimizer", "gd") // with a step of many seconds
	c.Env = append(c.Env, "LOCKSTEP_TIER=generic", "LOCKSTEP_REQUIRE_TIER=")
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	stdout.Read(make([]byte, 1)) // what it says before it trains
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for range 50 {
		c.Process.Signal(os.Interrupt)
		select {
		case err := <-ended:
			if code := c.ProcessState.ExitCode(); code != -1 {
				t.Errorf("exit status %d, %v; want death by a signal", code, err)
			}
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
	c.Process.Kill()
	<-ended
	t.Error("50 interrupts did not end it")
}
