// Command service answers questions over HTTP with a model inside its binary.
//
//	go run ./examples/service
//	curl -d '{"rows": [[5.1, 3.5, 1.4, 0.2]]}' localhost:8080/predict
//
// The answer is {"predictions":[{"label":"setosa","probabilities":[...]}],"classes":[...]}.
//
// A POST of a model file to /model, from this machine alone, swaps the model while requests
// go on; each is answered by one model as a whole. An interrupt lets the requests under way
// end.
//
// The model tells Fisher's irises apart by the length and width of sepal and petal in cm. It
// was trained on iris.csv, with a header and the species in the column target:
//
//	go run ./cmd/train -data iris.csv -target target -hidden 8 -lr 0.01 -seed 2 -out examples/service/iris.safetensors
package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"
)

//go:embed iris.safetensors
var irisModel []byte

func main() {
	address := flag.String("address", "localhost:8080", "address to listen on")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on", listener.Addr())
	if err := serve(ctx, listener); err != nil {
		log.Fatal(err)
	}
}

// serve answers requests until the context ends, and then those under way.
func serve(ctx context.Context, listener net.Listener) error {
	s := &service{}
	if err := s.swap(bytes.NewReader(irisModel)); err != nil {
		return err
	}
	server := &http.Server{Handler: s.handler(), ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		limit, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		stopped <- server.Shutdown(limit)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
