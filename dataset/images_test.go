package dataset

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

// tiny returns n images of 2 x 3 pixels, image i filled with byte i, in classes
// 0, 1, 2, 3, 0, 1, ...
func tiny(n int) *Images {
	images := &Images{Rows: 2, Cols: 3, Classes: []string{"zero", "one", "two", "three"}}
	for i := range n {
		images.Pixels = append(images.Pixels, bytes.Repeat([]byte{byte(i)}, 6)...)
		images.Labels = append(images.Labels, uint8(i%4))
	}
	return images
}

func TestNewImages(t *testing.T) {
	images, err := NewImages(2, 3, ramp(12), []byte{0, 2})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"0", "1", "2"}; images.Len() != 2 || !slices.Equal(images.Classes, want) {
		t.Errorf("%d images in classes %q, want 2 in %q", images.Len(), images.Classes, want)
	}
	if inputs, targets := images.Dims(); inputs != 6 || targets != 1 {
		t.Errorf("Dims() = %d, %d, want 6, 1", inputs, targets)
	}
	if empty, err := NewImages(28, 28, nil, nil); err != nil || empty.Len() != 0 {
		t.Errorf("an empty set: %v", err)
	}

	const huge = 1 << 30 // its square and its multiples overflow an int32
	for _, bad := range []struct{ rows, cols, pixels, labels int }{
		{0, 3, 0, 0}, {2, -3, 12, 2}, {2, 3, 11, 2}, {2, 3, 13, 2}, {2, 3, 12, 1}, {2, 3, 0, 1}, {huge, huge, 0, 4},
	} {
		if _, err := NewImages(bad.rows, bad.cols, ramp(bad.pixels), ramp(bad.labels)); err == nil {
			t.Errorf("no error for %+v", bad)
		}
	}
}

func TestGather(t *testing.T) {
	images := tiny(256) // image i holds byte i: every value there is
	rows := make([]int, 256)
	for i := range rows {
		rows[i] = 255 - i
	}
	// Strided, as a worker's part of a larger matrix may be.
	x := kernels.Matrix{Rows: 256, Cols: 6, Stride: 8, Data: make([]float32, 256*8)}
	y := kernels.NewMatrix(256, 1)
	images.Gather(rows, x, y)
	for i, row := range rows {
		want := float32(row) * (float32(1) / 255)
		for j, got := range x.Row(i) {
			if got != want {
				t.Fatalf("image %d, pixel %d: got %v, want %v", row, j, got, want)
			}
		}
		if got := y.Row(i)[0]; got != float32(row%4) {
			t.Errorf("image %d: target %v, want %d", row, got, row%4)
		}
		if gap := x.Data[i*8+6 : i*8+8]; gap[0] != 0 || gap[1] != 0 {
			t.Errorf("row %d: wrote past its end", i)
		}
	}
	if black, white := x.Row(255)[0], x.Row(0)[0]; black != 0 || white != 1 {
		t.Errorf("bytes 0 and 255 become %v and %v, want 0 and 1", black, white)
	}
	if allocs := testing.AllocsPerRun(10, func() { images.Gather(rows, x, y) }); allocs != 0 {
		t.Errorf("Gather allocates %v times", allocs)
	}
}

// Workers gather disjoint rows of one batch at the same time.
func TestGatherConcurrently(t *testing.T) {
	images := tiny(64)
	rows := make([]int, 64)
	for i := range rows {
		rows[i] = i
	}
	x, y := kernels.NewMatrix(64, 6), kernels.NewMatrix(64, 1)
	var workers sync.WaitGroup
	for w := range 4 {
		lo, hi := 16*w, 16*w+16
		workers.Go(func() { images.Gather(rows[lo:hi], x.RowRange(lo, hi), y.RowRange(lo, hi)) })
	}
	workers.Wait()
	for i := range rows {
		if want := float32(i) * (float32(1) / 255); x.Row(i)[5] != want || y.Row(i)[0] != float32(i%4) {
			t.Errorf("row %d: %v, class %v", i, x.Row(i), y.Row(i))
		}
	}
}

func TestLimit(t *testing.T) {
	images := tiny(10)
	for _, test := range []struct{ n, want int }{{0, 0}, {3, 3}, {10, 10}, {11, 10}} {
		limited := images.Limit(test.n)
		if limited.Len() != test.want || len(limited.Pixels) != 6*test.want {
			t.Errorf("Limit(%d) has %d images and %d bytes", test.n, limited.Len(), len(limited.Pixels))
		}
	}
	if images.Len() != 10 {
		t.Error("Limit changed the set")
	}
}

func TestSelect(t *testing.T) {
	images := tiny(10) // classes 0 1 2 3 0 1 2 3 0 1
	selected, err := images.Select(3, 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"three", "one"}; !slices.Equal(selected.Classes, want) {
		t.Errorf("classes %q, want %q", selected.Classes, want)
	}
	if want := []uint8{1, 0, 1, 0, 1}; !bytes.Equal(selected.Labels, want) {
		t.Errorf("labels %v, want %v", selected.Labels, want)
	}
	for i, from := range []byte{1, 3, 5, 7, 9} {
		if got := selected.Image(i); !bytes.Equal(got, bytes.Repeat([]byte{from}, 6)) {
			t.Errorf("image %d is %v, want image %d", i, got, from)
		}
	}
	if again, err := selected.Select(0); err != nil || again.Len() != 2 || again.Classes[0] != "three" {
		t.Errorf("class 0 of the selection: %v, %v", again, err)
	}

	for _, bad := range []struct {
		classes []int
		want    string
	}{
		{nil, "no classes"}, {[]int{0, 4}, "class 4 does not exist: the set has classes 0 to 3"},
		{[]int{-1}, "class -1"}, {[]int{1, 2, 1}, "class 1 is selected twice"},
	} {
		if _, err := images.Select(bad.classes...); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("Select(%v): got %v, want %q", bad.classes, err, bad.want)
		}
	}
}

func TestCrop(t *testing.T) {
	// Two images of 3 x 4 pixels, numbered.
	pixels := make([]byte, 24)
	for i := range pixels {
		pixels[i] = byte(i)
	}
	images, err := NewImages(3, 4, pixels, []uint8{1, 0})
	if err != nil {
		t.Fatal(err)
	}
	cropped, err := images.Crop(2, 3) // of an odd number the larger part is left out at the end
	if err != nil {
		t.Fatal(err)
	}
	want := []byte{0, 1, 2, 4, 5, 6, 12, 13, 14, 16, 17, 18}
	if cropped.Rows != 2 || cropped.Cols != 3 || !slices.Equal(cropped.Pixels, want) || !slices.Equal(cropped.Labels, images.Labels) {
		t.Errorf("%d x %d: %v, want %v", cropped.Rows, cropped.Cols, cropped.Pixels, want)
	}
	if images.Rows != 3 || len(images.Pixels) != 24 {
		t.Error("Crop changed the set")
	}
	for _, size := range [][2]int{{0, 1}, {1, 0}, {4, 4}, {3, 5}} {
		if _, err := images.Crop(size[0], size[1]); err == nil {
			t.Errorf("Crop(%d, %d) of 3 x 4 pixels succeeds", size[0], size[1])
		}
	}
}
