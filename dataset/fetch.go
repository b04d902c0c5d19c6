package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// mirrors are servers that hold the same files.
type mirrors struct {
	urls     []string // of folders, with the final slash, in the order to try
	client   *http.Client
	answer   time.Duration // longest wait for a server's first bytes
	stall    time.Duration // longest wait for its next ones
	limit    int           // most bytes of a file, so that no server can fill the memory
	progress func(file string, done, total int64)
}

// fetch returns a file from the first mirror whose copy check accepts, and that
// mirror, which is asked first from then on. If all fail, the error holds the
// reason of each.
func (m *mirrors) fetch(ctx context.Context, file string, check func(data []byte) error) (data []byte, mirror string, err error) {
	var failed error
	for i, mirror := range m.urls {
		data, err := m.download(ctx, mirror, file)
		if err == nil {
			err = check(data)
		}
		if err == nil {
			m.urls = append(m.urls[i:len(m.urls):len(m.urls)], m.urls[:i]...)
			return data, mirror, nil
		}
		err = fmt.Errorf("%s: %w", mirror, err)
		if failed != nil {
			err = fmt.Errorf("%w; %w", failed, err)
		}
		if ctx.Err() != nil {
			return nil, "", err
		}
		failed = err
	}
	return nil, "", failed
}

// errSilent is the cause with which a download's watchdog cancels it.
var errSilent = errors.New("the server is silent")

// download returns a file from one mirror. It goes on for as long as bytes
// arrive, and ends if they stop.
func (m *mirrors) download(ctx context.Context, mirror, file string) ([]byte, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(m.answer, func() { cancel(errSilent) })
	defer watchdog.Stop()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, mirror+file, nil)
	if err != nil {
		return nil, err
	}
	response, err := m.client.Do(request)
	if err != nil {
		return nil, m.explain(ctx, err, 0, -1)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answered %q, want %q", response.Status, "200 OK")
	}
	var data bytes.Buffer
	total := response.ContentLength
	arrivals := writerFunc(func(p []byte) (int, error) {
		watchdog.Reset(m.stall)
		data.Write(p)
		if m.progress != nil {
			m.progress(file, int64(data.Len()), total)
		}
		return len(p), nil
	})
	if _, err := io.Copy(arrivals, io.LimitReader(response.Body, int64(m.limit)+1)); err != nil {
		return nil, m.explain(ctx, err, data.Len(), total)
	}
	if data.Len() > m.limit {
		return nil, fmt.Errorf("the server sent more than the %d bytes that any file may have", m.limit)
	}
	return data.Bytes(), checkKind(data.Bytes())
}

// A writerFunc is a function in the role of an io.Writer.
type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// explain puts the failure of a download, after done of total bytes, into the
// user's terms.
func (m *mirrors) explain(ctx context.Context, err error, done int, total int64) error {
	var failed *url.Error
	switch cause := context.Cause(ctx); {
	case cause == errSilent && done == 0:
		return fmt.Errorf("no answer within %v", m.answer)
	case cause == errSilent:
		return fmt.Errorf("the server fell silent for %v after %d bytes", m.stall, done)
	case cause != nil:
		return cause
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the connection ended after %d of %d bytes", done, total)
	case errors.As(err, &failed):
		return failed.Err // the mirror's address is known
	}
	return err
}

// checkKind tells apart an IDX file, compressed or not, from what servers and
// networks send instead of it.
func checkKind(data []byte) error {
	if isGzip(data) || bytes.HasPrefix(data, []byte{0, 0}) {
		return nil
	}
	return fmt.Errorf("the server sent %d bytes of %s instead of a gzip file: perhaps the network wants a login first",
		len(data), http.DetectContentType(data))
}

// store writes a file into a folder, which it makes if need be. It writes aside
// and renames, so that the file is there as a whole or not at all.
func store(dir, name string, data []byte) (err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, name+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(file.Name())
		}
	}()
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(file.Name(), filepath.Join(dir, name))
}
