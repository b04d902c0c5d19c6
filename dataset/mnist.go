package dataset

import (
	"context"
	"net/http"
	"time"
)

// MNISTOptions tell LoadMNIST where to look. With the zero value it looks in
// the user's cache and then on the network.
type MNISTOptions struct {
	// Dir, if not empty, is the folder that holds the four files; neither the
	// cache nor the network is used then.
	Dir string

	// CacheDir is the folder in which downloads are kept. Empty means
	// lockstep/mnist in os.UserCacheDir.
	CacheDir string

	// Progress, if not nil, is called as the bytes of a file arrive, with
	// their number so far and in all (-1 if the mirror does not tell). If a
	// mirror fails, the file starts again from the next.
	Progress func(file string, done, total int64)
}

// MNIST is what LoadMNIST has found: MNIST, or a user's own set in the same
// four files, such as Fashion-MNIST.
type MNIST struct {
	Train, Test *Images

	// Name is "MNIST" only if all four files are MNIST's. Otherwise it is the
	// name of the folder with "(not MNIST)".
	Name string

	// Source says where the files came from.
	Source string

	// Differs names the files whose content is not MNIST's. It is always
	// empty for a set from the cache or the network.
	Differs []string

	// CacheErr tells why a download could not be kept. The set is complete
	// all the same.
	CacheErr error
}

// Verified reports whether the SHA-256 of all four files is MNIST's.
func (m *MNIST) Verified() bool { return len(m.Differs) == 0 }

// LoadMNIST returns the 60000 training and 10000 test images of MNIST: from
// o.Dir if it is given, else from the user's cache, else from public mirrors,
// by way of the cache.
//
// A folder may hold each file plain or compressed, and whatever set it holds is
// loaded; the result tells if it is MNIST. Files from the cache and the network
// must have the published SHA-256, taken over the uncompressed bytes. Offline,
// LoadMNIST gives up within five seconds; cancelling ctx stops a download at
// once.
func LoadMNIST(ctx context.Context, o MNISTOptions) (*MNIST, error) {
	return mnist.load(ctx, o)
}

// mnist says where MNIST is to be had. Its two mirrors together take less than
// five seconds to be found dead.
var mnist = archive{
	name:   "MNIST",
	folder: "mnist",
	files: [4]archiveFile{
		{"train-images-idx3-ubyte", 3, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
		{"train-labels-idx1-ubyte", 1, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
		{"t10k-images-idx3-ubyte", 3, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
		{"t10k-labels-idx1-ubyte", 1, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
	},
	mirrors: mirrors{
		urls: []string{
			"https://ossci-datasets.s3.amazonaws.com/mnist/",
			"https://storage.googleapis.com/cvdf-datasets/mnist/",
		},
		client: http.DefaultClient,
		answer: 2200 * time.Millisecond,
		stall:  15 * time.Second,
		limit:  64 << 20,
	},
}
