// Package dataset reads, fetches and holds training data.
//
// [Images] is a labelled set of grey-scale images in one byte per pixel. Its
// methods Len, Dims and Gather are what a trainer asks of a data set, so that
// it trains on the bytes themselves: each worker turns the rows of its own
// batch into numbers.
//
// [LoadMNIST] finds MNIST in a folder, in the user's cache or on the network,
// and tells by checksum whether what it found is MNIST. [OpenImages] and
// [ReadIDX] read any other set in the same IDX format. Files are not trusted:
// a damaged or hostile one is an error that names the file and the field, and
// costs no more memory than it holds data.
//
// [ReadCSV] reads tables of numbers and text, whose rows package mlp takes; package
// dataset/npy reads NumPy's arrays.
//
// Package dataset/digits draws a small set of synthetic digits, for when there
// is no network.
package dataset
