package xmlscan

// Skip advances to the EndElement of the innermost open element: at a
// StartElement, the end of that element; elsewhere, the end of the element
// around. What it skips is checked like everything else. At an EndElement, and
// outside the root element, it does nothing.
func (s *Scanner) Skip() error {
	depth := len(s.open)
	if depth == 0 || s.kind == EndElement {
		return s.Err()
	}
	for s.Next() {
		if s.kind == EndElement && len(s.open) == depth {
			return nil
		}
	}
	return s.Err()
}

// AppendText appends the text of a simple element to dst: at a StartElement, it
// reads up to the EndElement and joins all text between, whether written
// literally, with references or in CDATA sections; comments and processing
// instructions are left out.
//
// If the element has a child element, or more than max bytes of text, it
// returns dst as it was with a [*SyntaxError] of the code XML-050 or XML-051
// at that place; the scan itself has not failed then and can go on.
func (s *Scanner) AppendText(dst []byte, max int) ([]byte, error) {
	keep, depth := len(dst), len(s.open)
	for s.Next() {
		switch s.kind {
		case Text:
			text := s.Text()
			if len(text) > max-(len(dst)-keep) {
				return dst[:keep], newError(ruleTextLength, s.Pos(), int64(max))
			}
			dst = append(dst, text...)
		case StartElement:
			return dst[:keep], newError(ruleSimpleContent, s.Pos(), 0)
		case EndElement:
			if len(s.open) == depth {
				return dst, nil
			}
		}
	}
	return dst[:keep], s.Err()
}

// ElementText is [Scanner.AppendText] for a string.
func (s *Scanner) ElementText(max int) (string, error) {
	b, err := s.AppendText(s.collect[:0], max)
	s.collect = b[:0]
	if err != nil {
		return "", err
	}
	return string(b), nil
}
