package digits

// The ranges from which the shape of an image is drawn. They are wide enough
// that a linear classifier falls short, and narrow enough that people do not.
const (
	minWidth, maxWidth       = one * 65 / 100, one * 120 / 100
	maxSlant                 = one * 30 / 100 // some 17 degrees
	maxTurn                  = one * 12 / 100 // tangent of half the angle: some 14 degrees
	minSize, maxSize         = 16 * pixelUnit, 19 * pixelUnit
	maxShift                 = pixelUnit * 3 / 2
	maxThinning, maxBoldness = 3, 6 // samples at each edge of a stroke
	minInk, maxInk           = 150, 255
	maxNoise                 = 18
)

// A printer draws digits.
type printer struct {
	forms  [10][]glyph
	raster raster
}

func newPrinter() *printer { return &printer{forms: loadForms()} }

// print draws a digit into the pixels of an image. As in MNIST it fits into a
// box of 20 x 20 pixels, but for the boldest strokes, and its centre of mass is
// in the middle of the image, give or take a shift.
func (p *printer) print(pixels []byte, digit int, r random) {
	form := p.forms[digit][r.below(len(p.forms[digit]))]
	g := form.warp(stretch(r.between(minWidth, maxWidth)).
		then(slant(r.around(maxSlant))).
		then(turn(r.around(maxTurn))))
	g.fit(int64(r.between(minSize, maxSize)))
	const middle = Size * pixelUnit / 2
	g.centre(middle+int64(r.around(maxShift)), middle+int64(r.around(maxShift)))

	p.raster.draw(g)
	p.raster.canvas.thicken(r.between(-maxThinning, maxBoldness))
	ink := r.between(minInk, maxInk)
	for i := range pixels {
		value := p.raster.canvas.coverage(i/Size, i%Size)*ink/(sub*sub) + r.around(maxNoise)
		pixels[i] = uint8(min(max(value, 0), 255))
	}
}
