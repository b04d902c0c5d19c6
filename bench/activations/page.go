package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

const introduction = `# Activation functions

This page and its plots are written by ` + "`go run -C bench ./activations`" + `; figures and curves
come from the layers of package nn themselves. In the plots the function is blue and
its derivative orange and dashed. Softmax and LogSoftmax are shown for the first of
two elements, the other being 0.

Where to begin: ReLU with ` + "`nn.HeNormal`" + ` in hidden layers, GELU or SiLU where ReLU does not
suffice, Tanh for small smooth problems; no activation at all before a loss that
takes logits. Two things go wrong most often:

- **Vanishing gradients.** Going back, each layer multiplies the gradient by the
  derivative. Where that is small, as that of a sigmoid is everywhere and that of any
  saturating function far from 0, the layers below learn slowly or not at all.
- **Dead units.** Where the derivative is exactly 0, a unit that gets such inputs only
  never changes again.

An activation of one's own needs its function and its derivative: ` + "`nn.Activation`" + `.

| function | range | derivative at -4 | at -1 | at 0 | at 1 | at 4 | largest from -5 to 5 |
|---|---|---|---|---|---|---|---|
`

// points are where the table gives the derivative.
var points = []float32{-4, -1, 0, 1, 4}

// Curves are computed and drawn from -limit to limit.
const (
	limit = 5
	steps = 20 // for a unit of x
)

// render returns the page and the plots by their names in docs.
func render() (map[string][]byte, error) {
	files := map[string][]byte{}
	var page bytes.Buffer
	page.WriteString(introduction)
	for _, a := range activations {
		fmt.Fprintf(&page, "| [%s](#%s) | %s |", a.name, anchor(a.name), a.values)
		_, slopes, err := a.evaluate(points)
		if err != nil {
			return nil, err
		}
		for _, slope := range slopes {
			fmt.Fprintf(&page, " %s |", number(slope))
		}
		c, err := a.curve()
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&page, " %s |\n", number(kernels.Max(c.slopes)))
		if files["activations/"+a.name+".svg"], err = c.plot(a.name); err != nil {
			return nil, err
		}
	}
	for _, a := range activations {
		a.describe(&page)
	}
	files["activations.md"] = page.Bytes()
	return files, nil
}

// describe writes the section of a function.
func (a activation) describe(page *bytes.Buffer) {
	fmt.Fprintf(page, "\n## %s\n\n![%s and its derivative](activations/%s.svg)\n\n", a.name, a.name, a.name)
	fmt.Fprintf(page, "- **Call:** `%s`\n- **Function:** %s\n- **Derivative:** %s\n- **Range:** %s\n- **Use:** %s\n- **Weakness:** %s\n",
		a.call, a.formula, a.derivative, a.values, a.use, a.weakness)
	if a.source != "" {
		fmt.Fprintf(page, "- **Source:** %s\n", a.source)
	}
}

// anchor returns the link to a heading of one word.
func anchor(name string) string { return strings.ToLower(name) }

// number returns v with three digits.
func number(v float32) string { return strconv.FormatFloat(float64(v), 'g', 3, 32) }

// A curve is a function and its derivative.
type curve struct{ x, values, slopes []float32 }

func (a activation) curve() (curve, error) {
	var c curve
	for i := -limit * steps; i <= limit*steps; i++ {
		c.x = append(c.x, float32(i)/steps)
	}
	var err error
	c.values, c.slopes, err = a.evaluate(c.x)
	return c, err
}

// evaluate returns function and derivative by the layer's own code.
func (a activation) evaluate(at []float32) (values, slopes []float32, err error) {
	width := 1
	if a.pair {
		width = 2
	}
	layer := a.layer()
	if _, err := nn.Sequential(width, 0, layer); err != nil { // gives it its parameters
		return nil, nil, err
	}
	x, y := kernels.NewMatrix(len(at), width), kernels.NewMatrix(len(at), width)
	dy, dx := kernels.NewMatrix(len(at), width), kernels.NewMatrix(len(at), width)
	for i, v := range at {
		x.Row(i)[0], dy.Row(i)[0] = v, 1
	}
	layer.Forward(nn.Context{}, y, x)
	layer.Delta(nn.Context{}, dx, dy, x, y)
	for i := range at {
		values, slopes = append(values, y.Row(i)[0]), append(slopes, dx.Row(i)[0])
	}
	return values, slopes, nil
}
