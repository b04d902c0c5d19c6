package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lockstep-ml/lockstep/mlp"
)

// start runs the service and returns its address. stop ends it and waits.
func start(t *testing.T) (url string, stop func() error) {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- serve(ctx, listener) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	t.Cleanup(func() { stop() })
	return "http://" + listener.Addr().String(), stop
}

// post returns the status and the body of the answer.
func post(t *testing.T, url string, body []byte) (status int, text string) {
	t.Helper()
	response, err := http.Post(url, "", bytes.NewReader(body))
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return response.StatusCode, string(content)
}

const twoFlowers = `{"rows": [[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]]}`

// predicted returns the labels in an answer to twoFlowers.
func predicted(t *testing.T, url string) (labels []string) {
	t.Helper()
	status, text := post(t, url+"/predict", []byte(twoFlowers))
	var a answer
	if err := json.Unmarshal([]byte(text), &a); err != nil || status != http.StatusOK {
		t.Errorf("status %d, %q: %v", status, text, err)
	}
	for _, p := range a.Predictions {
		labels = append(labels, p.Label)
		if len(p.Probabilities) != len(a.Classes) {
			t.Errorf("%d probabilities of %d classes", len(p.Probabilities), len(a.Classes))
		}
	}
	return labels
}

func TestPredict(t *testing.T) {
	url, stop := start(t)
	if got := strings.Join(predicted(t, url), " "); got != "setosa virginica" {
		t.Errorf("labels %q", got)
	}
	for _, test := range []struct {
		path, body string
		status     int
		want       string
	}{
		{"/predict", `{"rows": `, http.StatusBadRequest, "want JSON such as"},
		{"/predict", `{"rows": [[1, 2, 3, 4], [1, 2]]}`, http.StatusUnprocessableEntity, "row 1"},
		{"/predict", `{"rows": [[` + strings.Repeat("1,", maxRequest) + `1]]}`, http.StatusBadRequest, "too large"},
		{"/model", "no model", http.StatusUnprocessableEntity, "safetensors"},
		{"/nothing", "", http.StatusNotFound, ""},
	} {
		if status, text := post(t, url+test.path, []byte(test.body)); status != test.status || !strings.Contains(text, test.want) {
			t.Errorf("%s %.40s: status %d, %q; want %d, %q", test.path, test.body, status, text, test.status, test.want)
		}
	}
	if err := stop(); err != nil {
		t.Errorf("the service ended with %v", err)
	}
	if _, err := http.Post(url+"/predict", "", nil); err == nil {
		t.Error("the service answers after its end")
	}
}

// modelFile returns the file of a model that tells two rows apart, x and y.
func modelFile(t *testing.T, rows [][]float64) []byte {
	c := mlp.NewClassifier[string]()
	c.HiddenLayerSizes, c.MaxIter = nil, 5
	m, err := c.Fit(t.Context(), mlp.Rows(rows), []string{"x", "y"})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := m.Save(&file); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// Requests during a swap are answered by the one model or the other.
func TestSwap(t *testing.T) {
	other := modelFile(t, [][]float64{{1, 1, 1, 1}, {2, 2, 2, 2}})
	narrow := modelFile(t, [][]float64{{1}, {2}})
	url, _ := start(t)
	if status, text := post(t, url+"/model", narrow); status != http.StatusUnprocessableEntity || !strings.Contains(text, "takes 1 inputs, want 4") {
		t.Errorf("a model of other inputs: status %d, %q", status, text)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 20 {
				labels := strings.Join(predicted(t, url), " ")
				if labels != "setosa virginica" && strings.Trim(labels, "xy ") != "" {
					t.Errorf("labels %q are those of no model", labels)
				}
			}
		})
	}
	if status, text := post(t, url+"/model", other); status != http.StatusNoContent {
		t.Errorf("status %d, %q", status, text)
	}
	group.Wait()
	if got := strings.Join(predicted(t, url), " "); strings.Trim(got, "xy ") != "" {
		t.Errorf("after the swap: labels %q", got)
	}
}

// A request that came before the stop is answered.
func TestGracefulStop(t *testing.T) {
	url, stop := start(t)
	body, send := io.Pipe()
	answered := make(chan int)
	request, err := http.NewRequest(http.MethodPost, url+"/predict", body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Expect", "100-continue")
	client := http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Minute}}
	go func() {
		response, err := client.Do(request)
		if err != nil {
			t.Error(err)
			answered <- 0
			return
		}
		response.Body.Close()
		answered <- response.StatusCode
	}()
	half := len(twoFlowers) / 2
	io.WriteString(send, twoFlowers[:half]) // returns when the service has asked for it
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	io.WriteString(send, twoFlowers[half:])
	send.Close()
	if status := <-answered; status != http.StatusOK {
		t.Errorf("status %d of the request under way, want 200", status)
	}
	if err := <-ended; err != nil {
		t.Errorf("the service ended with %v", err)
	}
}
