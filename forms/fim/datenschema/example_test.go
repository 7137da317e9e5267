package datenschema_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/bausteine/egov/forms/fim/datenschema"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// antrag is a data schema with one field; programs read one with
// xdatenfelder.Read.
func antrag() *xdatenfelder.Nachricht {
	feld := &xdatenfelder.Datenfeld{
		Feldart: xdatenfelder.FeldartInput, Datentyp: xdatenfelder.DatentypText,
		Praezisierung: xdatenfelder.Praezisierung{MinLength: 1, MaxLength: 120},
	}
	feld.Identifikation, feld.Name = xdatenfelder.Identifikation{ID: "F99000000001", Version: "1.0.0"}, "Familienname"
	schema := &xdatenfelder.Stammdatenschema{Struktur: []xdatenfelder.Struktur{{Anzahl: xdatenfelder.Anzahl{Min: 1, Max: 1}, Datenfeld: feld}}}
	schema.Identifikation, schema.Name = xdatenfelder.Identifikation{ID: "S99000000001", Version: "1.0.0"}, "Antrag"
	return &xdatenfelder.Nachricht{Version: xdatenfelder.XDF3, Stammdatenschema: schema}
}

func ExampleSchema_WriteXSD() {
	s, err := datenschema.Compile(antrag(), nil)
	if err != nil {
		panic(err)
	}
	if err := s.WriteXSD(os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:fim-de:xfall:datenschema:xdf3" targetNamespace="urn:fim-de:xfall:datenschema:xdf3" elementFormDefault="qualified" attributeFormDefault="unqualified">
	//   <xs:element name="S99000000001V1.0.0">
	//     <xs:annotation><xs:documentation xml:lang="de">Antrag</xs:documentation></xs:annotation>
	//     <xs:complexType>
	//       <xs:sequence>
	//         <xs:element name="F99000000001V1.0.0" type="F99000000001V1.0.0"/>
	//       </xs:sequence>
	//     </xs:complexType>
	//   </xs:element>
	//   <xs:simpleType name="F99000000001V1.0.0">
	//     <xs:annotation><xs:documentation xml:lang="de">Familienname</xs:documentation></xs:annotation>
	//     <xs:restriction base="xs:string">
	//       <xs:minLength value="1"/>
	//       <xs:maxLength value="120"/>
	//     </xs:restriction>
	//   </xs:simpleType>
	// </xs:schema>
}

func ExampleSchema_WriteJSONSchema() {
	s, err := datenschema.Compile(antrag(), &datenschema.Options{OhneVersion: true})
	if err != nil {
		panic(err)
	}
	if err := s.WriteJSONSchema(os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// {
	//   "$schema": "https://json-schema.org/draft/2020-12/schema",
	//   "$id": "S99000000001V1.0.0.schema.json",
	//   "title": "Antrag",
	//   "type": "object",
	//   "properties": {
	//     "F99000000001": {
	//       "$ref": "#/$defs/F99000000001V1.0.0"
	//     }
	//   },
	//   "additionalProperties": false,
	//   "required": [
	//     "F99000000001"
	//   ],
	//   "$defs": {
	//     "F99000000001V1.0.0": {
	//       "title": "Familienname",
	//       "type": "string",
	//       "minLength": 1,
	//       "maxLength": 120
	//     }
	//   }
	// }
}

func ExampleSchema_CheckXML() {
	s, err := datenschema.Compile(antrag(), nil)
	if err != nil {
		panic(err)
	}
	document := `<S99000000001V1.0.0 xmlns="urn:fim-de:xfall:datenschema:xdf3">
  <F99000000001V1.0.0></F99000000001V1.0.0>
  <F99000000002V1.0.0>Mustermann</F99000000002V1.0.0>
</S99000000001V1.0.0>`
	report, err := s.CheckXML(strings.NewReader(document), nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(report.Verdict)
	for _, f := range report.Findings {
		fmt.Println(f)
	}
	// Output:
	// rejected
	// 2:3: /S99000000001V1.0.0/F99000000001V1.0.0: DAT-021: the value is too short
	// 3:3: /S99000000001V1.0.0: DAT-002: the schema has no such element here
}
