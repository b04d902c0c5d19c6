package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/dataset/digits"
	"github.com/lockstep-ml/lockstep/mlp"
	"github.com/lockstep-ml/lockstep/nn"
)

// runProgram runs the program in this process.
func runProgram(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &err)
	return code, out.String(), err.String()
}

// mustRun returns what a run without errors writes.
func mustRun(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	code, stdout, stderr := runProgram(stdin, args...)
	if code != exitOK || stderr != "" {
		t.Fatalf("%v: exit status %d: %s", args, code, stderr)
	}
	return stdout
}

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// saver is a model of package mlp.
type saver interface{ SaveFile(path string) error }

func save(t *testing.T, m saver, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "model.safetensors")
	if err := m.SaveFile(path); err != nil {
		t.Fatal(err)
	}
	return path
}

var (
	inputs = [][]float64{{0, 0}, {0, 1}, {5, 5}, {5, 6}}
	labels = []string{"left", "left", "right, far", "right, far"}
)

// classifierFile returns the file of a classifier of inputs.
func classifierFile(t *testing.T) string {
	c := mlp.NewClassifier[string]()
	c.HiddenLayerSizes, c.Solver = []int{4}, mlp.LBFGS
	m, err := c.Fit(t.Context(), mlp.Rows(inputs), labels)
	return save(t, m, err)
}

func TestClassifierFromCSV(t *testing.T) {
	model := classifierFile(t)
	rows := "x,y\n0,0.5\n5,5.5\n"
	file := write(t, "rows.csv", []byte(rows))
	fromFile := mustRun(t, "", "-model", model, file)
	lines := strings.Split(fromFile, "\n")
	if lines[0] != `file,row,label,left,"right, far"` || !strings.HasPrefix(lines[1], file+",1,left,0.9") || !strings.HasPrefix(lines[2], file+`,2,"right, far",`) {
		t.Errorf("output %q", fromFile)
	}
	if got := mustRun(t, rows, "-model", model); got != strings.ReplaceAll(fromFile, file, "standard input") {
		t.Errorf("from standard input %q, from a file %q", got, fromFile)
	}
	unnamed := mustRun(t, strings.Replace(rows, "x,", ",", 1), "-model", model) // as pandas writes its index
	if unnamed != strings.ReplaceAll(fromFile, file, "standard input") {
		t.Errorf("with a column without a name %q, want the same as with one", unnamed)
	}
	var line struct {
		File          string
		Row           int
		Label         string
		Probabilities map[string]float64
	}
	if err := json.Unmarshal([]byte(mustRun(t, "5,5.5\n", "-model", model, "-json")), &line); err != nil {
		t.Fatal(err)
	}
	if p := line.Probabilities; line.Label != "right, far" || line.Row != 1 || math.Abs(p["left"]+p["right, far"]-1) > 1e-6 {
		t.Errorf("JSON %+v", line)
	}
}

// TestNamedColumns finds the inputs of a model that knows their names.
func TestNamedColumns(t *testing.T) {
	c := mlp.NewClassifier[string]()
	c.HiddenLayerSizes, c.Solver = []int{4}, mlp.LBFGS
	x := [][]float64{{0, 9}, {1, 9}, {5, 1}, {6, 1}}
	m, err := c.Fit(t.Context(), mlp.Rows(x).Named("up", "down"), labels)
	model := save(t, m, err)
	want := mustRun(t, "up,down\n0,9\n6,1\n", "-model", model)
	for _, rows := range []string{
		"down,up\n9,0\n1,6\n",
		"down,name,up\n9,left,0\n1,left,6\n",
		"id,down,name,up\n1,9,left,0\n2,1,left,6\n",
		"over,under\n0,9\n6,1\n",
	} {
		if got := mustRun(t, rows, "-model", model); got != want {
			t.Errorf("%q: %q, want %q", rows, got, want)
		}
	}
	for _, rows := range []string{"down,name,up\n9,left,0\n1,left,6\n", "id,down,name,up\n1,9,left,0\n2,1,left,6\n"} {
		args := []string{"-model", model, "-eval"}
		if strings.HasPrefix(rows, "id") {
			args = append(args, "-target", "name")
		}
		if got := mustRun(t, rows, args...); !strings.HasSuffix(got, "accuracy 0.5000 of 2 rows\n") {
			t.Errorf("%q: %q", rows, got)
		}
	}
}

func TestEvaluation(t *testing.T) {
	model := classifierFile(t)
	// The label is in the last column, or in that of -target.
	last := "0,0,left\n5,5,left\n5,6,\"right, far\"\n0,1,left\n"
	first := "label,a,b\nleft,0,0\nleft,5,5\n\"right, far\",5,6\nleft,0,1\n"
	for _, got := range []string{
		mustRun(t, last, "-model", model, "-eval"),
		mustRun(t, first, "-model", model, "-eval", "-target", "label"),
	} {
		if !strings.HasSuffix(got, "\naccuracy 0.7500 of 4 rows\n") || !strings.Contains(got, "right, far") {
			t.Errorf("output %q", got)
		}
	}
	if got := mustRun(t, last, "-model", model, "-eval", "-json"); got != `{"rows":4,"accuracy":0.75}`+"\n" {
		t.Errorf("JSON %q", got)
	}
	if got := mustRun(t, last, "-model", model); strings.Count(got, "\n") != 5 {
		t.Errorf("without -eval %q", got)
	}
}

func TestRegressor(t *testing.T) {
	r := mlp.NewRegressor()
	r.HiddenLayerSizes, r.Solver, r.Alpha = nil, mlp.LBFGS, 0
	m, err := r.Fit(t.Context(), mlp.Rows(inputs), []float64{0, 1, 10, 11})
	model := save(t, m, err)
	got := mustRun(t, "1,1\n", "-model", model)
	var v float64
	if _, err := fmt.Sscanf(got, "file,row,prediction\nstandard input,1,%g\n", &v); err != nil || math.Abs(v-2) > 0.01 {
		t.Errorf("output %q, want 2", got)
	}
	if got := mustRun(t, "1,1,2\n2,3,5\n", "-model", model, "-eval"); !strings.HasPrefix(got, "R2 1.0000, mean absolute error ") {
		t.Errorf("evaluation %q", got)
	}
}

// Labels of other types are written as text.
func TestLabelKinds(t *testing.T) {
	l := mlp.NewLogisticRegression[int8]()
	logistic, err := l.Fit(t.Context(), mlp.Rows(inputs), []int8{-1, -1, 7, 7})
	if got := mustRun(t, "0,0\n5,5\n", "-model", save(t, logistic, err)); !strings.Contains(got, "label,-1,7\n") || !strings.Contains(got, ",2,7,") {
		t.Errorf("output %q", got)
	}
	c := mlp.NewClassifier[bool]()
	c.HiddenLayerSizes, c.Solver = nil, mlp.LBFGS
	yes, err := c.Fit(t.Context(), mlp.Rows(inputs), []bool{false, false, true, true})
	if got := mustRun(t, "0,0\n5,5\n", "-model", save(t, yes, err)); !strings.Contains(got, ",1,false,") || !strings.Contains(got, ",2,true,") {
		t.Errorf("output %q", got)
	}
}

// digitModel returns the file of a network for digits as cmd/train writes it.
func digitModel(t *testing.T) string {
	t.Helper()
	train, _ := digits.Load()
	net, err := nn.Sequential(28*28, 1, nn.Dense(32), nn.ReLU(), nn.Dense(10))
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := net.NewTrainer(nn.TrainerOptions{Loss: nn.CrossEntropy(), Optimizer: nn.NewAdam(0.005), BatchSize: 64, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	for _, err := range trainer.Epochs(t.Context(), train.Limit(3000), 4) {
		if err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "digits.safetensors")
	if err := net.SaveFile(path, map[string]string{"classes": fmt.Sprintf("%q", train.Classes)}); err != nil {
		t.Fatal(err)
	}
	return path
}

// idx returns an IDX file of bytes.
func idx(data []byte, dims ...int) []byte {
	file := []byte{0, 0, 8, byte(len(dims))}
	for _, n := range dims {
		file = append(file, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(file, data...)
}

func zipped(content []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(content)
	w.Close()
	return b.Bytes()
}

func TestImages(t *testing.T) {
	model := digitModel(t)
	_, test := digits.Load()
	test = test.Limit(300)
	images := write(t, "images.gz", zipped(idx(test.Pixels, 300, 28, 28)))
	classes := write(t, "labels", idx(test.Labels, 300))
	var score struct{ Accuracy float64 }
	if err := json.Unmarshal([]byte(mustRun(t, "", "-model", model, "-eval", "-json", "-labels", classes, images)), &score); err != nil {
		t.Fatal(err)
	}
	if score.Accuracy < 0.8 {
		t.Errorf("accuracy %v on IDX files, want 0.8 or more", score.Accuracy)
	}

	// The same images four times as large, dark on light and away from the middle, must be
	// recognised nearly as well.
	var files []string
	for i := range 50 {
		files = append(files, write(t, "digit.png", encoded(t, enlarged(test.Image(i)))))
	}
	lines := strings.Split(mustRun(t, "", append([]string{"-model", model}, files...)...), "\n")[1:]
	hits := 0
	for i, file := range files {
		if strings.HasPrefix(lines[i], fmt.Sprintf("%s,1,%d,", file, test.Labels[i])) {
			hits++
		}
	}
	if hits < 35 {
		t.Errorf("%d of %d PNG images recognised, want 35 or more", hits, len(files))
	}
}

// enlarged draws pixels of 28 x 28 large and dark on light, in a corner.
func enlarged(pixels []byte) image.Image {
	m := image.NewGray(image.Rect(-7, 3, 193, 143))
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		for x := m.Rect.Min.X; x < m.Rect.Max.X; x++ {
			m.SetGray(x, y, color.Gray{Y: 250})
			if i, j := (y-m.Rect.Min.Y-5)/4, (x-m.Rect.Min.X-70)/4; i >= 0 && i < 28 && j >= 0 && j < 28 {
				m.SetGray(x, y, color.Gray{Y: uint8(250 - int(pixels[28*i+j])*240/255)})
			}
		}
	}
	return m
}

func encoded(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A bar of 40 x 10 dark pixels becomes one of 20 x 5 in the middle of the field.
func TestLikeMNIST(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 100, 60))
	for y := 8; y < 48; y++ {
		for x := 70; x < 80; x++ {
			m.SetNRGBA(x, y, color.NRGBA{R: 20, A: 255})
		}
	}
	k, err := decodePNG(bytes.NewReader(encoded(t, m))) // transparent elsewhere
	if err != nil {
		t.Fatal(err)
	}
	pixels, err := k.likeMNIST()
	if err != nil {
		t.Fatal(err)
	}
	for y := range 28 {
		for x := range 28 {
			want := byte(0)
			if y >= 4 && y < 24 && x >= 12 && x < 17 {
				want = 255
			}
			if got := pixels[28*y+x]; got != want {
				t.Fatalf("pixel %d of row %d is %d, want %d", x, y, got, want)
			}
		}
	}
	prepared := image.NewGray(image.Rect(0, 0, 28, 28))
	prepared.SetGray(3, 5, color.Gray{Y: 77})
	k, err = decodePNG(bytes.NewReader(encoded(t, prepared)))
	if err != nil {
		t.Fatal(err)
	}
	if pixels, err := k.likeMNIST(); err != nil || !slices.Equal(pixels, prepared.Pix) {
		t.Errorf("an image of 28 x 28 pixels has changed (%v)", err)
	}
}

func TestResample(t *testing.T) {
	for _, test := range []struct {
		line []float64
		n    int
		want []float64
	}{
		{[]float64{1, 3, 5, 7}, 2, []float64{2, 6}},
		{[]float64{1, 3}, 4, []float64{1, 1, 3, 3}},
		{[]float64{3, 6, 9}, 2, []float64{4, 8}},
		{[]float64{5}, 1, []float64{5}},
	} {
		if got := resample(test.line, test.n); !slices.Equal(got, test.want) {
			t.Errorf("resample(%v, %d) = %v, want %v", test.line, test.n, got, test.want)
		}
	}
}

func TestRejects(t *testing.T) {
	model := classifierFile(t)
	network, err := nn.Sequential(2, 1, nn.Dense(3))
	if err != nil {
		t.Fatal(err)
	}
	misnamed := filepath.Join(t.TempDir(), "misnamed.safetensors")
	if err := network.SaveFile(misnamed, map[string]string{"classes": `["0" "1"]`}); err != nil {
		t.Fatal(err)
	}
	blank := write(t, "blank.png", encoded(t, image.NewGray(image.Rect(0, 0, 50, 50))))
	small := write(t, "small", idx(make([]byte, 12), 3, 2, 2))
	for _, test := range []struct {
		stdin string
		args  []string
		code  int
		want  string
	}{
		{"", nil, exitUsage, "say which model is to predict, with -model"},
		{"", []string{"-nonsense"}, exitUsage, "-help lists the flags"},
		{"", []string{"-model", model, "-labels", small}, exitUsage, "-labels: want -eval"},
		{"", []string{"-model", model, "-eval", "-labels", small, "a", "b"}, exitUsage, "one file of images goes with them, not 2"},
		{"", []string{"-model", small}, exitFailure, "-model " + small},
		{"", []string{"-model", misnamed}, exitFailure, "the network has 3 outputs, but 2 classes are named"},
		{"", []string{"-model", model, "none.csv"}, exitFailure, "none.csv"},
		{"", []string{"-model", model}, exitFailure, "standard input: the file has no rows"},
		{"1,2,3,4\n", []string{"-model", model}, exitFailure, "4 columns, want one for each of the model's 2 inputs"},
		{"1,2\n1,\n", []string{"-model", model}, exitFailure, "standard input:2: column \"2\": the value is missing"},
		{"1,2\n", []string{"-model", model, "-eval"}, exitFailure, "standard input: no labels to compare with"},
		{"", []string{"-model", model, blank}, exitFailure, blank + ": the image is blank"},
		{"", []string{"-model", model, small}, exitFailure, small + ": images of 4 pixels, but the model has 2 inputs"},
		{"\x1f\x8b", []string{"-model", model}, exitFailure, "standard input: "},
		{"\x89PNG", []string{"-model", model}, exitFailure, "standard input: "},
	} {
		code, _, stderr := runProgram(test.stdin, test.args...)
		if code != test.code || !strings.HasPrefix(stderr, "predict: ") || !strings.Contains(stderr, test.want) {
			t.Errorf("%v: exit status %d, %q; want %d, %q", test.args, code, stderr, test.code, test.want)
		}
	}
	if code, _, stderr := runProgram("", "-help"); code != exitOK || !strings.Contains(stderr, "Usage: predict -model") {
		t.Errorf("-help: exit status %d, %q", code, stderr)
	}
}
