package safetensors_test

import (
	"bytes"
	"fmt"
	"log"

	"github.com/lockstep-ml/lockstep/safetensors"
)

func Example() {
	file := &safetensors.File{
		Metadata: map[string]string{"format": "pt"},
		Tensors: []safetensors.Tensor{
			safetensors.New("0.weight", []int{2, 3}, []float32{1, 2, 3, 4, 5, 6}),
			safetensors.New("0.bias", []int{2}, []float32{0.5, -0.5}),
		},
	}
	var disk bytes.Buffer
	if err := safetensors.Write(&disk, file); err != nil {
		log.Fatal(err)
	}

	loaded, err := safetensors.Read(&disk, safetensors.Limits{})
	if err != nil {
		log.Fatal(err)
	}
	for _, tensor := range loaded.Tensors {
		values, err := safetensors.Values[float32](tensor)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(tensor.Name, tensor.DType, tensor.Shape, values)
	}
	// Output:
	// 0.weight F32 [2 3] [1 2 3 4 5 6]
	// 0.bias F32 [2] [0.5 -0.5]
}

func ExampleFile_Verify() {
	file := &safetensors.File{Tensors: []safetensors.Tensor{
		safetensors.New("bias", []int{2}, []float32{0.5, -0.5}),
	}}
	if err := file.Seal(); err != nil {
		log.Fatal(err)
	}
	fmt.Println("intact:", file.Verify())

	file.Tensors[0].Data[0] ^= 1
	fmt.Println("altered:", file.Verify() != nil)
	// Output:
	// intact: <nil>
	// altered: true
}

func ExampleRead_rejected() {
	_, err := safetensors.Read(bytes.NewReader([]byte("<html>Not Found</html>")), safetensors.Limits{})
	fmt.Println(err)
	// Output:
	// safetensors: header of 8020416621807167548 bytes, the limit is 100000000: this is no safetensors file, or it is damaged
}
