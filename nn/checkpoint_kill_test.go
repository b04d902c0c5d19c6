package nn

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lockstep-ml/lockstep/internal/atomicfile"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// Environment variables of the process that TestTrainingProcess is.
const (
	killFolder  = "NN_TEST_FOLDER"  // where its checkpoints are
	killSteps   = "NN_TEST_STEPS"   // that it takes in all
	killWorkers = "NN_TEST_WORKERS" // with which it trains
	killAt      = "NN_TEST_KILL_AT" // operation on the disk before which it kills itself; 0 for never
)

// mortal returns a training with a bit of everything that checkpoints hold,
// large enough for several writes.
func mortal(t testing.TB, workers int) (*Network, *Trainer) {
	t.Helper()
	net := mustSequential(t, 4, 1, Dense(60), BatchNorm(), ReLU(), Dropout(0.2), Dense(80), Tanh(), Dense(3))
	return net, mustTrainer(t, net, TrainerOptions{
		Loss: CrossEntropy(), Optimizer: NewAdam(0.01), BatchSize: 25, Schedule: Cosine(), Seed: 5, Workers: workers,
		Rules: []Rule{Average(0.9), ClipNorm(1), Group(NewNAdam(0.01), "4")},
	})
}

// result names what the training ends in.
func result(t testing.TB, net *Network, trainer *Trainer) string {
	t.Helper()
	average, err := trainer.Averaged()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintln("result", net.Hash(), average.Hash(), lossesOf(trainer.History()))
}

// undisturbed returns what so many steps end in.
func undisturbed(t testing.TB, steps int) string {
	t.Helper()
	net, trainer := mortal(t, 1)
	for _, err := range trainer.Epochs(context.Background(), classes(50), steps/2) {
		if err != nil {
			t.Fatal(err)
		}
	}
	return result(t, net, trainer)
}

// TestTrainingProcess is no test, but the process that others kill. It goes on
// with the training in a folder, with a checkpoint after each step, and prints the
// result.
func TestTrainingProcess(t *testing.T) {
	folder := CheckpointFolder{Dir: os.Getenv(killFolder)}
	if folder.Dir == "" {
		t.Skip("other tests run this one in processes of their own")
	}
	number := func(name string) int {
		n, err := strconv.Atoi(os.Getenv(name))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	killIn := number(killAt)
	defer atomicfile.Intercept(func(operation string, do func() error) error {
		if killIn--; killIn == 0 {
			kill(t)
		}
		if strings.HasPrefix(operation, "sync") {
			return nil // which would matter if the machine died, and takes long
		}
		return do()
	})()
	net, trainer := mortal(t, number(killWorkers))
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // which ends each call after a step
	epochs := trainer.Epochs(ctx, classes(50), number(killSteps)/2)
	if _, err := folder.Restore(trainer); err == nil {
		epochs = trainer.Resume(ctx, classes(50))
	} else if !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for finished := false; !finished; epochs = trainer.Resume(ctx, classes(50)) {
		finished = true
		for _, err := range epochs {
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			finished = err == nil
		}
		if _, err := folder.Save(trainer, nil); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Print(result(t, net, trainer))
}

// kill ends this process as SIGKILL does.
func kill(t testing.TB) {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	self.Kill()
	select {} // until then
}

// process returns a process that goes on with the training in a folder. The
// number chooses tier and workers.
func process(t *testing.T, folder string, steps, number, killBefore int) (*exec.Cmd, *strings.Builder) {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Skip(err)
	}
	tiers := tier.Supported()
	c := exec.Command(executable, "-test.run=^TestTrainingProcess$")
	c.Env = append(os.Environ(), killFolder+"="+folder, killSteps+"="+strconv.Itoa(steps), killAt+"="+strconv.Itoa(killBefore),
		killWorkers+"="+strconv.Itoa(1+number%3), tier.EnvCap+"="+tiers[number%len(tiers)].String(), "LOCKSTEP_REQUIRE_TIER=")
	var output strings.Builder
	c.Stdout, c.Stderr = &output, &output
	if err := c.Start(); err != nil {
		if errors.Is(err, syscall.ENOEXEC) { // emulated
			t.Skip(err)
		}
		t.Fatal(err)
	}
	return c, &output
}

// expectResult checks what a process printed that was not killed.
func expectResult(t *testing.T, err error, output, want string) {
	t.Helper()
	if err != nil || !strings.Contains(output, want) {
		t.Fatalf("the training ends with %v in\n%swant\n%s", err, output, want)
	}
}

// TestKilledAtAnyMoment kills trainings at random moments; what was killed goes on
// in another process, in another tier and with another number of workers, until it
// is done.
func TestKilledAtAnyMoment(t *testing.T) {
	const steps = 20
	kills := 50
	if quick() {
		kills = 5
	}
	want := undisturbed(t, steps)
	start := time.Now()
	c, output := process(t, t.TempDir(), steps, 0, 0)
	expectResult(t, c.Wait(), output.String(), want)
	whole := time.Since(start)

	folder := t.TempDir()
	for number := 0; kills > 0; number++ {
		c, output := process(t, folder, steps, number, 0)
		killer := time.AfterFunc(rand.N(whole), func() { c.Process.Kill() })
		err := c.Wait()
		if killed := !killer.Stop(); killed && err != nil {
			kills--
			continue
		}
		expectResult(t, err, output.String(), want)
		folder = t.TempDir() // for a training from the start
	}
	c, output = process(t, folder, steps, 0, 0)
	expectResult(t, c.Wait(), output.String(), want)
}

// TestKilledBetweenOperations kills a training before each single operation on
// the disk of four checkpoints, among them the first and one for which an older
// one goes.
func TestKilledBetweenOperations(t *testing.T) {
	const steps, checkpoints = 6, 4
	want := undisturbed(t, steps)
	operations := 0
	restore := atomicfile.Intercept(func(_ string, do func() error) error {
		operations++
		return do()
	})
	_, trainer := mortal(t, 1)
	_, err := CheckpointFolder{Dir: t.TempDir()}.Save(trainer, nil)
	restore()
	if err != nil || operations < 7 { // with more than one write
		t.Fatalf("a checkpoint takes %d operations, %v", operations, err)
	}
	first := 1
	if quick() {
		first = (checkpoints-1)*operations + 1
	}
	for n := first; n <= checkpoints*operations; n++ {
		folder := t.TempDir()
		c, output := process(t, folder, steps, n, n)
		if err := c.Wait(); err == nil {
			t.Fatalf("not killed before operation %d: %s", n, output)
		}
		c, output = process(t, folder, steps, n+1, 0)
		expectResult(t, c.Wait(), output.String(), want)
	}
}
