package nn

// paramTile is a tile with the index of its parameter.
type paramTile struct {
	param int
	Tile
}

// Tiles are cut at multiples of tileRows, the rows of the matrix kernels'
// tiles, where that is possible, and hold at most about maxTile values: with
// their gradient and two slots of optimizer state these fill a quarter of a
// megabyte, the smallest second-level cache around.
const (
	tileRows = 8
	maxTile  = 1 << 14
)

// shareTiles divides the parameters among workers, as equally as whole rows
// allow, and each share into tiles.
func (n *Network) shareTiles(workers int) [][]paramTile {
	total := n.ParamCount()
	shares := make([][]paramTile, workers)
	for worker := range shares {
		before := 0 // values of the parameters before this one
		for i, p := range n.params {
			lo := p.cut(total*worker/workers - before)
			hi := p.cut(total*(worker+1)/workers - before)
			shares[worker] = append(shares[worker], p.tiles(i, lo, hi)...)
			before += len(p.Value.Data)
		}
	}
	return shares
}

// cut returns the row at which the first size values of the parameter end, or
// nearly so.
func (p *Param) cut(size int) int {
	row := size / p.Shape.Cols / tileRows * tileRows
	switch {
	case size >= len(p.Value.Data):
		return p.Shape.Rows
	case row < 0:
		return 0
	}
	return min(row, p.Shape.Rows)
}

// tiles divides the rows from lo to hi of the parameter with index i.
func (p *Param) tiles(i, lo, hi int) []paramTile {
	var tiles []paramTile
	rows := max(tileRows, maxTile/p.Shape.Cols/tileRows*tileRows)
	for ; lo < hi; lo += rows {
		tiles = append(tiles, paramTile{i, Tile{Param: p, Lo: lo, Hi: min(lo+rows, hi)}})
	}
	return tiles
}
