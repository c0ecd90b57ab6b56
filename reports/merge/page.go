package merge

import "slices"

// matrixPage is a matrix as its page shows it.
type matrixPage struct {
	Matrix
	Rows   []pageRow
	Newest []MatrixStep
	Many   bool        // too many columns for heads that lie
	Equal  int         // rows in which all columns are the same
	Chunks []pageChunk // of the columns, for paper; nil when all fit
}

type pageRow struct {
	MatrixRow
	Differs bool
}

// pageChunk is as many columns as a sheet of paper has room for, with the rows that differ.
type pageChunk struct {
	Names []string
	Rows  []MatrixRow
}

const (
	lyingHeads = 5  // columns whose heads have room to lie
	onPaper    = 10 // columns
)

func newPage(m Matrix) matrixPage {
	p := matrixPage{Matrix: m, Newest: m.newest(), Many: len(m.Targets) > lyingHeads}
	var differing []MatrixRow
	for _, row := range m.Requirements {
		differs := slices.ContainsFunc(row.Cells, func(c MatrixCell) bool {
			return c.Status != row.Cells[0].Status || c.partly() != row.Cells[0].partly()
		})
		p.Rows = append(p.Rows, pageRow{row, differs})
		if differs {
			differing = append(differing, row)
		} else {
			p.Equal++
		}
	}
	if len(m.Targets) <= onPaper {
		return p
	}
	for from := 0; from < len(m.Targets); from += onPaper {
		to := min(from+onPaper, len(m.Targets))
		var c pageChunk
		for _, t := range m.Targets[from:to] {
			c.Names = append(c.Names, t.Name)
		}
		for _, row := range differing {
			row.Cells = row.Cells[from:to]
			c.Rows = append(c.Rows, row)
		}
		p.Chunks = append(p.Chunks, c)
	}
	return p
}
