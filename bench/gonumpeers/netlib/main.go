// Command netlib is gonum with OpenBLAS, by gonum.org/v1/netlib and cgo, as a peer of
// gonumpeers: it writes a line that names its library, and answers the name of a task and
// a count by the nanoseconds of one and the processor time by the time on the clock. It
// is a module of its own, as nothing else here needs cgo or OpenBLAS.
package main

// char *openblas_get_config(void);
import "C"

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/netlib/blas/netlib"

	"github.com/lockstep-ml/lockstep/bench/gonumpeers/internal/task"
)

func main() {
	blas32.Use(netlib.Implementation{})
	blas64.Use(netlib.Implementation{})
	fmt.Printf("gonum.org/v1/netlib %s with %s\n", version(), C.GoString(C.openblas_get_config()))
	var timer task.Timer
	for questions := bufio.NewScanner(os.Stdin); questions.Scan(); {
		name, number, _ := strings.Cut(questions.Text(), ";")
		t, ok := task.Named(name)
		count, err := strconv.Atoi(number)
		if !ok || err != nil {
			log.Fatalf("netlib: %q is not the name of a task, a semicolon and a count", questions.Text())
		}
		fmt.Println(timer.Time(t, count))
	}
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, m := range info.Deps {
		if m.Path == "gonum.org/v1/netlib" {
			return m.Version
		}
	}
	return "of unknown version"
}
