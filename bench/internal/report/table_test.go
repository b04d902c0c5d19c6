package report

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	table := Table{
		Head: []string{"operation", "ours", "theirs"},
		Rows: [][]Cell{
			{{Text: "dot"}, {Text: "1.5"}, {Text: "1.25", Marked: true}},
			Cells("sum", "2", ""),
		},
	}
	for _, c := range []struct {
		name  string
		write func(*strings.Builder) error
		want  string
	}{
		{"text", func(b *strings.Builder) error { return table.WriteText(b) },
			"operation  ours  theirs\ndot        1.5   1.25*\nsum        2     \n"},
		{"Markdown", func(b *strings.Builder) error { return table.WriteMarkdown(b) },
			"| operation | ours | theirs |\n|---|---:|---:|\n| dot | 1.5 | **1.25** |\n| sum | 2 |  |\n"},
	} {
		var b strings.Builder
		if err := c.write(&b); err != nil {
			t.Fatal(err)
		}
		if b.String() != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, b.String(), c.want)
		}
	}
}
