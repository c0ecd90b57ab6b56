package generate

import (
	"flag"
	"os"
	"testing"

	. "github.com/onsi/gomega"
)

var update = flag.Bool("update", false, "write the file of cases")

const file = "../../../fixtures/cases/generated.yaml"

// TestSet: the set in the repository is the one that the generator makes.
func TestSet(t *testing.T) {
	g := NewWithT(t)
	set := New()
	t.Log(set.Figures())
	if *update {
		g.Expect(os.WriteFile(file, []byte(set.File()), 0o600)).To(Succeed())
	}
	data, err := os.ReadFile(file)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(data) == set.File()).To(BeTrue(), "run `go generate ./fixtures`")
}

// TestCover: whatever the model can do within the length of a program is in one, one after the other.
func TestCover(t *testing.T) {
	g := NewWithT(t)
	graph := explore()
	missing := graph.pairs()
	taken := map[int]bool{}
	programs := graph.cover()
	for _, p := range programs {
		g.Expect(len(p.edges)).To(BeNumerically("<=", longest))
		at := p.start
		for _, e := range p.edges { // a program goes where the model does
			g.Expect(graph.nodes[at].edges).To(ContainElement(e))
			taken[e.transition] = true
			at = e.to
		}
		for _, pair := range p.pairs() {
			delete(missing, pair)
		}
	}
	g.Expect(missing).To(BeEmpty())
	g.Expect(taken).To(HaveLen(len(graph.transitions)))
	g.Expect(len(programs)).To(BeNumerically("<=", 130), "the default run has to stay quick")
}
