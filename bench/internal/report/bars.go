package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Bars is a chart with a group of bars for each name, one bar of each series.
type Bars struct {
	Title, Unit string
	Names       []string
	Series      []Series
	Line        float64 // a level to compare with; 0 for none
}

// Series has a value for each name; 0 stands for none.
type Series struct {
	Name   string
	Values []float64
}

var palette = []color.Color{
	color.RGBA{R: 0x1f, G: 0x77, B: 0xb4, A: 0xff},
	color.RGBA{R: 0xff, G: 0x7f, B: 0x0e, A: 0xff},
	color.RGBA{R: 0x2c, G: 0xa0, B: 0x2c, A: 0xff},
	color.RGBA{R: 0xd6, G: 0x27, B: 0x28, A: 0xff},
	color.Gray{Y: 0x99},
}

// Save draws the chart into a file, whose extension chooses the format.
func (b Bars) Save(path string) error {
	const width = 6 // of a bar, in points
	p := plot.New()
	p.BackgroundColor = color.White
	p.Title.Text, p.Y.Label.Text = b.Title, b.Unit
	p.Y.Min = 0
	p.Legend.Top, p.Legend.Left = true, true
	top := 0.0
	for i, s := range b.Series {
		chart, err := plotter.NewBarChart(plotter.Values(s.Values), vg.Points(width))
		if err != nil {
			return err
		}
		chart.Color, chart.LineStyle.Width = palette[i%len(palette)], 0
		chart.Offset = vg.Points(width * (float64(i) - float64(len(b.Series)-1)/2))
		p.Add(chart)
		p.Legend.Add(s.Name, chart)
		for _, v := range s.Values {
			top = max(top, v)
		}
	}
	p.Y.Max = top * (1.1 + 0.06*float64(len(b.Series))) // room for the legend
	if b.Line != 0 {
		line := plotter.NewFunction(func(float64) float64 { return b.Line })
		line.Dashes = []vg.Length{vg.Points(3), vg.Points(2)}
		p.Add(line)
	}
	p.NominalX(b.Names...)
	height := 8 * vg.Centimeter
	if len(b.Names) > 8 || b.longest() > 12 {
		p.X.Tick.Label.Rotation = math.Pi / 4
		p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = draw.XRight, draw.YCenter
		height = 11 * vg.Centimeter
	}
	return p.Save(16*vg.Centimeter, height, path)
}

func (b Bars) longest() int {
	n := 0
	for _, name := range b.Names {
		n = max(n, len(name))
	}
	return n
}
