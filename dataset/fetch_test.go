package dataset

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// An answer is what a mirror sends for a file; nil stands for the real file.
type answer func(w http.ResponseWriter, r *http.Request, file []byte)

// A testMirror is a server of the tiny files that counts its requests.
type testMirror struct {
	url      string
	requests atomic.Int32
}

// newMirror starts a mirror that gives the same answer for each file.
func newMirror(t *testing.T, reply answer) *testMirror {
	mirror := &testMirror{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mirror.requests.Add(1)
		for i, name := range plainNames {
			if r.URL.Path == "/mnist/"+name+".gz" {
				reply(w, r, compress(tinyFiles[i]))
				return
			}
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(server.Close)
	mirror.url = server.URL + "/mnist/"
	return mirror
}

func good(w http.ResponseWriter, r *http.Request, file []byte) { w.Write(file) }

// loadFrom loads the tiny set through a cache from mirrors.
func loadFrom(t *testing.T, cache string, mirrors ...*testMirror) (*MNIST, error) {
	t.Helper()
	a := tinyArchive()
	for _, mirror := range mirrors {
		a.mirrors.urls = append(a.mirrors.urls, mirror.url)
	}
	return a.load(context.Background(), MNISTOptions{CacheDir: cache})
}

// checkCache fails unless the cache holds the given number of files and, like
// every cache at any time, complete ones alone.
func checkCache(t *testing.T, cache string, want int) {
	t.Helper()
	entries, err := os.ReadDir(cache)
	if err != nil && want > 0 {
		t.Fatal(err)
	}
	if len(entries) != want {
		t.Errorf("the cache holds %v, want %d files", entries, want)
	}
	for _, file := range tinyArchive().files {
		if file.locate(cache) == "" {
			continue
		}
		if _, err := file.openCached(cache); err != nil {
			t.Errorf("in the cache: %v", err)
		}
	}
}

func TestDownload(t *testing.T) {
	cache := filepath.Join(t.TempDir(), "new", "cache")
	mirror := newMirror(t, good)
	found, err := loadFrom(t, cache, mirror)
	if err != nil {
		t.Fatal(err)
	}
	checkTiny(t, found)
	checkCache(t, cache, 4)
	if found.Name != "MNIST" || !found.Verified() || found.CacheErr != nil || found.Source != "download from "+mirror.url {
		t.Errorf("got %+v", found)
	}

	// From now on there is no need of a network.
	found, err = loadFrom(t, cache)
	if err != nil {
		t.Fatal(err)
	}
	checkTiny(t, found)
	if mirror.requests.Load() != 4 || found.Source != "cache "+cache {
		t.Errorf("%d requests, source %q", mirror.requests.Load(), found.Source)
	}

	// What is damaged or missing in the cache is fetched, and nothing else.
	writeFiles(t, cache, map[string][]byte{plainNames[0] + ".gz": compress(tinyFiles[2])})
	os.Remove(filepath.Join(cache, plainNames[3]+".gz"))
	found, err = loadFrom(t, cache, mirror)
	if err != nil {
		t.Fatal(err)
	}
	checkTiny(t, found)
	checkCache(t, cache, 4)
	if mirror.requests.Load() != 6 {
		t.Errorf("%d requests for two files", mirror.requests.Load()-4)
	}
}

// Some servers send a compressed file uncompressed.
func TestDownloadOfPlainFiles(t *testing.T) {
	cache := t.TempDir()
	mirror := newMirror(t, func(w http.ResponseWriter, r *http.Request, file []byte) {
		w.Header().Set("Content-Encoding", "gzip") // the client undoes it
		w.Write(file)
	})
	for range 2 {
		found, err := loadFrom(t, cache, mirror)
		if err != nil {
			t.Fatal(err)
		}
		checkTiny(t, found)
	}
	if mirror.requests.Load() != 4 {
		t.Errorf("%d requests, want 4 and then the cache", mirror.requests.Load())
	}
}

func TestDownloadErrors(t *testing.T) {
	page := func(w http.ResponseWriter, r *http.Request, file []byte) {
		w.Write([]byte("<!DOCTYPE html><html><body>Please log in</body></html>"))
	}
	tests := []struct {
		name  string
		reply answer
		want  string
	}{
		{"not found", func(w http.ResponseWriter, r *http.Request, file []byte) { http.NotFound(w, r) }, `the server answered "404 Not Found"`},
		{"page", page, "of text/html; charset=utf-8 instead of a gzip file"},
		{"empty", func(w http.ResponseWriter, r *http.Request, file []byte) {}, "sent 0 bytes"},
		{"cut off", func(w http.ResponseWriter, r *http.Request, file []byte) {
			w.Header().Set("Content-Length", strconv.Itoa(len(file)))
			w.Write(file[:20])
		}, "the connection ended after 20 of "},
		{"truncated", func(w http.ResponseWriter, r *http.Request, file []byte) { w.Write(file[:len(file)-9]) }, "train-images-idx3-ubyte.gz: data: "},
		{"wrong hash", func(w http.ResponseWriter, r *http.Request, file []byte) {
			w.Write(compress(encodeIDX([]uint32{4, 2, 2}, make([]byte, 16))))
		}, "train-images-idx3-ubyte.gz: the SHA-256 of the uncompressed bytes is "},
		{"another file", func(w http.ResponseWriter, r *http.Request, file []byte) { w.Write(compress(tinyFiles[1])) }, "number of dimensions: 1, want 3"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cache := t.TempDir()
			bad := newMirror(t, test.reply)
			_, err := loadFrom(t, cache, bad)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			if err != nil && !strings.Contains(err.Error(), bad.url) {
				t.Errorf("%v does not name the mirror %s", err, bad.url)
			}
			checkCache(t, cache, 0)

			// The next mirror saves the day, and is asked first from then on.
			saver := newMirror(t, good)
			found, err := loadFrom(t, cache, bad, saver)
			if err != nil {
				t.Fatal(err)
			}
			checkTiny(t, found)
			checkCache(t, cache, 4)
			if bad.requests.Load() != 2 || saver.requests.Load() != 4 || found.Source != "download from "+saver.url {
				t.Errorf("%d and %d requests, source %q", bad.requests.Load(), saver.requests.Load(), found.Source)
			}
		})
	}
}

func TestWrongHashTellsBothHashes(t *testing.T) {
	file := tinyArchive().files[1]
	altered := encodeIDX([]uint32{1}, []byte{7})
	_, err := file.readPublished(bytes.NewReader(compress(altered)), "labels.gz")
	for _, want := range []string{"labels.gz", file.sha256, fmt.Sprintf("%x", sha256.Sum256(altered))} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestDownloadIsBounded(t *testing.T) {
	m := tinyArchive().mirrors
	m.limit = 30
	_, err := m.download(context.Background(), newMirror(t, good).url, plainNames[0]+".gz")
	if err == nil || !strings.Contains(err.Error(), "more than the 30 bytes") {
		t.Errorf("got %v", err)
	}
}

// deadMirror returns a mirror on a port where nobody listens.
func deadMirror(t *testing.T) *testMirror {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	return &testMirror{url: "http://" + listener.Addr().String() + "/"}
}

func TestDeadMirrors(t *testing.T) {
	dead, other, live := deadMirror(t), deadMirror(t), newMirror(t, good)
	found, err := loadFrom(t, t.TempDir(), dead, live)
	if err != nil {
		t.Fatal(err)
	}
	checkTiny(t, found)

	_, err = loadFrom(t, t.TempDir(), dead, other)
	for _, want := range []string{plainNames[0], "not in the cache", dead.url, other.url} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// A server that says nothing, or stops in the middle, is left for the next.
func TestStalledMirrors(t *testing.T) {
	wait := func(r *http.Request) { <-r.Context().Done() }
	for _, test := range []struct {
		name  string
		reply answer
		want  string
	}{
		{"silent", func(w http.ResponseWriter, r *http.Request, file []byte) { wait(r) }, "no answer within"},
		{"header", func(w http.ResponseWriter, r *http.Request, file []byte) { w.(http.Flusher).Flush(); wait(r) }, "no answer within"},
		{"middle", func(w http.ResponseWriter, r *http.Request, file []byte) {
			w.Write(file[:20])
			w.(http.Flusher).Flush()
			wait(r)
		}, "the server fell silent for 50ms after 20 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			stalled := newMirror(t, test.reply)
			m := tinyArchive().mirrors
			m.answer = 50 * time.Millisecond
			if test.name == "middle" {
				m.answer = time.Minute
			}
			m.stall = 50 * time.Millisecond
			_, err := m.download(context.Background(), stalled.url, plainNames[0]+".gz")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// The mirrors of MNIST, all dead, take less than the five seconds promised.
func TestPatience(t *testing.T) {
	if total := time.Duration(len(mnist.mirrors.urls)) * mnist.mirrors.answer; total >= 5*time.Second {
		t.Errorf("the mirrors take up to %v to be found dead", total)
	}
}

// Cancelling stops the download in its middle and asks no other mirror.
func TestCancel(t *testing.T) {
	cache := t.TempDir()
	mirror := newMirror(t, func(w http.ResponseWriter, r *http.Request, file []byte) {
		w.Write(file[:20])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	other := newMirror(t, good)
	ctx, cancel := context.WithCancel(context.Background())
	a := tinyArchive()
	a.mirrors.urls = []string{mirror.url, other.url}
	_, err := a.load(ctx, MNISTOptions{CacheDir: cache, Progress: func(string, int64, int64) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it to be %v", err, context.Canceled)
	}
	if other.requests.Load() != 0 {
		t.Error("the other mirror was asked")
	}
	checkCache(t, cache, 0)
}

func TestProgress(t *testing.T) {
	mirror := newMirror(t, func(w http.ResponseWriter, r *http.Request, file []byte) {
		w.Header().Set("Content-Length", strconv.Itoa(len(file)))
		w.Write(file)
	})
	last := map[string]int64{}
	a := tinyArchive()
	a.mirrors.urls = []string{mirror.url}
	_, err := a.load(context.Background(), MNISTOptions{CacheDir: t.TempDir(), Progress: func(file string, done, total int64) {
		if done <= last[file] || done > total {
			t.Errorf("%s: %d bytes of %d after %d", file, done, total, last[file])
		}
		last[file] = done
	}})
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range plainNames {
		if want := int64(len(compress(tinyFiles[i]))); last[name+".gz"] != want {
			t.Errorf("%s: the last report is of %d bytes, want %d", name, last[name+".gz"], want)
		}
	}
}

// A cache that cannot be written costs the next program time, but not this one
// its data.
func TestCacheNotWritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	found, err := loadFrom(t, filepath.Join(file, "cache"), newMirror(t, good))
	if err != nil {
		t.Fatal(err)
	}
	checkTiny(t, found)
	if found.CacheErr == nil {
		t.Error("nothing tells that the download was not kept")
	}
}

func TestDefaultCache(t *testing.T) {
	for _, variable := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData"} { // one of them tells
		t.Setenv(variable, t.TempDir())
	}
	user, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := mnist.cacheDir(MNISTOptions{}); err != nil || got != filepath.Join(user, "lockstep", "mnist") {
		t.Errorf("got %s, %v", got, err)
	}
}

// store replaces a file as a whole, and leaves nothing behind where it cannot.
func TestStore(t *testing.T) {
	dir := t.TempDir()
	for _, content := range []string{"first", "second"} {
		if err := store(dir, "file", []byte(content)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(dir, "file")); err != nil || string(got) != content {
			t.Errorf("got %q, %v, want %q", got, err, content)
		}
	}
	// A folder in the file's place cannot be replaced.
	if err := os.MkdirAll(filepath.Join(dir, "folder", "inside"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := store(dir, "folder", nil); err == nil {
		t.Error("a folder was replaced")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("left behind: %v", entries)
	}
}
