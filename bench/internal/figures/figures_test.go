package figures

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/lockstep-ml/lockstep/bench/internal/machine"
)

func TestSaveMerges(t *testing.T) {
	folder := t.TempDir()
	save := func(figures ...Figure) {
		t.Helper()
		if err := (&Recorder{figures: figures}).Save(folder); err != nil {
			t.Fatal(err)
		}
	}
	save(Figure{Name: "b", Seconds: 1}, Figure{Name: "a", Seconds: 2})
	save(Figure{Name: "b", Seconds: 3})
	f, err := Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	if f.Processor != machine.Processor() || len(f.Figures) != 2 || f.Figures[0].Seconds != 2 || f.Figures[1].Seconds != 3 {
		t.Errorf("the file has %+v, want a with 2 s and b with 3 s", f)
	}
}

// TestOtherProcessor: its figures make room.
func TestOtherProcessor(t *testing.T) {
	folder := t.TempDir()
	const other = `{"Processor": "another", "Figures": [{"Name": "old", "Seconds": 1}]}`
	if err := os.WriteFile(filepath.Join(folder, FileName), []byte(other), 0o666); err != nil {
		t.Fatal(err)
	}
	r := &Recorder{}
	r.Add(0.5, "new %d", 1)
	if err := r.Save(folder); err != nil {
		t.Fatal(err)
	}
	f, err := Read(folder)
	if err != nil || len(f.Figures) != 1 || f.Figures[0].Name != "new 1" || f.Figures[0].Bandwidth <= 0 {
		t.Errorf("the file has %+v (%v), want the new figure alone", f, err)
	}
}

func TestReadFails(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, FileName), []byte("{"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(folder); err == nil {
		t.Error("no error for half a file")
	}
	if err := (&Recorder{}).Save(folder); err == nil {
		t.Error("half a file is overwritten")
	}
}
