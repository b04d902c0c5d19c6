package nn

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
	"github.com/lockstep-ml/lockstep/safetensors"
)

// checkpointOf returns the trainer's checkpoint.
func checkpointOf(t testing.TB, trainer *Trainer, metadata map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := trainer.Checkpoint(&b, metadata); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// restored returns the trainer after it has restored a checkpoint.
func restored(t testing.TB, trainer *Trainer, checkpoint []byte) *Trainer {
	t.Helper()
	_, err := trainer.Restore(bytes.NewReader(checkpoint))
	if err != nil {
		t.Fatal(err)
	}
	return trainer
}

// inStretches trains step by step: each is taken by a new trainer of a new
// network, which begin makes, in another tier and with another number of
// workers, and is followed by a checkpoint. between is called with each trainer
// at the end of an epoch.
func inStretches(t testing.TB, begin func(workers int) (*Network, *Trainer), data Data, epochs int, between func(*Trainer, Epoch)) (*Network, *Trainer) {
	t.Helper()
	cancelled, cancel := context.WithCancel(context.Background())
	cancel() // which ends each stretch after its first step
	tiers, workers := tier.Supported(), []int{1, 3, 16, 2, 7}
	var checkpoint []byte
	for stretch := 0; ; stretch++ {
		restore := tier.Force(tiers[stretch%len(tiers)])
		net, trainer := begin(workers[stretch%len(workers)])
		seq := trainer.Epochs(cancelled, data, epochs)
		if checkpoint != nil {
			restored(t, trainer, checkpoint)
			seq = trainer.Resume(cancelled, data)
		}
		finished := true
		for epoch, err := range seq {
			if err == nil {
				between(trainer, epoch)
				continue
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			finished = false
		}
		checkpoint = checkpointOf(t, trainer, nil)
		restore()
		if finished {
			return net, trainer
		}
		trainer.Close()
	}
}

// TestResumeEndsInTheSameBits interrupts the trainings of TestGolden after each
// step: layers, losses, optimizers, rules and schedules all come to the weights,
// the predictions and the losses of the uninterrupted ones.
func TestResumeEndsInTheSameBits(t *testing.T) {
	goldens := readGoldens(t)["1"]
	for i, c := range goldenCases() {
		if c.lbfgs {
			continue // by no trainer
		}
		if quick() && (c.heavy || i%5 != 0) {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			got := c.end(t, func(data Data) (*Network, []Epoch) {
				net, trainer := inStretches(t, func(workers int) (*Network, *Trainer) {
					net := c.network(t)
					return net, mustTrainer(t, net, c.trainerOptions(workers))
				}, data, c.epochs, func(*Trainer, Epoch) {})
				return net, trainer.History()
			})
			if want := goldens[c.name]; got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}

// watched returns a training whose schedule has a memory, to which observe
// tells the losses, and that keeps an average.
func watched(t testing.TB, workers int) (net *Network, trainer *Trainer, observe func(Epoch)) {
	plateau := &Plateau{Reduce: 0.5, Threshold: 0.5, Cooldown: 1}
	net = classifier(t, 1)
	options := inOrder(workers)
	options.Schedule = Warmup(3, Warmup(2, plateau))
	options.Rules = []Rule{Average(0.75), Group(&NAdam{LearningRate: 0.01, Beta1: 0.5, Epsilon: 1, MomentumDecay: 0.5}, "0")}
	return net, mustTrainer(t, net, options), func(e Epoch) { plateau.Observe(e.Loss) }
}

func TestResumeWithMemory(t *testing.T) {
	const epochs = 6
	data := classes(50)
	want, trainer, observe := watched(t, 1)
	for epoch, err := range trainer.Epochs(context.Background(), data, epochs) {
		if err != nil {
			t.Fatal(err)
		}
		observe(epoch)
	}
	wantAverage, err := trainer.Averaged()
	if err != nil {
		t.Fatal(err)
	}
	observers := map[*Trainer]func(Epoch){}
	net, resumed := inStretches(t, func(workers int) (*Network, *Trainer) {
		net, trainer, observe := watched(t, workers)
		observers[trainer] = observe
		return net, trainer
	}, data, epochs, func(trainer *Trainer, epoch Epoch) { observers[trainer](epoch) })
	average, err := resumed.Averaged()
	if err != nil {
		t.Fatal(err)
	}
	if net.Hash() != want.Hash() || average.Hash() != wantAverage.Hash() {
		t.Error("the weights or their average differ from those of the uninterrupted training")
	}
	if got, want := resumed.options.Schedule.Factor(9, 9), trainer.options.Schedule.Factor(9, 9); got != want || want == 1 {
		t.Errorf("the learning rate is multiplied by %v at the end, want %v, which is not 1", got, want)
	}
	withoutTime := func(epochs []Epoch) []Epoch {
		for i := range epochs {
			epochs[i].Duration = 0
		}
		return epochs
	}
	if got, want := withoutTime(resumed.History()), withoutTime(trainer.History()); len(want) != epochs || !slices.Equal(got, want) {
		t.Errorf("history %v, want %v", got, want)
	}
}

// TestResumeInTheProcess goes on with the trainer that was interrupted.
func TestResumeInTheProcess(t *testing.T) {
	data := classes(50)
	want := classifier(t, 1)
	reports := runEpochs(t, want, data, 2, inOrder(1))

	net := classifier(t, 1)
	trainer := mustTrainer(t, net, inOrder(2))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if epoch, _ := epochError(t, trainer, ctx, data, 2); epoch.Rows != 10 || epoch.Steps != 1 {
		t.Errorf("interrupted after %+v, want a step of 10 rows", epoch)
	}
	for _, err := range trainer.Resume(context.Background(), classes(49)) {
		expectError(t, err, "nn: Resume: ", "50 rows of 4 inputs and 1 targets without weights", "have 49 rows")
	}
	n := 0
	for epoch, err := range trainer.Resume(context.Background(), data) {
		epoch.Duration, reports[n].Duration = 0, 0
		if err != nil || epoch != reports[n] {
			t.Errorf("%+v, %v; want %+v", epoch, err, reports[n])
		}
		n++
	}
	if n != 2 || net.Hash() != want.Hash() {
		t.Errorf("%d epochs, weights %s; want 2 and %s", n, net.Hash(), want.Hash())
	}
	for epoch, err := range trainer.Resume(context.Background(), data) {
		t.Errorf("a complete training goes on: %v, %v", epoch, err)
	}
}

// TestCheckpointFile writes a checkpoint to a file, which is a network's, too.
func TestCheckpointFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "checkpoint")
	net := classifier(t, 1)
	trainer := mustTrainer(t, net, inOrder(1))
	for range trainer.Epochs(context.Background(), classes(50), 2) {
		break
	}
	metadata := map[string]string{"note": "after an epoch"}
	if err := trainer.CheckpointFile(path, metadata); err != nil {
		t.Fatal(err)
	}
	expectOnlyFile(t, path)
	if loaded, got, err := LoadFile(path); err != nil || loaded.Hash() != net.Hash() || !maps.Equal(got, metadata) {
		t.Errorf("LoadFile: metadata %v, %v", got, err)
	}
	other := classifier(t, 2)
	goingOn := mustTrainer(t, other, inOrder(1))
	got, err := goingOn.RestoreFile(path)
	if err != nil || other.Hash() != net.Hash() || !maps.Equal(got, metadata) {
		t.Errorf("RestoreFile: metadata %v, %v", got, err)
	}
	if !bytes.Equal(checkpointOf(t, goingOn, metadata), checkpointOf(t, trainer, metadata)) {
		t.Error("the checkpoint of what was restored is another one")
	}

	net.params[1].Value.Data[0] = float32(math.NaN())
	var diverged *DivergenceError
	if err := trainer.CheckpointFile(path, nil); !errors.As(err, &diverged) || diverged.Parameter != net.names[1] {
		t.Errorf("CheckpointFile with a parameter that is NaN: %v", err)
	}
	net.params[1].Value.Data[0] = 0
	expectError(t, trainer.CheckpointFile(path, map[string]string{"lockstep.x": ""}), "nn: ", "reserved")
	expectError(t, trainer.CheckpointFile(filepath.Join(path, "x"), nil), "nn: checkpoint: ", path)
	if _, err := os.Stat("/dev/full"); err == nil {
		expectError(t, trainer.CheckpointFile("/dev/full", nil), "nn: checkpoint: ", "no space left")
	}
	_, err = trainer.RestoreFile(path + "x")
	expectError(t, err, "nn: restore a checkpoint: ", path+"x")
	if err := net.SaveFile(path, nil); err != nil {
		t.Fatal(err)
	}
	_, err = trainer.RestoreFile(path)
	expectError(t, err, path, "nn: restore a checkpoint: ", "no training")
}

// TestOtherTraining restores a checkpoint where it does not belong: nothing
// changes, and the error says what differs.
func TestOtherTraining(t *testing.T) {
	begin := func(layers ...Layer) func(TrainerOptions) *Trainer {
		return func(o TrainerOptions) *Trainer { return mustTrainer(t, mustSequential(t, 4, 1, layers...), o) }
	}
	written := begin(Dense(5), Tanh(), Dense(3))(inOrder(1))
	for range written.Epochs(context.Background(), classes(50), 1) {
	}
	checkpoint := checkpointOf(t, written, nil)
	same := func() func(TrainerOptions) *Trainer { return begin(Dense(5), Tanh(), Dense(3)) }
	for _, c := range []struct {
		network func(TrainerOptions) *Trainer
		change  func(*TrainerOptions)
		want    [3]string
	}{
		{same(), func(o *TrainerOptions) { o.Optimizer = NewAdam(0.02) }, [3]string{
			"the optimizer", "Adam(lr=0.01, beta1=0.9, beta2=0.999, epsilon=1e-08)", "Adam(lr=0.02, beta1=0.9, beta2=0.999, epsilon=1e-08)"}},
		{same(), func(o *TrainerOptions) { o.Loss = NLL() }, [3]string{"the loss", "CrossEntropy", "NLL"}},
		{same(), func(o *TrainerOptions) { o.Schedule = NewPlateau(0.1, 3) }, [3]string{
			"the schedule", "none", "Plateau(reduce=0.1, patience=3, threshold=0.0001, cooldown=0, least=0)"}},
		{same(), func(o *TrainerOptions) { o.Schedule = Warmup(9, Cosine()) }, [3]string{"the schedule", "none", "Warmup(9, Cosine)"}},
		{same(), func(o *TrainerOptions) { o.Schedule = scheduleFunc(nil) }, [3]string{"the schedule", "none", "nn.scheduleFunc"}},
		{same(), func(o *TrainerOptions) {
			o.Rules = []Rule{MaxNorm(2), L1(0.01), L2(0.02), ClipNorm(1), ClipValue(0.5), Average(0.9), Group(NewSGD(0.1), "0")}
		}, [3]string{"the rules", "none", "ClipValue(0.5), ClipNorm(1), L2(0.02), L1(0.01), MaxNorm(2), Average(0.9), Group(SGD(lr=0.1), 0.weight, 0.bias)"}},
		{same(), func(o *TrainerOptions) { o.Seed = 8 }, [3]string{"the seed", "0", "8"}},
		{same(), func(o *TrainerOptions) { o.BatchSize = 11 }, [3]string{"the batch size", "10", "11"}},
		{same(), func(o *TrainerOptions) { o.InOrder = false }, [3]string{"the order of the rows", "ascending", "shuffled"}},
		{begin(Dense(5), Sigmoid(), Dense(3)), nil, [3]string{"layer 1", "Tanh", "Sigmoid"}},
		{begin(Dense(6), Tanh(), Dense(3)), nil, [3]string{"layer 0", `Dense{"out":5}`, `Dense{"out":6}`}},
		{begin(Dense(5), Residual(Tanh()), Dense(3)), nil, [3]string{"layer 1", "Tanh", "Residual[Tanh]"}},
		{begin(Dense(5), Dense(3)), nil, [3]string{"the number of layers", "3", "2"}},
	} {
		options := inOrder(1)
		if c.change != nil {
			c.change(&options)
		}
		expectMismatch(t, c.network(options), checkpoint, c.want)
	}
	other := mustTrainer(t, mustSequential(t, 5, 1, Dense(5), Tanh(), Dense(3)), inOrder(1))
	expectMismatch(t, other, checkpoint, [3]string{"the number of inputs", "4", "5"})
}

func expectMismatch(t *testing.T, trainer *Trainer, checkpoint []byte, want [3]string) {
	t.Helper()
	before := checkpointOf(t, trainer, nil)
	_, err := trainer.Restore(bytes.NewReader(checkpoint))
	var mismatch *MismatchError
	if !errors.As(err, &mismatch) || *mismatch != (MismatchError{want[0], want[1], want[2]}) {
		t.Errorf("%v, want a MismatchError of %q", err, want)
		return
	}
	expectError(t, err, "nn: restore a checkpoint: the checkpoint is of another training ("+want[0]+": "+want[1]+" there, "+want[2]+" here)")
	if !bytes.Equal(checkpointOf(t, trainer, nil), before) {
		t.Errorf("%s: the trainer has changed", want[0])
	}
}

// TestDamagedCheckpoint cuts a checkpoint at every length and alters every byte:
// none of that is restored, and the trainer stays what it was.
func TestDamagedCheckpoint(t *testing.T) {
	begin := func() *Trainer { return mustTrainer(t, mustSequential(t, 4, 1, Dense(3)), inOrder(1)) }
	written, trainer := begin(), begin()
	for range written.Epochs(context.Background(), classes(50), 1) {
	}
	before, file := checkpointOf(t, trainer, nil), checkpointOf(t, written, nil)
	for n := range file {
		if _, err := trainer.Restore(bytes.NewReader(file[:n])); err == nil {
			t.Errorf("a checkpoint cut to %d of %d bytes is restored", n, len(file))
		}
	}
	for i := range file {
		altered := slices.Clone(file)
		altered[i] ^= 1
		if _, err := trainer.Restore(bytes.NewReader(altered)); err == nil {
			t.Errorf("a checkpoint with byte %d changed from %q to %q is restored", i, file[i], altered[i])
		}
	}
	if !bytes.Equal(checkpointOf(t, trainer, nil), before) {
		t.Error("the trainer has changed")
	}
}

func lossesOf(epochs []Epoch) (losses []float64) {
	for _, epoch := range epochs {
		losses = append(losses, epoch.Loss)
	}
	return losses
}

// FuzzRestore checks that no input panics, and that what is restored can be gone
// on with. The checksum is set right, so that the fuzzer gets beyond it.
func FuzzRestore(f *testing.F) {
	begin := func(t testing.TB) *Trainer {
		options := inOrder(1)
		options.Schedule, options.Rules = NewPlateau(0.5, 1), []Rule{Average(0.5)}
		return mustTrainer(t, mustSequential(t, 4, 1, BatchNorm(), Dense(3)), options)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	written := begin(f)
	f.Add(checkpointOf(f, written, nil))
	for range written.Epochs(cancelled, classes(52), 2) {
	}
	f.Add(checkpointOf(f, written, nil))
	for range written.Resume(context.Background(), classes(52)) {
		f.Add(checkpointOf(f, written, nil))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		if f, err := safetensors.Read(bytes.NewReader(input), safetensors.Limits{}); err == nil {
			input = sealed(t, f)
		}
		trainer := begin(t)
		if _, err := trainer.Restore(bytes.NewReader(input)); err != nil {
			return
		}
		for range trainer.Resume(cancelled, classes(52)) {
			break
		}
		trainer.Checkpoint(io.Discard, nil)
	})
}

// A tiring optimizer is one of a user's own, that remembers its rate.
type tiring struct {
	*SGD
	strength float64
}

func (o *tiring) Begin(t int, factor float64) {
	o.strength *= 0.75
	o.SGD.Begin(t, factor*o.strength)
}

func (o *tiring) State() []float64 { return []float64{o.strength} }

func (o *tiring) SetState(state []float64) error {
	if len(state) != 1 {
		return errors.New("tiring: want one number")
	}
	o.strength = state[0]
	return nil
}

// TestResumeOwnOptimizer goes on with an optimizer of one's own.
func TestResumeOwnOptimizer(t *testing.T) {
	begin := func(workers int) (*Network, *Trainer) {
		net, options := classifier(t, 1), inOrder(workers)
		options.Optimizer = &tiring{&SGD{LearningRate: 0.1, Momentum: 0.5}, 1}
		return net, mustTrainer(t, net, options)
	}
	data := classes(50)
	want, trainer := begin(1)
	for _, err := range trainer.Epochs(context.Background(), data, 2) {
		if err != nil {
			t.Fatal(err)
		}
	}
	net, resumed := inStretches(t, begin, data, 2, func(*Trainer, Epoch) {})
	if net.Hash() != want.Hash() {
		t.Errorf("weights %s, want %s", net.Hash(), want.Hash())
	}
	f, err := resumed.file(nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, tensor := range f.Tensors {
		if tensor.Name == "trainer.optimizer0" {
			f.Tensors[i] = safetensors.New(tensor.Name, []int{2}, []float64{1, 2})
		}
	}
	_, trainer = begin(1)
	_, err = trainer.Restore(bytes.NewReader(sealed(t, f)))
	expectError(t, err, "nn: restore a checkpoint: tiring: want one number")
}
