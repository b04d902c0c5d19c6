package npy

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"strings"
)

// OpenArchive reads a .npz archive, as numpy.savez and numpy.savez_compressed write it, and
// returns its arrays by their names.
func OpenArchive(path string) (map[string]*Array, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return ReadArchive(f, info.Size(), path)
}

// ReadArchive reads an archive of the given size in bytes as [OpenArchive] does; name is
// used in errors only.
func ReadArchive(r io.ReaderAt, size int64, name string) (map[string]*Array, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	arrays := map[string]*Array{}
	for _, member := range archive.File {
		key, isArray := strings.CutSuffix(member.Name, ".npy")
		if !isArray {
			continue
		}
		if arrays[key] != nil {
			return nil, fmt.Errorf("%s: the archive holds %s twice", name, member.Name)
		}
		if arrays[key], err = readMember(member, name+": "+member.Name); err != nil {
			return nil, err
		}
	}
	if len(arrays) == 0 {
		return nil, fmt.Errorf("%s: the archive holds no .npy file", name)
	}
	return arrays, nil
}

func readMember(member *zip.File, name string) (*Array, error) {
	r, err := member.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer r.Close()
	return Read(r, name) // to its end, where the checksum is compared
}
