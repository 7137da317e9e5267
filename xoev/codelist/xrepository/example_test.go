package xrepository_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/codelist/xrepository"
)

const farbe = "urn:de:musterstadt:codeliste:farbe"

// publisher stands in for XRepository in the example.
func publisher(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/gueltigeVersion"):
		fmt.Fprintf(w, `<d:VersionCodeliste xmlns:d="urn:example"><d:kennung>%s_2</d:kennung></d:VersionCodeliste>`, farbe)
	case strings.Contains(r.URL.Path, farbe+"_2"):
		fmt.Fprintf(w, `<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/">
<Identification><ShortName>farbe</ShortName><Version>2</Version><CanonicalUri>%s</CanonicalUri><CanonicalVersionUri>%[1]s_2</CanonicalVersionUri></Identification>
<ColumnSet><Column Id="code" Use="required"><ShortName>code</ShortName><Data Type="string"/></Column><Key Id="k"><ShortName>k</ShortName><ColumnRef Ref="code"/></Key></ColumnSet>
<SimpleCodeList><Row><Value ColumnRef="code"><SimpleValue>rot</SimpleValue></Value></Row></SimpleCodeList></gc:CodeList>`, farbe)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// The version in force is fetched and pinned; from then on it is used offline.
func Example() {
	server := httptest.NewServer(http.HandlerFunc(publisher))
	defer server.Close()
	folder, err := os.MkdirTemp("", "codelisten")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)

	client, err := xrepository.New(server.URL, nil) // in earnest: xrepository.BaseURL
	if err != nil {
		panic(err)
	}
	report, err := codelist.Pull(context.Background(), folder, client, []codelist.VersionKennung{{Kennung: farbe}}, nil)
	if err != nil {
		panic(err)
	}
	for _, pin := range report.Added {
		fmt.Println("pinned", pin.VersionKennung)
	}
	store, err := codelist.OpenDir(folder, nil)
	if err != nil {
		panic(err)
	}
	list, err := store.List(farbe, "2")
	if err != nil {
		panic(err)
	}
	_, known := list.Lookup("rot")
	fmt.Println("rot:", known)
	// Output:
	// pinned urn:de:musterstadt:codeliste:farbe_2
	// rot: true
}
