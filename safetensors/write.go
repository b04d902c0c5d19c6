package safetensors

import (
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Write writes f to w. Header and data hold the tensors in the order of
// f.Tensors, the metadata is sorted by key, and the header is padded with
// spaces to a multiple of 8 bytes, so that equal files are equal bytes.
//
// It returns a [*FormatError], with nothing written, if f breaks the format
// (a shape and its data disagree, a name is used twice or not UTF-8), and the
// error of w if writing fails.
func Write(w io.Writer, f *File) error {
	if err := f.check(); err != nil {
		return err
	}
	text := f.headerText()
	if len(text) > MaxHeaderBytes {
		return formatErrorf("header of %d bytes, the limit is %d", len(text), MaxHeaderBytes)
	}
	prefix := binary.LittleEndian.AppendUint64(nil, uint64(len(text)))
	if _, err := w.Write(append(prefix, text...)); err != nil {
		return fmt.Errorf("safetensors: cannot write the header: %w", err)
	}
	for _, t := range f.Tensors {
		if _, err := w.Write(t.Data); err != nil {
			return fmt.Errorf("safetensors: cannot write tensor %s: %w", quote(t.Name), err)
		}
	}
	return nil
}

// check returns an error unless f can be written such that [Read] gives it back.
func (f *File) check() error {
	for _, key := range slices.Sorted(maps.Keys(f.Metadata)) {
		if !utf8.ValidString(key) || !utf8.ValidString(f.Metadata[key]) {
			return formatErrorf("metadata key %s or its value is not valid UTF-8", quote(key))
		}
	}
	seen := map[string]bool{}
	for _, t := range f.Tensors {
		switch {
		case t.Name == metadataKey:
			return tensorErrorf(t.Name, "this name is reserved for the metadata")
		case seen[t.Name]:
			return tensorErrorf(t.Name, "another tensor has the same name")
		case !utf8.ValidString(t.Name):
			return tensorErrorf(t.Name, "its name is not valid UTF-8")
		}
		seen[t.Name] = true
		if err := t.check(); err != nil {
			return err
		}
	}
	return nil
}

// headerText returns the padded header of a checked file. The JSON is put
// together here, because the bytes of a file must not change with encoding/json.
func (f *File) headerText() string {
	var members []string
	if len(f.Metadata) > 0 {
		members = append(members, fmt.Sprintf("%s:{%s}", jsonString(metadataKey), metadataText(f.Metadata)))
	}
	begin := 0
	for _, t := range f.Tensors {
		end := begin + len(t.Data)
		members = append(members, fmt.Sprintf(`%s:{"dtype":"%s","shape":%s,"data_offsets":[%d,%d]}`,
			jsonString(t.Name), t.DType, shapeText(t.Shape), begin, end))
		begin = end
	}
	text := "{" + strings.Join(members, ",") + "}"
	return text + strings.Repeat(" ", -len(text)&7)
}

// metadataText returns the members of the metadata object, sorted by key.
func metadataText(metadata map[string]string) string {
	var members []string
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		members = append(members, jsonString(key)+":"+jsonString(metadata[key]))
	}
	return strings.Join(members, ",")
}

// jsonString returns valid UTF-8 as a JSON string, in which only that is escaped
// which JSON demands to be.
func jsonString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
