package xmlscan_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

const message = `<?xml version="1.0" encoding="UTF-8"?>
<n:nachricht xmlns:n="urn:example:nachricht" version="1.0">
  <n:ort>Musterstadt</n:ort>
  <n:ort>M&#252;hlhausen &amp; Umgebung</n:ort>
</n:nachricht>`

func ExampleScanner() {
	s := xmlscan.New(strings.NewReader(message), nil)
	for s.Next() {
		if s.Kind() != xmlscan.StartElement || !s.Name().Is("urn:example:nachricht", "ort") {
			continue
		}
		pos := s.Pos()
		text, err := s.ElementText(1000)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(pos.Line, text)
	}
	fmt.Println(s.Err())
	// Output:
	// 3 Musterstadt
	// 4 Mühlhausen & Umgebung
	// <nil>
}

func ExampleSyntaxError() {
	s := xmlscan.NewBytes([]byte("<a>\n  <b x='1' x='2'/>\n</a>"), nil)
	for s.Next() {
	}
	var syntax *xmlscan.SyntaxError
	if errors.As(s.Err(), &syntax) {
		fmt.Println(syntax.Code(), syntax.Pos.Line, syntax.Pos.Column)
	}
	var invalid *finding.InvalidError
	fmt.Println(errors.As(s.Err(), &invalid), s.Err())
	// Output:
	// XML-025 2 12
	// true 2:12: XML-025: an attribute occurs twice in a start tag
}

func ExampleScanner_Decode() {
	type ort struct {
		Name string `xml:",chardata"`
	}
	s := xmlscan.NewBytes([]byte(message), nil)
	for s.Next() {
		if s.Kind() == xmlscan.StartElement && s.Name().Local == "ort" {
			var o ort
			if err := s.Decode(&o); err != nil {
				fmt.Println(err)
				return
			}
			fmt.Println(o.Name)
		}
	}
	fmt.Println(s.Err())
	// Output:
	// Musterstadt
	// Mühlhausen & Umgebung
	// <nil>
}

func ExampleNewFragment() {
	outer := xmlscan.NewBytes([]byte(`<a xmlns:p="urn:example:p"><p:b/></a>`), nil)
	outer.Next()
	scope := outer.InScope(nil)
	outer.Next()
	s := xmlscan.NewFragment(outer.Raw(), scope, nil)
	for s.Next() {
		fmt.Println(s.Kind(), s.Name().Space)
	}
	fmt.Println(s.Err())
	// Output:
	// StartElement urn:example:p
	// EndElement urn:example:p
	// <nil>
}

func ExampleRun() {
	elements, text := 0, 0
	count := xmlscan.ConsumerFunc(func(s *xmlscan.Scanner) error {
		if s.Kind() == xmlscan.StartElement {
			elements++
		}
		return nil
	})
	measure := xmlscan.ConsumerFunc(func(s *xmlscan.Scanner) error {
		text += len(s.Text())
		return nil
	})
	err := xmlscan.Run(xmlscan.New(strings.NewReader(message), nil), count, measure)
	fmt.Println(elements, text, err)
	// Output: 3 40 <nil>
}
