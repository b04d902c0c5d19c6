package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/dataset/digits"
	"github.com/lockstep-ml/lockstep/internal/fpenv"
	"github.com/lockstep-ml/lockstep/internal/tier"
	"github.com/lockstep-ml/lockstep/nn"
)

// asProgram makes the test binary behave as the program itself, for tests that
// need a process of its own.
const asProgram = "TRAIN_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Unsetenv(dataEnv)
	os.Exit(m.Run())
}

// smallRun are the flags of a run that takes a moment in every tier.
var smallRun = []string{"-dataset", "digits", "-hidden", "8", "-epochs", "2", "-limit", "1000"}

// runProgram runs the program in this process.
func runProgram(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(context.Background(), args, &out, &err)
	return code, out.String(), err.String()
}

func TestRunReportsOnEveryEpoch(t *testing.T) {
	code, stdout, stderr := runProgram(smallRun...)
	if code != exitOK || stderr != "" {
		t.Fatalf("exit status %d, standard error %q", code, stderr)
	}
	for _, want := range []string{
		"data     " + digits.Name + ": 1 000 training and 1 000 test images (built in, as -dataset digits asks for)",
		"784-8-10 relu, 6 370 parameters",
		"epoch 1  loss ", "epoch 2  loss ", " samples/s",
		"confusion matrix",
		"test accuracy  0.",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("the report lacks %q:\n%s", want, stdout)
		}
	}
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	last := lines[len(lines)-1]
	if !regexp.MustCompile(`^digits \(synthetic, not MNIST\): test accuracy 0\.\d{4}, 6 370 parameters, .* weights_sha256 [0-9a-f]{64}$`).MatchString(last) {
		t.Errorf("the last line is %q", last)
	}
	code, quiet, _ := runProgram(append(smallRun, "-quiet")...)
	if code != exitOK || strings.Count(quiet, "\n") != 1 || hashOf(t, quiet) != hashOf(t, stdout) {
		t.Errorf("with -quiet: exit status %d, %q; want the final line alone, with the same hash", code, quiet)
	}
}

// hashOf returns the weight hash that a report ends with.
func hashOf(t *testing.T, report string) string {
	t.Helper()
	match := regexp.MustCompile(`weights_sha256 ([0-9a-f]{64})`).FindStringSubmatch(report)
	if match == nil {
		t.Fatalf("no weight hash in %q", report)
	}
	return match[1]
}

func TestHashDependsOnSettingsAlone(t *testing.T) {
	_, stdout, _ := runProgram(append(smallRun, "-quiet")...)
	want := hashOf(t, stdout)
	workers := []string{"1", "2", "7"}
	for i, x := range tier.Supported() {
		restore := tier.Force(x)
		_, stdout, stderr := runProgram(append(smallRun, "-quiet", "-workers", workers[i%len(workers)])...)
		restore()
		if got := hashOf(t, stdout); got != want {
			t.Errorf("%v, %s workers: hash %s, want %s (%s)", x, workers[i], got, want, stderr)
		}
	}
	_, stdout, _ = runProgram(append(smallRun, "-quiet", "-seed", "2")...)
	if hashOf(t, stdout) == want {
		t.Error("another seed gives the same hash")
	}
}

func TestJSONLines(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.json")
	if code, _, stderr := runProgram(append(smallRun, "-json", file)...); code != exitOK {
		t.Fatalf("exit status %d: %s", code, stderr)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := runProgram(append(smallRun, "-json", "-")...)
	if code != exitOK || !strings.Contains(stderr, "weights_sha256") {
		t.Errorf("-json -: exit status %d, the text is not on standard error: %q", code, stderr)
	}
	for _, lines := range []string{string(content), stdout} {
		checkEvents(t, lines)
	}
}

func checkEvents(t *testing.T, lines string) {
	t.Helper()
	var events []string
	for line := range strings.SplitSeq(strings.TrimSpace(lines), "\n") {
		var event struct {
			Event        string
			Epoch        int
			Dataset      string
			Tier         string
			Workers      int
			Parameters   int
			TrainLoss    float64 `json:"train_loss"`
			TestAccuracy float64 `json:"test_accuracy"`
			Seconds      float64 `json:"epoch_seconds"`
			Rate         float64 `json:"samples_per_second"`
			TrainSeconds float64 `json:"train_seconds"`
			Hash         string  `json:"weights_sha256"`
		}
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		events = append(events, event.Event)
		ok := true
		switch event.Event {
		case "start":
			ok = event.Dataset == digits.Name && event.Tier != "" && event.Workers > 0 && event.Parameters == 6370
		case "epoch":
			ok = event.Epoch == len(events)-1 && event.TrainLoss > 0 && event.TestAccuracy > 0 && event.TestAccuracy <= 1 && event.Seconds > 0 && event.Rate > 0
		case "final":
			ok = event.TestAccuracy > 0 && event.TestAccuracy <= 1 && event.TrainSeconds > 0 && len(event.Hash) == 64
		}
		if !ok {
			t.Errorf("unlikely event %q", line)
		}
	}
	if want := []string{"start", "epoch", "epoch", "final"}; !slices.Equal(events, want) {
		t.Errorf("events %v, want %v", events, want)
	}
}

func TestLogisticRegressionStartsAtLn2(t *testing.T) {
	code, stdout, stderr := runProgram("-dataset", "digits", "-hidden", "none", "-classes", "0,1", "-optimizer", "gd", "-init", "zeros", "-epochs", "20")
	if code != exitOK {
		t.Fatal(stderr)
	}
	costs := regexp.MustCompile(`(?m)^ +(\d+)  (0\.\d+) `).FindAllStringSubmatch(stdout, -1)
	var iterations []string
	previous := "1"
	for _, c := range costs {
		iterations = append(iterations, c[1])
		if c[2] >= previous {
			t.Errorf("the cost rises from %s to %s", previous, c[2])
		}
		previous = c[2]
	}
	if want := []string{"0", "1", "2", "4", "8", "16", "20"}; !slices.Equal(iterations, want) {
		t.Fatalf("iterations %v, want %v:\n%s", iterations, want, stdout)
	}
	if costs[0][2] != "0.6931471805599453" {
		t.Errorf("cost %s at iteration 0, want ln 2 = 0.6931471805599453", costs[0][2])
	}
	if !strings.Contains(stdout, "784-1 (logistic regression") {
		t.Errorf("the report does not say what it is:\n%s", stdout)
	}
}

func TestSavedNetworkIsTheOneReported(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model.safetensors")
	code, stdout, stderr := runProgram(append(smallRun, "-out", file)...)
	if code != exitOK {
		t.Fatal(stderr)
	}
	net, metadata, err := nn.LoadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if net.Hash() != hashOf(t, stdout) {
		t.Errorf("the file's hash is %s, the report says %s", net.Hash(), hashOf(t, stdout))
	}
	if metadata["dataset"] != digits.Name {
		t.Errorf("metadata %v", metadata)
	}
}

func TestBadSettingsNameTheFlagAndTheFix(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none", "model")
	for _, c := range []struct {
		args string
		want string // in the message
	}{
		{"-epochs 0", "-epochs 0: want at least 1"},
		{"-epochs -3", "-epochs -3: want at least 1"},
		{"-epochs many", `invalid value "many" for flag -epochs`},
		{"-batch 0", "-batch 0: want at least 1"},
		{"-workers 0", "-workers 0: want at least 1"},
		{"-limit 0", "-limit 0: want at least 1"},
		{"-hidden 0", "-hidden \"0\": a layer of 0 units cannot be"},
		{"-hidden 128,,64", "is not a whole number"},
		{"-hidden 99999999999", "cannot be"},
		{"-hidden -5", "cannot be"},
		{"-activation swish", `-activation "swish": unknown, want gelu, hardswish, mish, relu, relu6, selu, sigmoid, silu, softplus, softsign, tanh`},
		{"-optimizer lion", `-optimizer "lion": unknown, want adam, gd, momentum, sgd`},
		{"-init random", `-init "random": unknown, want glorot-normal`},
		{"-preset best", `-preset "best": unknown, want fast`},
		{"-schedule step", `-schedule "step": unknown, want constant, cosine, linear, one-cycle`},
		{"-beta2 1", "-beta2 1: want a number from 0 to less than 1"},
		{"-crop 0", "-crop 0: want at least 1"},
		{"-lr 0", "-lr 0: want a positive number"},
		{"-lr -1", "-lr -1: want a positive number"},
		{"-lr NaN", "-lr NaN: want a positive number"},
		{"-lr Inf", "-lr +Inf: want a positive number"},
		{"-classes 3", "want at least two classes"},
		{"-classes a,b", "is not a whole number"},
		{"-dataset cifar", `-dataset "cifar": unknown, want mnist or digits`},
		{"-dataset digits -data x", "exclude each other"},
		{"-seed -1", "invalid value"},
		{"-no-such-flag", "flag provided but not defined"},
		{"mnist", `unexpected argument "mnist"`},
		{"-out " + missing, "create the folder first"},
		{"-json " + missing, "create the folder first"},
	} {
		code, stdout, stderr := runProgram(strings.Fields(c.args)...)
		if code != exitUsage || !strings.Contains(stderr, c.want) || stdout != "" {
			t.Errorf("%s: exit status %d, message %q; want status %d and %q", c.args, code, stderr, exitUsage, c.want)
		}
	}
}

func TestBadDataIsAnErrorThatNamesIt(t *testing.T) {
	empty := t.TempDir()
	halfWritten := t.TempDir()
	for _, name := range []string{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"} {
		if err := os.WriteFile(filepath.Join(halfWritten, name), []byte{0, 0, 8, 3, 0, 0}, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-data", empty}, "train-images-idx3-ubyte"},
		{[]string{"-data", filepath.Join(empty, "none")}, "none"},
		{[]string{"-data", halfWritten}, "train-images-idx3-ubyte"},
		{[]string{"-dataset", "digits", "-classes", "0,12"}, "12"},
		{[]string{"-dataset", "digits", "-classes", "0,0"}, "0"},
	} {
		code, stdout, stderr := runProgram(c.args...)
		if code != exitFailure || !strings.Contains(stderr, c.want) || strings.Contains(stdout, "epoch") {
			t.Errorf("%v: exit status %d, message %q; want status %d and %q", c.args, code, stderr, exitFailure, c.want)
		}
	}
}

func TestFullDisk(t *testing.T) {
	const full = "/dev/full"
	if _, err := os.Stat(full); err != nil {
		t.Skipf("no %s on this system", full)
	}
	for _, flag := range []string{"-out", "-json"} {
		code, _, stderr := runProgram(append(smallRun, flag, full)...)
		if code != exitFailure || !strings.Contains(stderr, "no space left") {
			t.Errorf("%s %s: exit status %d, message %q", flag, full, code, stderr)
		}
	}
}

func TestHelpListsEveryFlag(t *testing.T) {
	code, _, help := runProgram("-help")
	if code != exitOK {
		t.Errorf("exit status %d, want 0", code)
	}
	for name := range strings.FieldsSeq("data dataset hidden activation epochs batch lr optimizer seed workers classes init limit out checkpoint checkpoint-every checkpoint-keep resume json quiet verify") {
		if !strings.Contains(help, "\n  -"+name) {
			t.Errorf("-help does not list -%s", name)
		}
	}
}

// command returns the program as a process of its own.
func command(t *testing.T, args ...string) *exec.Cmd {
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(executable, args...)
	c.Env = append(os.Environ(), asProgram+"=1")
	return c
}

// TestForeignFloatingPointUnit runs the program where foreign code has switched
// denormals off.
func TestForeignFloatingPointUnit(t *testing.T) {
	for _, mode := range fpenv.Supported() {
		var code int
		var stderr string
		fpenv.Run(mode, func() { code, _, stderr = runProgram(smallRun...) })
		if code == exitOK || !strings.Contains(stderr, "floating-point") {
			t.Errorf("%v: exit status %d, message %q", mode, code, stderr)
		}
	}
}

func TestUnknownTierIsRefused(t *testing.T) {
	c := command(t, smallRun...)
	c.Env = append(c.Env, "LOCKSTEP_TIER=avx1024")
	output, err := c.CombinedOutput()
	if err == nil || !strings.Contains(string(output), `LOCKSTEP_TIER: unknown tier "avx1024" (want generic, avx2, avx512, neon)`) {
		t.Errorf("%v, %q", err, output)
	}
}

func TestInterruptLeavesNothingBehind(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no interrupts between processes on Windows")
	}
	model := filepath.Join(t.TempDir(), "model.safetensors")
	c := command(t, "-dataset", "digits", "-hidden", "32", "-epochs", "1000000", "-out", model)
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	interrupted := false // once: a second interrupt ends the program at once
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if !interrupted && strings.HasPrefix(lines.Text(), "epoch ") {
			interrupted = true
			if err := c.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
		}
	}
	err = c.Wait()
	if code := c.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit status %d (%v), want %d", code, err, exitInterrupted)
	}
	if !regexp.MustCompile(`training stopped in epoch \d+ after \d+ of 6000 rows: .*nothing was saved`).MatchString(stderr.String()) {
		t.Errorf("message %q", stderr.String())
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(model), "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
