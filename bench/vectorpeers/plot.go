package main

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// bars are the contestants that the plot shows.
var bars = []struct {
	name  string
	color color.Color
}{
	{ours, color.RGBA{R: 0x1f, G: 0x77, B: 0xb4, A: 0xff}},
	{"libmvec", color.RGBA{R: 0xff, G: 0x7f, B: 0x0e, A: 0xff}},
	{"sleef u10", color.RGBA{R: 0x2c, G: 0xa0, B: 0x2c, A: 0xff}},
	{"pytorch", color.RGBA{R: 0xd6, G: 0x27, B: 0x28, A: 0xff}},
	{"tphakala", color.Gray{Y: 0x99}},
}

// savePlot draws the times of the functions in one tier. A contestant that lacks
// a function has no bar there.
func (r record) savePlot(tier, path string) error {
	const width = 6 // of a bar, in points
	p := plot.New()
	p.BackgroundColor = color.White
	p.Title.Text = "Functions, " + tier
	p.Y.Label.Text = "ns per element"
	p.Y.Min = 0
	p.Legend.Top, p.Legend.Left = true, true
	var names []string
	for i, b := range bars {
		names = nil
		var times plotter.Values
		for _, op := range functions {
			for _, m := range r.rows() {
				if m.Tier == tier && m.Operation == op.name {
					names, times = append(names, op.name), append(times, m.time(b.name)/float64(m.N))
				}
			}
		}
		chart, err := plotter.NewBarChart(times, vg.Points(width))
		if err != nil {
			return err
		}
		chart.Color, chart.LineStyle.Width = b.color, 0
		chart.Offset = vg.Points(width * (float64(i) - float64(len(bars)-1)/2))
		p.Add(chart)
		p.Legend.Add(b.name, chart)
	}
	p.NominalX(names...)
	return p.Save(16*vg.Centimeter, 8*vg.Centimeter, path)
}
