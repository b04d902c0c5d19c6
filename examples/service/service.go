package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/lockstep-ml/lockstep/mlp"
)

// A service predicts with a model that can be swapped while it is at work.
type service struct {
	model atomic.Pointer[mlp.ClassifierModel[string]] // immutable, so that any number of requests share it
}

// swap replaces the model by the one that r holds, which must take the same inputs.
func (s *service) swap(r io.Reader) error {
	model, err := mlp.ReadClassifier[string](r)
	if err != nil {
		return err
	}
	if old := s.model.Load(); old != nil && model.Inputs() != old.Inputs() {
		return fmt.Errorf("the model takes %d inputs, want %d as the one before", model.Inputs(), old.Inputs())
	}
	s.model.Store(model)
	return nil
}

func (s *service) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /predict", s.predict)
	mux.HandleFunc("POST /model", s.replace)
	return mux
}

const (
	maxRequest = 1 << 20 // bytes
	maxModel   = 64 << 20
)

type request struct {
	Rows [][]float64 `json:"rows"`
}

type answer struct {
	Predictions []prediction `json:"predictions"`
	Classes     []string     `json:"classes"` // in the order of the probabilities
}

type prediction struct {
	Label         string    `json:"label"`
	Probabilities []float32 `json:"probabilities"`
}

func (s *service) predict(w http.ResponseWriter, r *http.Request) {
	var q request
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&q); err != nil {
		http.Error(w, fmt.Sprintf("want JSON such as {\"rows\": [[5.1, 3.5, 1.4, 0.2]]}: %v", err), http.StatusBadRequest)
		return
	}
	model := s.model.Load() // once: all rows are predicted by the same model
	features := mlp.Rows(q.Rows)
	labels, err := model.Predict(features)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity) // it names row and column
		return
	}
	probabilities, err := model.PredictProba(features)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	a := answer{Predictions: make([]prediction, len(labels)), Classes: model.Classes()}
	for i, label := range labels {
		a.Predictions[i] = prediction{label, probabilities.Row(i)}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(a) // an error means that nobody listens any more
}

// replace swaps the model, if the request comes from this machine.
func (s *service) replace(w http.ResponseWriter, r *http.Request) {
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err != nil || !net.ParseIP(host).IsLoopback() {
		http.Error(w, "models come from this machine alone", http.StatusForbidden)
		return
	}
	if err := s.swap(http.MaxBytesReader(w, r.Body, maxModel)); err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
