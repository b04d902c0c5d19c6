// Command activations writes docs/activations.md with its plots: the activation
// functions of package nn, computed by the library itself.
//
//	go run -C bench ./activations
package main

import (
	"log"
	"os"
	"path/filepath"
)

//go:generate go run -C .. ./activations

func main() {
	log.SetFlags(0)
	log.SetPrefix("activations: ")
	files, err := render()
	if err != nil {
		log.Fatal(err)
	}
	for name, content := range files {
		path := filepath.Join("..", "docs", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
