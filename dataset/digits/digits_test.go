package digits

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/dataset"
)

// The standard sets are the same bytes on every platform and for ever: results
// are published with them.
func TestGolden(t *testing.T) {
	train, test := Load()
	for _, set := range []struct {
		name   string
		images *dataset.Images
		size   int
		want   string
	}{
		{"train", train, TrainSize, "6bc682b2809fcbcdde36d05c7e519f11d0a2c9f72401e76abeddab46815d13b6"},
		{"test", test, TestSize, "e215a1a461340eeb4eb5bb84c491e4e4f8a6831b33ea095733222913c88bb812"},
	} {
		if set.images.Len() != set.size {
			t.Errorf("%s: %d images, want %d", set.name, set.images.Len(), set.size)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(set.images.Pixels)); got != set.want {
			t.Errorf("%s: SHA-256 of the pixels is %s, want %s", set.name, got, set.want)
		}
		for i, label := range set.images.Labels {
			if int(label) != i%10 {
				t.Fatalf("%s: image %d has label %d", set.name, i, label)
			}
		}
	}
}

// Every digit has ink and lies wholly within its image.
func TestNothingIsCutOff(t *testing.T) {
	p := newPrinter()
	var pixels [Size * Size]byte
	for index := range uint64(TrainSize + TestSize) {
		p.print(pixels[:], int(index%10), newRandom(Seed, index))
		if brightest := slices.Max(pixels[:]); brightest < minInk/2 {
			t.Errorf("image %d: the brightest pixel is %d", index, brightest)
		}
		c := &p.raster.canvas
		for i := range samples {
			if c.inked(0, i) || c.inked(samples-1, i) || c.inked(i, 0) || c.inked(i, samples-1) {
				t.Errorf("image %d: there is ink on the rim", index)
				break
			}
		}
	}
}

// An image depends on its seed and index alone.
func TestEveryImageStandsAlone(t *testing.T) {
	images := Generate(7, 1000, 20)
	for i := range images.Len() {
		alone := Generate(7, 1000+uint64(i), 1)
		if !bytes.Equal(alone.Pixels, images.Image(i)) || alone.Labels[0] != images.Labels[i] {
			t.Errorf("image %d differs when drawn alone", i)
		}
	}
	seen := map[string]bool{}
	for _, images := range []*dataset.Images{images, Generate(8, 1000, 20), Generate(7, 1020, 20)} {
		for i := range images.Len() {
			seen[string(images.Image(i))] = true
		}
	}
	if len(seen) != 60 {
		t.Errorf("%d different images of 60", len(seen))
	}
}

// The digits must teach something: assigning each test image to the nearest of
// the ten mean images must work far better than guessing, and far from well.
func TestNeitherHopelessNorTrivial(t *testing.T) {
	train, test := Generate(3, 0, 1000), Generate(3, 1000, 500)
	var sums [10][Size * Size]int // of 100 images each
	for i, label := range train.Labels {
		for j, pixel := range train.Image(i) {
			sums[label][j] += int(pixel)
		}
	}
	right := 0
	for i, label := range test.Labels {
		nearest, least := 0, -1
		for class := range sums {
			distance := 0
			for j, pixel := range test.Image(i) {
				d := int(pixel)*100 - sums[class][j]
				distance += d / 10 * (d / 10)
			}
			if least < 0 || distance < least {
				nearest, least = class, distance
			}
		}
		if nearest == int(label) {
			right++
		}
	}
	if right < 250 || right > 450 {
		t.Errorf("the nearest mean image is right for %d of 500 images", right)
	}
	t.Logf("the nearest mean image is right for %d of 500 images", right)
}

func BenchmarkGenerate(b *testing.B) {
	p := newPrinter()
	pixels := make([]byte, Size*Size)
	for i := 0; b.Loop(); i++ {
		p.print(pixels, i%10, newRandom(Seed, uint64(i)))
	}
}
