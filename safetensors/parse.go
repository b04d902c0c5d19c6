package safetensors

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"unicode/utf8"
)

// parseHeader returns what the JSON text of a header says. Whether that makes
// sense is left to [header.check].
func parseHeader(text []byte) (header, error) {
	var h header
	if len(text) == 0 || text[0] != '{' {
		return h, formatErrorf("the header does not begin with '{': this is no safetensors file")
	}
	if !utf8.Valid(text) { // encoding/json would replace such bytes without a word
		return h, formatErrorf("the header is not valid UTF-8")
	}
	p := parser{json: json.NewDecoder(bytes.NewReader(text))}
	p.json.UseNumber()
	err := p.object("the header", func(key string) (err error) {
		if key == metadataKey {
			h.metadata, err = p.metadata()
			return err
		}
		e, err := p.entry(key)
		h.entries = append(h.entries, e)
		return err
	})
	if err != nil {
		return h, err
	}
	if _, err := p.json.Token(); err != io.EOF {
		return h, formatErrorf("the header goes on after its closing '}'")
	}
	return h, nil
}

// A parser reads a header token by token. Decoding it into Go values would let
// pass what must not: of two equal keys the last would win, and null would be
// anything.
type parser struct {
	json   *json.Decoder
	tensor string // whose description is being read, for error messages
}

func (p *parser) errorf(format string, args ...any) error {
	return tensorErrorf(p.tensor, format, args...)
}

// metadata reads the value of "__metadata__".
func (p *parser) metadata() (map[string]string, error) {
	metadata := map[string]string{}
	err := p.object(metadataKey, func(key string) (err error) {
		metadata[key], err = p.text(metadataKey + " key " + quote(key))
		return err
	})
	return metadata, err
}

// entry reads the description of the tensor of the given name.
func (p *parser) entry(name string) (entry, error) {
	p.tensor = name
	defer func() { p.tensor = "" }()

	e := entry{name: name}
	var offsets []int
	err := p.object("its description", func(field string) (err error) {
		switch field {
		case "dtype":
			var dtype string
			dtype, err = p.text(field)
			e.dtype = DType(dtype)
		case "shape":
			e.shape, err = p.sizes(field)
		case "data_offsets":
			offsets, err = p.sizes(field)
		default:
			err = p.errorf("unknown field %s, want dtype, shape and data_offsets", quote(field))
		}
		return err
	})
	switch {
	case err != nil:
		return e, err
	case e.dtype == "":
		return e, p.errorf("it has no dtype")
	case e.shape == nil:
		return e, p.errorf("it has no shape")
	case len(offsets) != 2:
		return e, p.errorf("data_offsets has %d numbers, want two: begin and end", len(offsets))
	}
	e.begin, e.end = offsets[0], offsets[1]
	return e, nil
}

// object reads an object and has member read the value of each key.
func (p *parser) object(what string, member func(key string) error) error {
	if err := p.delim('{', what, "an object"); err != nil {
		return err
	}
	seen := map[string]bool{}
	for p.json.More() {
		key, err := p.text("a key of " + what)
		if err != nil {
			return err
		}
		if seen[key] {
			return p.errorf("%s has the key %s twice", what, quote(key))
		}
		seen[key] = true
		if err := member(key); err != nil {
			return err
		}
	}
	return p.delim('}', what, "an object")
}

// sizes reads an array of sizes; the result is not nil.
func (p *parser) sizes(what string) ([]int, error) {
	const kind = "an array of whole numbers"
	if err := p.delim('[', what, kind); err != nil {
		return nil, err
	}
	sizes := []int{}
	for p.json.More() {
		token, err := p.token()
		if err != nil {
			return nil, err
		}
		number, ok := token.(json.Number)
		if !ok {
			return nil, p.errorf("%s is not %s", what, kind)
		}
		// One bit less than an int has leaves no room for a sign.
		size, err := strconv.ParseUint(number.String(), 10, strconv.IntSize-1)
		if err != nil {
			return nil, p.errorf("%s has the number %s, want a whole one that is not negative and fits an int",
				what, shorten(number.String()))
		}
		sizes = append(sizes, int(size))
	}
	return sizes, p.delim(']', what, kind)
}

// text reads a string.
func (p *parser) text(what string) (string, error) {
	token, err := p.token()
	if err != nil {
		return "", err
	}
	text, ok := token.(string)
	if !ok {
		return "", p.errorf("%s is not a string", what)
	}
	return text, nil
}

// delim reads one bracket or brace of what, which must be of the given kind.
func (p *parser) delim(want json.Delim, what, kind string) error {
	token, err := p.token()
	if err != nil {
		return err
	}
	if token != want {
		return p.errorf("%s is not %s", what, kind)
	}
	return nil
}

// token reads the next token.
func (p *parser) token() (json.Token, error) {
	token, err := p.json.Token()
	if err != nil {
		// The cause is told but not wrapped: that the JSON ends too soon does
		// not mean that the file does.
		return nil, p.errorf("the header is not valid JSON: %v", err)
	}
	return token, nil
}
