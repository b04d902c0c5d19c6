package nn_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"

	"github.com/lockstep-ml/lockstep/nn"
)

// A training that is interrupted after three epochs, and gone on with by a program
// that is started anew.
func ExampleCheckpointFolder() {
	dir, err := os.MkdirTemp("", "checkpoints")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	data, err := nn.Rows(petals, species)
	if err != nil {
		log.Fatal(err)
	}

	// program trains for ten epochs in all, and may be stopped at any time.
	program := func(stopAfter int) {
		net, err := nn.Sequential(2, 1, nn.Dense(16), nn.ReLU(), nn.Dropout(0.1), nn.Dense(3))
		if err != nil {
			log.Fatal(err)
		}
		trainer, err := net.NewTrainer(nn.TrainerOptions{
			Loss:      nn.CrossEntropy(),
			Optimizer: nn.NewAdam(0.05),
			Schedule:  nn.Cosine(),
			BatchSize: 4,
			Seed:      1,
		})
		if err != nil {
			log.Fatal(err)
		}
		defer trainer.Close()

		folder := nn.CheckpointFolder{Dir: dir}
		epochs := trainer.Epochs(context.Background(), data, 10)
		switch _, err := folder.Restore(trainer); {
		case err == nil:
			fmt.Println("resumed after epoch", len(trainer.History()))
			epochs = trainer.Resume(context.Background(), data)
		case !errors.Is(err, fs.ErrNotExist): // which it is at the first start
			log.Fatal(err)
		}
		for epoch, err := range epochs {
			if err != nil {
				log.Fatal(err)
			}
			if _, err := folder.Save(trainer, nil); err != nil {
				log.Fatal(err)
			}
			if epoch.Number == stopAfter {
				return
			}
		}
		fmt.Println("weights", net.Hash()[:16])
	}

	program(3)
	program(0) // goes on
	if err := os.RemoveAll(dir); err != nil {
		log.Fatal(err)
	}
	program(0) // from start to end
	// Output:
	// resumed after epoch 3
	// weights df349c75032ef621
	// weights df349c75032ef621
}
