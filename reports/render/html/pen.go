package html

// pen draws exchanges in full as long as there is room.
type pen struct{ left int } // bytes of HTML, about

// How many bytes of HTML, about, may be drawn so that a browser opens the page smoothly: in full, and after that in
// brief. Of what is left then only the line is drawn.
const (
	drawnInFull  = 3 << 19
	drawnInBrief = 5 << 19
	openedInFull = 12 << 20 // of what is drawn when it is opened: compressed, it is a tenth of that
)

func (p *pen) full() bool  { return p.left > 0 }
func (p *pen) brief() bool { return p.left > -drawnInBrief }

// spend takes off what parts of a page cost: a fixed number of bytes, and texts, in which some characters are written
// as entities.
func (p *pen) spend(fixed int, texts ...string) {
	p.left -= fixed
	for _, t := range texts {
		p.left -= len(t)
		for i := range len(t) {
			switch t[i] {
			case '<', '>', '&', '"', '\'', '+':
				p.left -= 4
			}
		}
	}
}

func (p *pen) spendMessage(m messageView) {
	p.spend(300)
	for _, ps := range [][]piece{m.Start, m.Body} {
		for _, piece := range ps {
			p.spend(25, piece.Text)
		}
	}
	for _, h := range m.Headers {
		p.spend(30, h.Name, h.Value)
	}
}
