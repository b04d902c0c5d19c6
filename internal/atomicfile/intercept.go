package atomicfile

// interceptor is called before each operation; nil outside of tests.
var interceptor func(operation string) error

// Intercept has f called before each operation of [Write] on the disk ("create",
// "write", "sync", "close", "rename", "sync folder") until restore is called. An
// error of f takes the place of the operation. It is meant for tests: of a disk
// that fails, and of a process that ends between two operations. It must not be
// called while files are written.
func Intercept(f func(operation string) error) (restore func()) {
	previous := interceptor
	interceptor = f
	return func() { interceptor = previous }
}

// perform does one operation on the disk.
func perform(operation string, do func() error) error {
	if interceptor != nil {
		if err := interceptor(operation); err != nil {
			return err
		}
	}
	return do()
}
