// Package npy reads arrays that NumPy wrote: .npy files by [Open] and .npz archives of
// them by [OpenArchive].
//
//	arrays, err := npy.OpenArchive("iris.npz") // np.savez("iris.npz", x=x, y=y)
//	...
//	x, err := arrays["x"].Rows()    // what mlp.Rows takes
//	y, err := arrays["y"].Strings()
//
// Booleans, integers, floating-point numbers of 2, 4 and 8 bytes, and text are read, in
// either byte order and either order of elements. Objects are pickled Python, complex
// numbers and records no training data: they are errors.
//
// Files are not trusted: a damaged or hostile one is an error that names the file and
// what is wrong, and costs a small multiple of the data that it really holds.
//
// Source: NumPy's numpy.lib.format, versions 1.0 to 3.0 of the format.
package npy
