package nn

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// A MismatchError reports that a checkpoint is of another training than that of
// the trainer which was to go on with it.
type MismatchError struct {
	What       string // what differs, such as "optimizer"
	Checkpoint string // what it is in the checkpoint
	Trainer    string // and in the trainer
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("the checkpoint is of another training (%s: %s there, %s here): make the trainer as the one that wrote it", e.What, e.Checkpoint, e.Trainer)
}

// mismatch returns an error unless the two are equal.
func mismatch(what, checkpoint, trainer string) error {
	if checkpoint != trainer {
		return &MismatchError{what, checkpoint, trainer}
	}
	return nil
}

// A setting is something that must not change in the course of a training.
type setting struct{ name, value string }

// settings returns what must be equal for the same bits, but for the network.
func (t *Trainer) settings() []setting {
	order := "shuffled"
	if t.options.InOrder {
		order = "ascending"
	}
	return []setting{
		{"loss", t.options.Loss.String()},
		{"optimizer", t.options.Optimizer.String()},
		{"rules", t.updater.describeRules()},
		{"schedule", describe(t.options.Schedule)},
		{"seed", strconv.FormatUint(t.options.Seed, 10)},
		{"batch size", strconv.Itoa(t.options.BatchSize)},
		{"order of the rows", order},
	}
}

// describe names a part of a training with its settings as far as it tells them.
func describe(part any) string {
	switch part := part.(type) {
	case nil:
		return "none"
	case fmt.Stringer:
		return part.String()
	}
	return fmt.Sprintf("%T", part)
}

// describeRules names the rules with their settings.
func (u *Updater) describeRules() string {
	var rules []string
	add := func(on bool, name string, value any) {
		if on {
			rules = append(rules, fmt.Sprintf("%s(%v)", name, value))
		}
	}
	add(u.clipValue != 0, "ClipValue", u.clipValue)
	add(u.clipNorm != 0, "ClipNorm", u.clipNorm)
	add(u.l2 != 0, "L2", u.l2)
	add(u.l1 != 0, "L1", u.l1)
	add(u.maxNorm != 0, "MaxNorm", u.maxNorm)
	add(u.average != nil, "Average", u.averageDecay)
	for i, optimizer := range u.optimizers[1:] {
		var names []string
		for p, group := range u.group {
			if group == i+1 {
				names = append(names, u.net.names[p])
			}
		}
		rules = append(rules, fmt.Sprintf("Group(%v, %s)", optimizer, strings.Join(names, ", ")))
	}
	if rules == nil {
		return "none"
	}
	return strings.Join(rules, ", ")
}

// checkNetwork compares contract version and architecture with a file's.
func (t *Trainer) checkNetwork(metadata map[string]string) error {
	if err := mismatch("the version of the bit contract", metadata[metadataContract], strconv.Itoa(ContractVersion)); err != nil {
		return err
	}
	description, err := t.net.describe()
	if err != nil {
		return err
	}
	if metadata[metadataArchitecture] == string(description) {
		return nil
	}
	var there, here architecture
	if err := json.Unmarshal([]byte(metadata[metadataArchitecture]), &there); err != nil {
		return fmt.Errorf("architecture: %w", err)
	}
	if err := json.Unmarshal(description, &here); err != nil {
		return fmt.Errorf("architecture: %w", err)
	}
	return there.compare(here)
}

// compare reports the first difference from another architecture.
func (a architecture) compare(here architecture) error {
	if err := mismatch("the number of inputs", strconv.Itoa(a.Inputs), strconv.Itoa(here.Inputs)); err != nil {
		return err
	}
	if err := mismatch("the number of layers", strconv.Itoa(len(a.Layers)), strconv.Itoa(len(here.Layers))); err != nil {
		return err
	}
	for l, layer := range a.Layers {
		if err := mismatch(fmt.Sprintf("layer %d", l), layer.String(), here.Layers[l].String()); err != nil {
			return err
		}
	}
	return nil
}

func (c layerConfig) String() string {
	if c.Layers == nil {
		return c.Type + string(c.Settings)
	}
	return fmt.Sprintf("%s%s%v", c.Type, c.Settings, c.Layers)
}
