package codelist_test

import (
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/bausteine/egov/xoev/codelist"
)

// parkzonen is a list as XRepository offers it, shortened.
const parkzonen = `<?xml version="1.0" encoding="UTF-8"?>
<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/" xmlns:xoev-cl-4="http://xoev.de/schemata/genericode/4">
  <Annotation><Description><xoev-cl-4:shortName>Parkzonen</xoev-cl-4:shortName><xoev-cl-4:codelistDescription>Zonen</xoev-cl-4:codelistDescription>
    <xoev-cl-4:agencyShortName>Musterstadt</xoev-cl-4:agencyShortName><xoev-cl-4:validFrom>2026-05-01</xoev-cl-4:validFrom>
    <xoev-cl-4:versionHandbook>1.2</xoev-cl-4:versionHandbook></Description></Annotation>
  <Identification><ShortName>parkzonen</ShortName><Version>7</Version><CanonicalUri>urn:example:codeliste:parkzonen</CanonicalUri>
    <CanonicalVersionUri>urn:example:codeliste:parkzonen_7</CanonicalVersionUri></Identification>
  <ColumnSet>
    <Column Id="code" Use="required"><ShortName>code</ShortName><Data Type="string"/></Column>
    <Column Id="name" Use="required"><ShortName>name</ShortName><Data Type="string" Lang="de"/></Column>
    <Key Id="k"><Annotation><AppInfo><xoev-cl-4:recommendedKeyColumn/></AppInfo></Annotation><ShortName>k</ShortName><ColumnRef Ref="code"/></Key>
  </ColumnSet>
  <SimpleCodeList>
    <Row><Value ColumnRef="code"><SimpleValue>01</SimpleValue></Value><Value ColumnRef="name"><SimpleValue>Altstadt</SimpleValue></Value></Row>
    <Row><Value ColumnRef="code"><SimpleValue>02</SimpleValue></Value><Value ColumnRef="name"><SimpleValue>Bahnhof</SimpleValue></Value></Row>
  </SimpleCodeList>
</gc:CodeList>`

func ExampleRead() {
	list, err := codelist.Read(strings.NewReader(parkzonen), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(list.Kennung(), "valid from", list.ValidFrom())
	for row := range list.Rows() {
		name, _ := row.Value("name")
		fmt.Println(row.Code(), name)
	}
	// Output:
	// urn:example:codeliste:parkzonen_7 valid from 2026-05-01
	// 01 Altstadt
	// 02 Bahnhof
}

func ExampleList_Lookup() {
	list, err := codelist.Read(strings.NewReader(parkzonen), nil)
	if err != nil {
		log.Fatal(err)
	}
	if row, ok := list.Lookup("02"); ok {
		name, _ := row.Value("name")
		fmt.Println(name)
	}
	_, ok := list.Lookup("2") // leading zeros matter
	fmt.Println(ok)
	// Output:
	// Bahnhof
	// false
}

// A code of type 3: the schema fixes the list, the message names the version.
func ExampleSpec_Resolve() {
	list, err := codelist.Read(strings.NewReader(parkzonen), nil)
	if err != nil {
		log.Fatal(err)
	}
	zone := codelist.Spec{Type: codelist.Type3, ListURI: "urn:example:codeliste:parkzonen"}

	row, findings := zone.Resolve(codelist.Code{Code: "02", ListVersionID: "7"}, list)
	name, _ := row.Value("name")
	fmt.Println(name, findings)

	_, findings = zone.Resolve(codelist.Code{Code: "99", ListVersionID: "7"}, list)
	for _, f := range findings {
		fmt.Println(f)
	}
	for _, f := range zone.Check(codelist.Code{Code: "02", Name: "Bahnhof"}) {
		fmt.Println(f)
	}
	// Output:
	// Bahnhof []
	// code: COD-011: the code is not in the list
	// @listVersionID: COD-005: the mandatory listVersionID is missing or empty
	// name: COD-006: the code has a name, which its type does not allow
}

func ExampleNew() {
	list, err := codelist.New(
		codelist.Metadata{ShortName: "ja-nein", Version: "1", CanonicalURI: "urn:example:ja-nein", CanonicalVersionURI: "urn:example:ja-nein_1"},
		[]codelist.Column{{ID: "code", ShortName: "code", Required: true}, {ID: "name", ShortName: "name"}},
		[]codelist.Key{{ID: "k", ShortName: "k", Columns: []string{"code"}}},
		[][]codelist.Value{{{Text: "1"}, {Text: "ja"}}},
	)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := list.WriteTo(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/">
	//   <Identification>
	//     <ShortName>ja-nein</ShortName>
	//     <Version>1</Version>
	//     <CanonicalUri>urn:example:ja-nein</CanonicalUri>
	//     <CanonicalVersionUri>urn:example:ja-nein_1</CanonicalVersionUri>
	//   </Identification>
	//   <ColumnSet>
	//     <Column Id="code" Use="required">
	//       <ShortName>code</ShortName>
	//       <Data Type="string"/>
	//     </Column>
	//     <Column Id="name" Use="optional">
	//       <ShortName>name</ShortName>
	//       <Data Type="string"/>
	//     </Column>
	//     <Key Id="k">
	//       <ShortName>k</ShortName>
	//       <ColumnRef Ref="code"/>
	//     </Key>
	//   </ColumnSet>
	//   <SimpleCodeList>
	//     <Row>
	//       <Value ColumnRef="code">
	//         <SimpleValue>1</SimpleValue>
	//       </Value>
	//       <Value ColumnRef="name">
	//         <SimpleValue>ja</SimpleValue>
	//       </Value>
	//     </Row>
	//   </SimpleCodeList>
	// </gc:CodeList>
}
