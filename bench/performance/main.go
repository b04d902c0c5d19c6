// Command performance writes docs/performance.md from what the comparisons have
// left in bench/results:
//
//	go run -C bench ./performance
//
// Each comparison writes a part of the page into the folder of the processor that
// it ran on, such as results/xeon-emerald-rapids/vector.md: Markdown that begins
// with a heading of level 2, whose links to files of that folder are names alone.
// Some of the tables stand in the README, too. Nothing is measured here, and nothing
// is typed by hand.
package main

import (
	"log"
	"os"
)

const (
	results = "results"
	page    = "../docs/performance.md"
	readme  = "../README.md"
	chosen  = "xeon-emerald-rapids" // the processor whose figures the README has
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("performance: ")
	text, err := compose(os.DirFS(results))
	write(page, text, err)
	text, err = os.ReadFile(readme)
	if err == nil {
		text, err = inReadme(text, os.DirFS(results), chosen)
	}
	write(readme, text, err)
}

func write(file string, text []byte, err error) {
	if err == nil {
		err = os.WriteFile(file, text, 0o666)
	}
	if err != nil {
		log.Fatal(err)
	}
}
