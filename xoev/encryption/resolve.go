package encryption

import (
	"slices"

	"github.com/bausteine/egov/xoev/finding"
)

// keysOf returns every EncryptedKey that belongs to an EncryptedData, and what is
// broken about them.
func (p *parser) keysOf(e *encrypted) (keys []*encrypted, broken []finding.Finding) {
	take := func(k *encrypted) {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
			broken = append(broken, k.broken...)
			k.broken = k.broken[:0] // said once
		}
	}
	for _, k := range e.inline {
		if k.listed && len(k.references) > 0 && (e.id == "" || !slices.Contains(k.references, e.id)) {
			broken = append(broken, k.at(violation{rule: ruleReferenceList}))
		}
		take(k)
	}
	for _, id := range e.retrieval {
		k, v := p.keyByID(id)
		if v != nil {
			broken = append(broken, e.at(*v))
			continue
		}
		take(k)
	}
	for _, k := range p.keys {
		switch {
		case e.id != "" && slices.Contains(k.references, e.id):
			if v := p.unique(e); v != nil {
				broken = append(broken, e.at(*v))
			}
			take(k)
		case k.carried != "" && slices.Contains(e.names, k.carried):
			take(k)
		}
	}
	if len(keys) == 0 && len(broken) == 0 {
		for _, k := range p.keys {
			if k.parent == e.parent && e.parent != 0 && len(k.references) == 0 {
				take(k)
			}
		}
	}
	return keys, broken
}

// keyByID returns the EncryptedKey that RetrievalMethod names.
func (p *parser) keyByID(id string) (*encrypted, *violation) {
	var found *encrypted
	for _, k := range p.keys {
		if k.id == id {
			found = k
		}
	}
	switch {
	case p.withID(id) > 1:
		return nil, &violation{rule: ruleDuplicate}
	case found == nil:
		return nil, &violation{rule: ruleRetrievalTarget}
	}
	return found, nil
}

// unique reports an ID that several elements have.
func (p *parser) unique(e *encrypted) *violation {
	if p.withID(e.id) > 1 {
		return &violation{rule: ruleDuplicate}
	}
	return nil
}

// withID returns how many elements of the document have an ID that something
// encrypted has or refers to. The first call scans the document once more; it was
// found readable before.
func (p *parser) withID(id string) int {
	if p.ids == nil {
		p.ids = map[string]int{}
		for _, list := range [][]*encrypted{p.data, p.keys} {
			for _, e := range list {
				p.ids[e.id] = 0
				for _, r := range e.retrieval {
					p.ids[r] = 0
				}
			}
		}
		s := p.scanner()
		for s.Next() {
			eachID(s, func(value []byte) {
				if n, ok := p.ids[string(value)]; ok {
					p.ids[string(value)] = n + 1
				}
			})
		}
	}
	return p.ids[id]
}
