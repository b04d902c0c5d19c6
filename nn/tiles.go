package nn

// paramTile is a tile with the index of its parameter.
type paramTile struct {
	param int
	Tile
}

// size returns the number of values.
func (t paramTile) size() int { return (t.Hi - t.Lo) * t.Param.Shape.Cols }

// maxTile is the largest number of values in a tile: with gradient, two slots of optimizer
// state and the parameters themselves it fills a quarter of a megabyte, the
// smallest second-level cache around. minTileRows are the rows of the matrix
// kernels' tiles.
const (
	maxTile     = 1 << 14
	minTileRows = 8
)

// tiles divides the parameters into tiles of at most limit values, where
// minTileRows allow.
func (n *Network) tiles(limit int) []paramTile {
	var tiles []paramTile
	for i, p := range n.params {
		rows := max(minTileRows, limit/p.Shape.Cols/minTileRows*minTileRows)
		for lo := 0; lo < p.Shape.Rows; lo += rows {
			tiles = append(tiles, paramTile{i, Tile{Param: p, Lo: lo, Hi: min(lo+rows, p.Shape.Rows)}})
		}
	}
	return tiles
}

// shareTiles gives each worker a run of tiles of about equal total size.
func (n *Network) shareTiles(workers int) [][]paramTile {
	total := len(n.values)
	// Some sixteen tiles a worker keep the shares within a few percent of
	// each other.
	tiles := n.tiles(min(maxTile, total/(16*workers)+1))
	shares := make([][]paramTile, workers)
	seen := 0
	for _, tile := range tiles {
		worker := min(workers-1, (seen+tile.size()/2)*workers/max(total, 1))
		shares[worker] = append(shares[worker], tile)
		seen += tile.size()
	}
	return shares
}
