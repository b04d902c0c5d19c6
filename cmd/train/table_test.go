package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/mlp"
)

// writeTable writes a CSV file of n rows: two inputs, their sum, whether that is
// positive, and as a number. first shifts the rows.
func writeTable(t *testing.T, n, first int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("a,b,sum,sign,digit\n")
	for i := range n {
		x, y := (i+first)*37%101-50, (i+first)*61%97-48
		sign, digit := "negative", 0
		if x+y >= 0 {
			sign, digit = "positive", 1
		}
		fmt.Fprintf(&b, "%d.5,%d,%d.5,%s,%d\n", x, y, x+y, sign, digit)
	}
	path := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// tableFinal is the last event of a run on a table.
type tableFinal struct {
	Event, Dataset, Task string
	TrainRows            int      `json:"train_rows"`
	TestRows             int      `json:"test_rows"`
	TestAccuracy         *float64 `json:"test_accuracy"`
	TestR2               *float64 `json:"test_r2"`
	Hash                 string   `json:"weights_sha256"`
}

// runTable runs the program with a report in JSON, and returns the first and the last event.
func runTable(t *testing.T, args ...string) (start, final tableFinal) {
	t.Helper()
	code, stdout, stderr := runProgram(append(args, "-json", "-")...)
	if code != exitOK {
		t.Fatalf("exit status %d: %s", code, stderr)
	}
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	for line, event := range map[string]*tableFinal{lines[0]: &start, lines[len(lines)-1]: &final} {
		if err := json.Unmarshal([]byte(line), event); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
	}
	if start.Event != "start" || final.Event != "final" || len(final.Hash) != 64 || !strings.Contains(stderr, final.Hash) {
		t.Fatalf("events %+v and %+v, text %q", start, final, stderr)
	}
	return start, final
}

func TestTableClassification(t *testing.T) {
	path, model := writeTable(t, 400, 0), filepath.Join(t.TempDir(), "model.safetensors")
	start, final := runTable(t, "-data", path, "-target", "sign", "-hidden", "16", "-epochs", "60", "-lr", "0.01", "-out", model)
	if start.Task != classification || start.TrainRows != 320 || start.TestRows != 80 || final.Dataset != "table.csv" {
		t.Errorf("events %+v and %+v", start, final)
	}
	if final.TestAccuracy == nil || *final.TestAccuracy < 0.95 || final.TestR2 != nil {
		t.Errorf("test accuracy %v, want 0.95 or more, and no R2", final.TestAccuracy)
	}
	loaded, err := mlp.LoadClassifier[string](model)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := loaded.PredictRow([]float64{30, 30, 60, 1}); err != nil || got != "positive" || loaded.Hash() != final.Hash {
		t.Errorf("the saved model predicts %q, %v", got, err)
	}
	_, again := runTable(t, "-data", path, "-target", "sign", "-hidden", "16", "-epochs", "60", "-lr", "0.01", "-workers", "1")
	_, other := runTable(t, "-data", path, "-target", "sign", "-hidden", "16", "-epochs", "60", "-lr", "0.01", "-seed", "2")
	if again.Hash != final.Hash || other.Hash == final.Hash {
		t.Errorf("hash %s, with one worker %s, with another seed %s", final.Hash, again.Hash, other.Hash)
	}
}

// What is learned follows from the target, unless -task says so.
func TestTableTask(t *testing.T) {
	path := withoutColumn(t, writeTable(t, 300, 0), 3) // text is no input
	for _, test := range []struct{ target, task, want string }{
		{"digit", "", classification},
		{"sum", "", regression},
		{"digit", regression, regression},
	} {
		args := []string{"-data", path, "-target", test.target, "-hidden", "8", "-epochs", "40", "-optimizer", "momentum"}
		if test.task != "" {
			args = append(args, "-task", test.task)
		}
		start, final := runTable(t, args...)
		score := final.TestAccuracy
		if test.want == regression {
			score = final.TestR2
		}
		if start.Task != test.want || score == nil || *score < 0.5 || (final.TestR2 != nil) != (test.want == regression) {
			t.Errorf("%v: %+v, %+v", test, start, final)
		}
	}
}

// withoutColumn returns the path of a copy of the table without a column.
func withoutColumn(t *testing.T, path string, column int) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(content)) {
		fields := strings.Split(line, ",")
		b.WriteString(strings.Join(append(fields[:column:column], fields[column+1:]...), ","))
	}
	path = filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTableTestData(t *testing.T) {
	start, final := runTable(t, "-data", writeTable(t, 200, 0), "-test-data", writeTable(t, 70, 200), "-target", "sign", "-hidden", "none", "-epochs", "30", "-lr", "0.05")
	if start.TrainRows != 200 || start.TestRows != 70 || *final.TestAccuracy < 0.9 {
		t.Errorf("events %+v and %+v", start, final)
	}
}

func TestTableReport(t *testing.T) {
	code, stdout, stderr := runProgram("-data", writeTable(t, 100, 0), "-target", "sign", "-hidden", "4", "-epochs", "3")
	if code != exitOK || stderr != "" {
		t.Fatalf("exit status %d: %s", code, stderr)
	}
	for _, want := range []string{
		"data     table.csv: 80 rows to train on, 20 to test with, held out by seed 1",
		`task     classification of "sign" from 4 columns, scaled by the training part`,
		"epoch 2  loss ",
		"note     the loss was still falling after 3 epochs: more -epochs may help",
		"confusion matrix of the test rows", "test accuracy  0.",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("the report lacks %q:\n%s", want, stdout)
		}
	}
}

func TestTableRejects(t *testing.T) {
	path := writeTable(t, 20, 0)
	none := filepath.Join(t.TempDir(), "none.csv")
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-data", path}, exitUsage, "is a file: say which column is to be predicted, with -target"},
		{[]string{"-target", "sign"}, exitUsage, "say which CSV file has that column, with -data"},
		{[]string{"-test-data", path}, exitUsage, "-test-data: say which column is to be predicted, with -target"},
		{[]string{"-data", path, "-target", "sign", "-task", "guess"}, exitUsage, `-task "guess": unknown, want classification or regression`},
		{[]string{"-data", path, "-target", "sign", "-optimizer", "gd"}, exitUsage, `-optimizer "gd": not for tables, want adam, momentum, sgd`},
		{[]string{"-data", path, "-target", "sign", "-limit", "5"}, exitUsage, "-limit and -target exclude each other"},
		{[]string{"-data", path, "-target", "sign", "-preset", "fast"}, exitUsage, "-preset and -target exclude each other"},
		{[]string{"-data", path, "-target", "sign", "-crop", "5"}, exitUsage, "-crop and -target exclude each other"},
		{[]string{"-data", path, "-target", "sign", "-schedule", "cosine"}, exitUsage, "-schedule and -target exclude each other"},
		{[]string{"-data", path, "-target", "sign", "-beta2", "0.9"}, exitUsage, "-beta2 and -target exclude each other"},
		{[]string{"-data", none, "-target", "sign"}, exitFailure, "none.csv"},
		{[]string{"-data", path, "-target", "Sign"}, exitFailure, `-target: ` + path + `: there is no column "Sign", want one of a, b, sum, sign, digit`},
		{[]string{"-data", path, "-target", "sum"}, exitFailure, path + `:2: column "sign": "negative" is not a finite number`},
		{[]string{"-data", path, "-target", "sign", "-test-data", none}, exitFailure, "-test-data: "},
	} {
		code, stdout, stderr := runProgram(test.args...)
		if code != test.code || stdout != "" || !strings.Contains(stderr, test.want) {
			t.Errorf("%v: exit status %d, %q, %q; want %d, %q", test.args, code, stdout, stderr, test.code, test.want)
		}
	}
}
