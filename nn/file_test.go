package nn

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/safetensors"
)

// saved returns the network's file.
func saved(t testing.TB, net *Network, metadata map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := net.Save(&b, metadata); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFileRoundTrip(t *testing.T) {
	x := newSource(3).matrix(7, 20)
	net := predictable(t, 20)
	metadata := map[string]string{"purpose": "test \"quoted\"\n", "sha": "not reserved", "": "empty key"}
	file := saved(t, net, metadata)
	loaded, gotMetadata, err := Load(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Hash() != net.Hash() {
		t.Error("the weights have changed")
	}
	if !maps.Equal(gotMetadata, metadata) {
		t.Errorf("metadata %q, want %q", gotMetadata, metadata)
	}
	got, want := kernels.NewMatrix(7, 3), kernels.NewMatrix(7, 3)
	loaded.Predictor().Predict(got, x)
	net.Predictor().Predict(want, x)
	expectSameBits(t, "prediction", got.Data, want.Data)
	if again := saved(t, loaded, metadata); !bytes.Equal(again, file) {
		t.Error("saving what was loaded gives another file")
	}
	// A loaded network trains on as the one that was saved.
	data := newSource(4).data(30, 20, 3, lossPieces[0])
	runEpochs(t, net, data, 1, inOrder(1))
	runEpochs(t, loaded, data, 1, inOrder(1))
	if loaded.Hash() != net.Hash() {
		t.Error("training on gives other weights")
	}
}

// TestEveryLayerLoads remakes each layer from a file, with its settings.
func TestEveryLayerLoads(t *testing.T) {
	for _, piece := range layerPieces {
		file := saved(t, mustSequential(t, 6, 1, Dense(5), piece.build(4)), nil)
		loaded, _, err := Load(bytes.NewReader(file))
		if err != nil {
			t.Errorf("%s: %v", piece.name, err)
		} else if !bytes.Equal(saved(t, loaded, nil), file) {
			t.Errorf("%s: saving what was loaded gives another file", piece.name)
		}
	}
}

func TestSaveFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.safetensors")
	net := classifier(t, 1)
	if err := net.SaveFile(path, nil); err != nil {
		t.Fatal(err)
	}
	loaded, metadata, err := LoadFile(path)
	if err != nil || loaded.Hash() != net.Hash() || len(metadata) != 0 {
		t.Errorf("LoadFile: %v, metadata %q", err, metadata)
	}
	expectOnlyFile(t, path)
}

// TestTensorsAreThoseOfPyTorch reads a file as a stranger would: tensors have
// the names, shapes and order of elements of a torch.nn.Sequential.
func TestTensorsAreThoseOfPyTorch(t *testing.T) {
	net := mustSequential(t, 2, 1, Dense(3), ReLU(), Dense(1, WithoutBias()))
	copy(net.params[0].Value.Data, []float32{1, 2, 3, 4, 5, 6})
	f, err := safetensors.Read(bytes.NewReader(saved(t, net, nil)), safetensors.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Verify(); err != nil {
		t.Error(err)
	}
	var got []string
	for _, tensor := range f.Tensors {
		got = append(got, fmt.Sprint(tensor.Name, tensor.Shape, tensor.DType))
	}
	if want := []string{"0.weight[3 2]F32", "0.bias[3]F32", "2.weight[1 3]F32"}; !slices.Equal(got, want) {
		t.Errorf("tensors %q, want %q", got, want)
	}
	weight, err := safetensors.Values[float32](f.Tensors[0])
	if want := []float32{1, 4, 2, 5, 3, 6}; err != nil || !slices.Equal(weight, want) {
		t.Errorf("0.weight = %v, %v; want %v", weight, err, want)
	}
	for key, want := range map[string]string{
		metadataFormat:       "1",
		metadataContract:     "1",
		metadataArchitecture: `{"inputs":2,"layers":[{"type":"Dense","settings":{"out":3}},{"type":"ReLU"},{"type":"Dense","settings":{"out":1,"no_bias":true}}]}`,
	} {
		if got := f.Metadata[key]; got != want {
			t.Errorf("metadata %s is %q, want %q", key, got, want)
		}
	}
}

func TestReservedMetadata(t *testing.T) {
	for _, key := range []string{"lockstep.format", "lockstep.anything", "sha256"} {
		path := filepath.Join(t.TempDir(), "net")
		err := classifier(t, 1).SaveFile(path, map[string]string{key: ""})
		expectError(t, err, "nn: ", key, "reserved")
		expectMissing(t, path)
	}
}

// TestSaveFails checks that a save that fails leaves nothing behind, and an older
// file as it was.
func TestSaveFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net")
	net := classifier(t, 1)
	expectError(t, net.SaveFile(filepath.Join(path, "file"), nil), "nn: save the network: ", "create the folder first")
	expectMissing(t, path)

	if err := net.SaveFile(path, nil); err != nil {
		t.Fatal(err)
	}
	strange := mustSequential(t, 4, 2, Dense(3), unwritable{ReLU()})
	expectError(t, strange.SaveFile(path, nil), "layer 1 (Unwritable)")
	if loaded, _, err := LoadFile(path); err != nil || loaded.Hash() != net.Hash() {
		t.Errorf("the older file has suffered: %v", err)
	}
	expectOnlyFile(t, path)

	full := errors.New("disk full")
	if err := net.Save(failingWriter{full}, nil); !errors.Is(err, full) {
		t.Errorf("Save to a writer that fails: %v", err)
	}
	if _, err := os.Stat("/dev/full"); err == nil {
		expectError(t, net.SaveFile("/dev/full", nil), "/dev/full", "no space left")
	}
}

// unwritable is a layer whose settings are no JSON.
type unwritable struct{ Layer }

func (unwritable) Config() (string, any) { return "Unwritable", func() {} }

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func expectMissing(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s exists, or cannot be looked at: %v", path, err)
	}
}

// expectOnlyFile fails if there is another file in the folder of path.
func expectOnlyFile(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("in the folder of %s are %v, %v; want that file alone", path, entries, err)
	}
}

func TestLoadFileErrors(t *testing.T) {
	folder := t.TempDir()
	missing := filepath.Join(folder, "missing")
	_, _, err := LoadFile(missing)
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	expectError(t, err, "nn: load a network", missing)

	damaged := filepath.Join(folder, "damaged")
	if err := os.WriteFile(damaged, saved(t, classifier(t, 1), nil)[:100], 0o644); err != nil {
		t.Fatal(err)
	}
	_, _, err = LoadFile(damaged)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("truncated file: %v", err)
	}
	expectError(t, err, damaged, "truncated")
}

// TestDamage cuts a file at every length and alters every byte: nothing of that
// loads.
func TestDamage(t *testing.T) {
	file := saved(t, mustSequential(t, 2, 1, Dense(2), Sigmoid()), map[string]string{"note": "x"})
	for n := range file {
		if _, _, err := Load(bytes.NewReader(file[:n])); err == nil {
			t.Errorf("a file cut to %d of %d bytes loads", n, len(file))
		}
	}
	for i := range file {
		altered := slices.Clone(file)
		altered[i] ^= 1
		if _, _, err := Load(bytes.NewReader(altered)); err == nil {
			t.Errorf("a file with byte %d changed from %q to %q loads", i, file[i], altered[i])
		}
	}
	if _, _, err := Load(bytes.NewReader(append(slices.Clone(file), 0))); err == nil {
		t.Error("a file with a byte more loads")
	}
}

// TestHostileFiles loads files whose checksum is right and whose content is not.
// None of them may take memory for what it claims.
func TestHostileFiles(t *testing.T) {
	architecture := func(text string) func(*safetensors.File) {
		return func(f *safetensors.File) { f.Metadata[metadataArchitecture] = text }
	}
	tensor := func(change func(*safetensors.Tensor)) func(*safetensors.File) {
		return func(f *safetensors.File) { change(&f.Tensors[0]) }
	}
	for _, c := range []struct {
		name string
		edit func(*safetensors.File)
		want string
	}{
		{"foreign", func(f *safetensors.File) { f.Metadata = nil }, "no Lockstep network"},
		{"format", func(f *safetensors.File) { f.Metadata[metadataFormat] = "2" }, `format version "2", this release reads 1`},
		{"no format", func(f *safetensors.File) { delete(f.Metadata, metadataFormat) }, `format version ""`},
		{"no JSON", architecture("{"), "architecture: unexpected end of JSON"},
		{"other JSON", architecture(`["inputs"]`), "architecture: json"},
		{"no layers", architecture(`{"inputs":2}`), "no layers"},
		{"no inputs", architecture(`{"layers":[{"type":"ReLU"}]}`), "0 inputs"},
		{"negative inputs", architecture(`{"inputs":-1,"layers":[{"type":"ReLU"}]}`), "-1 inputs"},
		{"fractional inputs", architecture(`{"inputs":2.5,"layers":[{"type":"ReLU"}]}`), "architecture: json"},
		{"unknown layer", architecture(`{"inputs":2,"layers":[{"type":"Convolution"}]}`), `layer 0: unknown type "Convolution": make it known with nn.RegisterLayer`},
		{"no settings", architecture(`{"inputs":2,"layers":[{"type":"Dense"}]}`), "layer 0 (Dense): settings"},
		{"wrong settings", architecture(`{"inputs":2,"layers":[{"type":"ReLU"},{"type":"Dense","settings":{"out":"3"}}]}`), "layer 1 (Dense): settings"},
		{"no outputs", architecture(`{"inputs":2,"layers":[{"type":"Dense","settings":{}}]}`), "has 0 outputs"},
		{"negative outputs", architecture(`{"inputs":2,"layers":[{"type":"Dense","settings":{"out":-3}}]}`), "has -3 outputs"},
		{"huge outputs", architecture(`{"inputs":2,"layers":[{"type":"Dense","settings":{"out":2000000000}}]}`), `parameter "0.weight" is F32 [3 2], want F32 [2000000000 2]`},
		{"overflowing size", architecture(`{"inputs":2147483647,"layers":[{"type":"Dense","settings":{"out":2147483647}}]}`), `parameter "0.weight" is F32 [3 2]`},
		{"outputs beyond an int", architecture(`{"inputs":2,"layers":[{"type":"Dense","settings":{"out":1e30}}]}`), "layer 0 (Dense): settings"},
		{"another width", architecture(`{"inputs":3,"layers":[{"type":"Dense","settings":{"out":2}}]}`), `parameter "0.weight" is F32 [3 2], want F32 [2 3]`},
		{"fewer parameters", architecture(`{"inputs":2,"layers":[{"type":"ReLU"}]}`), "the file has 2 tensors, its architecture 0 parameters"},
		{"more parameters", architecture(`{"inputs":2,"layers":[{"type":"Dense","settings":{"out":3}},{"type":"Dense","settings":{"out":3}}]}`), "2 tensors, its architecture 4"},
		{"many layers", architecture(`{"inputs":2,"layers":[` + strings.Repeat(`{"type":"ReLU"},`, 20000) + `{"type":"ReLU"}]}`), "2 tensors, its architecture 0"},
		{"other name", tensor(func(t *safetensors.Tensor) { t.Name = "weight" }), `parameter "0.weight" is missing`},
		{"other shape", tensor(func(t *safetensors.Tensor) { t.Shape = []int{2, 3} }), `parameter "0.weight" is F32 [2 3], want F32 [3 2]`},
		{"vector", tensor(func(t *safetensors.Tensor) { t.Shape = []int{6} }), `parameter "0.weight" is F32 [6]`},
		{"other type", tensor(func(t *safetensors.Tensor) { t.DType = "I32" }), `parameter "0.weight" is I32 [3 2], want F32`},
		{"double", tensor(func(t *safetensors.Tensor) { t.DType, t.Data = "F64", append(t.Data, t.Data...) }), `parameter "0.weight" is F64`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := mustSequential(t, 2, 1, Dense(3)).file(nil)
			if err != nil {
				t.Fatal(err)
			}
			c.edit(f)
			file := sealed(t, f)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			net, _, err := Load(bytes.NewReader(file))
			runtime.ReadMemStats(&after)
			if net != nil {
				t.Error("it loads")
			}
			expectError(t, err, "nn: load a network: ", c.want)
			if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<20+uint64(50*len(file)) {
				t.Errorf("a file of %d bytes takes %d bytes of memory", len(file), taken)
			}
		})
	}
}

// sealed writes a file with a checksum that is right.
func sealed(t *testing.T, f *safetensors.File) []byte {
	t.Helper()
	delete(f.Metadata, safetensors.ChecksumKey)
	if err := f.Seal(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := safetensors.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUnsealedFile(t *testing.T) {
	f, err := classifier(t, 1).file(nil)
	if err != nil {
		t.Fatal(err)
	}
	delete(f.Metadata, safetensors.ChecksumKey)
	var b bytes.Buffer
	if err := safetensors.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	_, _, err = Load(&b)
	expectError(t, err, "nn: load a network: ", "no checksum")
}

// TestTensorOrder loads tensors in another order, as other programs may write
// them.
func TestTensorOrder(t *testing.T) {
	net := classifier(t, 1)
	f, err := net.file(nil)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(f.Tensors)
	loaded, _, err := Load(bytes.NewReader(sealed(t, f)))
	if err != nil || loaded.Hash() != net.Hash() {
		t.Errorf("tensors in reverse order: %v", err)
	}
}

func TestRegisterLayer(t *testing.T) {
	expectPanic(t, `"Dense" is registered already`, func() { registerSimple("Dense", ReLU) })
}

// FuzzLoad checks that no input panics, and that what loads can be saved and
// loaded again. The checksum is set right, so that the fuzzer gets beyond it.
func FuzzLoad(f *testing.F) {
	file := saved(f, mustSequential(f, 2, 1, Dense(2), ReLU(), newGain(), Dense(1, WithoutBias())), map[string]string{"a": "b"})
	f.Add(file)
	f.Add(saved(f, mustSequential(f, 1, 1, Softmax()), nil))
	f.Add(saved(f, mustSequential(f, 2, 1, Residual(BatchNorm(), Stack(ColumnPReLU(), ELU(1)), Dropout(0.5)), LayerNorm()), nil))
	f.Add(file[:len(file)/2])
	f.Add([]byte("\x02\x00\x00\x00\x00\x00\x00\x00{}"))
	f.Fuzz(func(t *testing.T, input []byte) {
		if f, err := safetensors.Read(bytes.NewReader(input), safetensors.Limits{}); err == nil {
			input = sealed(t, f)
		}
		net, metadata, err := Load(bytes.NewReader(input))
		if err != nil {
			return
		}
		loaded, gotMetadata, err := Load(bytes.NewReader(saved(t, net, metadata)))
		if err != nil || loaded.Hash() != net.Hash() || !maps.Equal(gotMetadata, metadata) {
			t.Errorf("what was loaded and saved differs: %v, metadata %q, want %q", err, gotMetadata, metadata)
		}
	})
}
