// Command performance writes docs/performance.md from what the comparisons have
// left in bench/results:
//
//	go run -C bench ./performance
//
// Each comparison writes a part of the page into the folder of the processor that
// it ran on, such as results/xeon-sapphire-rapids/vector.md: Markdown that begins
// with a heading of level 2, whose links to files of that folder are names alone.
// Nothing is measured here, and nothing is typed by hand.
package main

import (
	"log"
	"os"
)

const (
	results = "results"
	page    = "../docs/performance.md"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("performance: ")
	text, err := compose(os.DirFS(results))
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(page, text, 0o666); err != nil {
		log.Fatal(err)
	}
}
