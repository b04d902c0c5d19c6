package main

import (
	"flag"
	"fmt"
)

// presets are recipes: values for flags that are not given.
var presets = map[string]map[string]string{
	// 98 % of MNIST's test images in the least time: the quickest recipe that had
	// that of the last 10 000 training images, after training on the others. Command
	// timeto98 in bench measures it.
	"fast": {
		"crop": "20", "hidden": "256", "batch": "128", "epochs": "3",
		"optimizer": "adam", "lr": "0.006", "beta2": "0.95", "schedule": "one-cycle",
	},
}

// applyPreset sets the flags of a preset that were not given.
func applyPreset(f *flag.FlagSet, name string) error {
	if name == "" {
		return nil
	}
	preset, ok := presets[name]
	if !ok {
		return fmt.Errorf("-preset %q: unknown, want %s", name, keys(presets))
	}
	given := givenFlags(f)
	for name, value := range preset { //bitlint:ignore the flags do not depend on each other
		if !given[name] {
			if err := f.Set(name, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// givenFlags returns the flags that were set.
func givenFlags(f *flag.FlagSet) map[string]bool {
	given := map[string]bool{}
	f.Visit(func(f *flag.Flag) { given[f.Name] = true })
	return given
}
