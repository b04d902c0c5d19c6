package nn

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/lockstep-ml/lockstep/internal/atomicfile"
	"github.com/lockstep-ml/lockstep/safetensors"
)

// Networks are stored as safetensors files. The tensors have PyTorch's names and
// shapes ("0.weight", out x in), the metadata below describe the rest.
const (
	metadataPrefix       = "lockstep."
	metadataFormat       = metadataPrefix + "format"
	metadataContract     = metadataPrefix + "contract"
	metadataArchitecture = metadataPrefix + "architecture"

	formatVersion = 1
)

// architecture is the JSON form of a network without its parameters.
type architecture struct {
	Inputs int           `json:"inputs"`
	Layers []layerConfig `json:"layers"`
}

type layerConfig struct {
	Type     string          `json:"type"`
	Settings json.RawMessage `json:"settings,omitempty"`
	Layers   []layerConfig   `json:"layers,omitempty"` // of a block
}

// SaveFile writes the network to a safetensors file. The file appears under
// its name only when it is complete. metadata is stored with it, may be nil,
// and must not use keys that begin with "lockstep." nor the key "sha256".
func (n *Network) SaveFile(path string, metadata map[string]string) error {
	f, err := n.file(metadata)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(path, func(w io.Writer) error { return safetensors.Write(w, f) }); err != nil {
		return fmt.Errorf("nn: save the network: %w", err)
	}
	return nil
}

// Save writes the network to w, as SaveFile does.
func (n *Network) Save(w io.Writer, metadata map[string]string) error {
	f, err := n.file(metadata)
	if err != nil {
		return err
	}
	return safetensors.Write(w, f)
}

// file returns the network as the content of a file.
func (n *Network) file(metadata map[string]string) (*safetensors.File, error) {
	f, err := n.unsealed(metadata)
	if err != nil {
		return nil, err
	}
	return f, f.Seal()
}

// unsealed returns the network as the content of a file that may be added to.
func (n *Network) unsealed(metadata map[string]string) (*safetensors.File, error) {
	f := &safetensors.File{Metadata: map[string]string{
		metadataFormat:   strconv.Itoa(formatVersion),
		metadataContract: strconv.Itoa(ContractVersion),
	}}
	for key, value := range metadata { //bitlint:ignore Write sorts the keys
		if strings.HasPrefix(key, metadataPrefix) || key == safetensors.ChecksumKey {
			return nil, fmt.Errorf("nn: the metadata key %q is reserved: choose another one", key)
		}
		f.Metadata[key] = value
	}
	description, err := n.describe()
	if err != nil {
		return nil, err
	}
	f.Metadata[metadataArchitecture] = string(description)
	for _, p := range n.stored {
		f.Tensors = append(f.Tensors, safetensors.New(p.name, p.fileShape(), p.fileValues()))
	}
	return f, nil
}

// describe returns the architecture as JSON.
func (n *Network) describe() ([]byte, error) {
	layers, err := describeLayers(n.top)
	if err != nil {
		return nil, err
	}
	return json.Marshal(architecture{Inputs: n.inputs, Layers: layers})
}

func describeLayers(layers []Layer) ([]layerConfig, error) {
	var configs []layerConfig
	for l, layer := range layers {
		name, settings := layer.Config()
		config := layerConfig{Type: name}
		if settings != nil {
			raw, err := json.Marshal(settings)
			if err != nil {
				return nil, fmt.Errorf("nn: settings of layer %d (%s): %w", l, name, err)
			}
			config.Settings = raw
		}
		if b, ok := layer.(*block); ok {
			var err error
			if config.Layers, err = describeLayers(b.layers); err != nil {
				return nil, fmt.Errorf("%w, in layer %d (%s)", err, l, name)
			}
		}
		configs = append(configs, config)
	}
	return configs, nil
}

// LoadFile reads a network from a file that SaveFile wrote. It returns the
// caller's metadata, too.
func LoadFile(path string) (*Network, map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("nn: load a network: %w", err)
	}
	defer f.Close()
	n, metadata, err := Load(f)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return n, metadata, nil
}

// Load reads a network that Save wrote, and checks that it was not altered.
// The layers' types must be known, see [RegisterLayer]. It allocates no more than a
// small multiple of what it reads.
func Load(r io.Reader) (*Network, map[string]string, error) {
	f, err := safetensors.Read(bufio.NewReader(r), safetensors.Limits{})
	if err != nil {
		return nil, nil, fmt.Errorf("nn: load a network: %w", err)
	}
	n, err := fromFile(f)
	if err != nil {
		return nil, nil, fmt.Errorf("nn: load a network: %w", err)
	}
	return n, ownMetadata(f), nil
}

// ownMetadata returns the metadata that are the caller's.
func ownMetadata(f *safetensors.File) map[string]string {
	metadata := map[string]string{}
	for key, value := range f.Metadata { //bitlint:ignore a map is made of a map
		if !strings.HasPrefix(key, metadataPrefix) && key != safetensors.ChecksumKey {
			metadata[key] = value
		}
	}
	return metadata
}

// checkFile reports a file that holds no network, or was altered.
func checkFile(f *safetensors.File) error {
	if _, ok := f.Metadata[metadataArchitecture]; !ok {
		return errors.New("the file holds no Lockstep network (no " + metadataArchitecture + " in its metadata)")
	}
	if version := f.Metadata[metadataFormat]; version != strconv.Itoa(formatVersion) {
		return fmt.Errorf("the file has format version %q, this release reads %d", version, formatVersion)
	}
	return f.Verify()
}

func fromFile(f *safetensors.File) (*Network, error) {
	if err := checkFile(f); err != nil {
		return nil, err
	}
	n, err := fromArchitecture([]byte(f.Metadata[metadataArchitecture]))
	if err != nil {
		return nil, err
	}
	// The shapes are compared before any memory is taken for them.
	tensors, err := n.tensors(f)
	if err != nil {
		return nil, err
	}
	n.allocate()
	return n, n.setTensors(tensors)
}

// setTensors sets the parameters to the file's tensors in their order.
func (n *Network) setTensors(tensors []safetensors.Tensor) error {
	for i, p := range n.stored {
		values, err := safetensors.Values[float32](tensors[i])
		if err != nil {
			return err
		}
		p.setFileValues(values)
	}
	return nil
}

// tensors returns the file's tensors in the order of the parameters, whose
// shapes they have.
func (n *Network) tensors(f *safetensors.File) ([]safetensors.Tensor, error) {
	byName := map[string]safetensors.Tensor{}
	for _, t := range f.Tensors {
		if !strings.HasPrefix(t.Name, trainerPrefix) {
			byName[t.Name] = t
		}
	}
	if len(byName) != len(n.stored) {
		return nil, fmt.Errorf("the file has %d tensors, its architecture %d parameters", len(byName), len(n.stored))
	}
	var tensors []safetensors.Tensor
	for _, p := range n.stored {
		t, ok := byName[p.name]
		if !ok {
			return nil, fmt.Errorf("parameter %q is missing", p.name)
		}
		if t.DType != safetensors.F32 || !slices.Equal(t.Shape, p.fileShape()) {
			return nil, fmt.Errorf("parameter %q is %s %v, want F32 %v", p.name, t.DType, t.Shape, p.fileShape())
		}
		tensors = append(tensors, t)
	}
	return tensors, nil
}

// fromArchitecture makes a network without memory for its parameters.
func fromArchitecture(description []byte) (*Network, error) {
	var a architecture
	if err := json.Unmarshal(description, &a); err != nil {
		return nil, fmt.Errorf("architecture: %w", err)
	}
	layers, err := makeLayers(a.Layers, "")
	if err != nil {
		return nil, err
	}
	return assemble(a.Inputs, 0, layers)
}

// makeLayers makes the layers of a network, or of a block whose path is given.
func makeLayers(configs []layerConfig, path string) ([]Layer, error) {
	if strings.Count(path, ".") > maxNesting {
		return nil, fmt.Errorf("layer %s stands in more than %d others", path, maxNesting)
	}
	var layers []Layer
	for l, config := range configs {
		if makeBlock := blockTypes[config.Type]; makeBlock != nil {
			inner, err := makeLayers(config.Layers, fmt.Sprintf("%s%d.", path, l))
			if err != nil {
				return nil, err
			}
			layers = append(layers, makeBlock(inner...))
			continue
		}
		factory, ok := layerFactories[config.Type]
		if !ok {
			return nil, fmt.Errorf("layer %s%d: unknown type %q: make it known with nn.RegisterLayer", path, l, config.Type)
		}
		layer, err := factory(config.Settings)
		if err != nil {
			return nil, fmt.Errorf("layer %s%d (%s): settings: %w", path, l, config.Type, err)
		}
		layers = append(layers, layer)
	}
	return layers, nil
}
