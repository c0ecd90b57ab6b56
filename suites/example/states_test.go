package example

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/onsi/gomega"
)

// cloud is a toy: it only hands out names.
type cloud struct{ groups map[string]bool }

func (c *cloud) NewGroup(instances, _ int, _ bool) (group string, ids []string) {
	group = fmt.Sprintf("asg-%d", len(c.groups)+1)
	c.groups[group] = true
	for i := range instances {
		ids = append(ids, fmt.Sprintf("i-%s-%d", group, i))
	}
	return group, ids
}

func (c *cloud) DeleteGroup(group string) { delete(c.groups, group) }

func TestStates(t *testing.T) {
	g := gomega.NewWithT(t)
	c := &cloud{map[string]bool{}}
	post := func(body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		States(c)(w, httptest.NewRequest(http.MethodPost, "/_states", strings.NewReader(body)))
		return w
	}
	w := post(`{"action":"setup","state":"an inactive scaling group","params":{"instances":2}}`)
	g.Expect(w.Body.String()).To(gomega.MatchJSON(`{"scalingGroupId":"asg-1","instanceIds":["i-asg-1-0","i-asg-1-1"]}`))
	g.Expect(post(`{"action":"setup","state":"a state of tomorrow","params":{}}`).Code).To(gomega.Equal(http.StatusNotFound))
	g.Expect(post(`{"action":"teardown","state":"an inactive scaling group","params":{"scalingGroupId":"asg-1"}}`).Code).To(gomega.Equal(http.StatusOK))
	g.Expect(c.groups).To(gomega.BeEmpty())
	g.Expect(post(`no JSON`).Code).To(gomega.Equal(http.StatusBadRequest))
}

// TestReadme holds the documents to what is tested here: they quote these files.
func TestReadme(t *testing.T) {
	g := gomega.NewWithT(t)
	for _, quote := range []struct{ readme, file, begin string }{
		{"../../fixtures/README.md", "states.go", "func States("},
		{"../../fixtures/README.md", "states.py", "def states("},
		{"../README.md", "conformance_test.go", "func TestConformance("},
	} {
		readme, err := os.ReadFile(quote.readme)
		g.Expect(err).NotTo(gomega.HaveOccurred())
		text, err := os.ReadFile(quote.file)
		g.Expect(err).NotTo(gomega.HaveOccurred())
		_, body, found := strings.Cut(string(text), quote.begin)
		g.Expect(found).To(gomega.BeTrue(), quote.file)
		g.Expect(string(readme)).To(gomega.ContainSubstring(quote.begin+body), "%s quotes %s; copy it again",
			quote.readme, quote.file)
	}
}
