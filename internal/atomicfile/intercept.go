package atomicfile

// interceptor is called in place of each operation; nil outside of tests.
var interceptor func(operation string, do func() error) error

// Intercept has f called in place of each operation of [Write] on the disk
// ("create", "write", "sync", "close", "rename", "sync folder"), which f may do or
// not, until restore is called. It is meant for tests: of a disk that fails, of a
// process that ends between two operations. It must not be called while files are
// written.
func Intercept(f func(operation string, do func() error) error) (restore func()) {
	previous := interceptor
	interceptor = f
	return func() { interceptor = previous }
}

// perform does one operation on the disk.
func perform(operation string, do func() error) error {
	if interceptor != nil {
		return interceptor(operation, do)
	}
	return do()
}
