package main

import (
	"bytes"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

var (
	blue   = color.RGBA{R: 0x1f, G: 0x77, B: 0xb4, A: 0xff}
	orange = color.RGBA{R: 0xff, G: 0x7f, B: 0x0e, A: 0xff}
	grey   = color.Gray{Y: 0xdd}
)

// plot returns the curve as an SVG.
func (c curve) plot(name string) ([]byte, error) {
	p := plot.New()
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -limit, limit, -2, 3
	p.X.Label.Text = "x"
	p.BackgroundColor = color.White
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Color = grey, grey
	p.Add(grid)
	function, err := line(c.x, c.values, blue)
	if err != nil {
		return nil, err
	}
	derivative, err := line(c.x, c.slopes, orange)
	if err != nil {
		return nil, err
	}
	derivative.Dashes = []vg.Length{vg.Points(4), vg.Points(3)}
	p.Add(function, derivative)
	p.Legend.Add(name, function)
	p.Legend.Add("derivative", derivative)
	p.Legend.Top, p.Legend.Left = true, true

	w, err := p.WriterTo(11*vg.Centimeter, 7*vg.Centimeter, "svg")
	if err != nil {
		return nil, err
	}
	var svg bytes.Buffer
	_, err = w.WriteTo(&svg)
	return svg.Bytes(), err
}

// line returns the part of a curve that the plot shows.
func line(x, y []float32, c color.Color) (*plotter.Line, error) {
	var points plotter.XYs
	for i, v := range y {
		if v >= -2 && v <= 3 {
			points = append(points, plotter.XY{X: float64(x[i]), Y: float64(v)})
		}
	}
	l, err := plotter.NewLine(points)
	if err != nil {
		return nil, err
	}
	l.Color, l.Width = c, vg.Points(1.5)
	return l, nil
}
