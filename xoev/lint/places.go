package lint

import (
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// Bounds of what is remembered of a header. Real ones have about 50 elements;
// what is looked for stands at most 6 deep.
const (
	maxPlaces     = 2000
	maxPlaceDepth = 8
)

// places remembers where the elements of the header stand: the envelope holds
// values, and findings name a line.
type places struct {
	open  []place
	known []place
}

type place struct {
	path   string
	pos    xmlscan.Position
	counts map[string]int // children that may be repeated
}

func (p *places) token(s *xmlscan.Scanner) {
	switch s.Kind() {
	case xmlscan.StartElement:
		if s.Depth() > maxPlaceDepth {
			return
		}
		local := s.Name().Local
		next := place{path: "/" + local, pos: s.Pos()}
		if n := len(p.open); n > 0 {
			next.path = p.open[n-1].path + next.path
			if local == "erreichbarkeit" {
				if p.open[n-1].counts == nil {
					p.open[n-1].counts = map[string]int{}
				}
				p.open[n-1].counts[local]++
				next.path += "[" + strconv.Itoa(p.open[n-1].counts[local]) + "]"
			}
		}
		if len(p.known) < maxPlaces {
			p.known = append(p.known, next)
		}
		p.open = append(p.open, next)
	case xmlscan.EndElement:
		p.open = p.open[:min(len(p.open), s.Depth()-1)]
	}
}

// find returns the first element of a name, below a party ("leser", "autor")
// if one is given, and there below its way of reaching it with this number if
// that is not 0. Where there is none it returns the nearest: the party, else
// the root.
func (p *places) find(party string, number int, name string) place {
	inside := ""
	if number > 0 {
		inside = "/erreichbarkeit[" + strconv.Itoa(number) + "]/"
	}
	var near, root place
	for _, k := range p.known {
		if root.path == "" {
			root = k
		}
		if party != "" && near.path == "" && strings.HasSuffix(k.path, "/"+party) {
			near = k
		}
		if strings.HasSuffix(k.path, "/"+name) && strings.Contains(k.path, inside) &&
			(party == "" || strings.Contains(k.path, "/"+party+"/")) {
			return k
		}
	}
	if near.path != "" {
		return near
	}
	return root
}
