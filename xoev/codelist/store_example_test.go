package codelist_test

import (
	"embed"
	"fmt"
	"io/fs"
	"os"

	"github.com/bausteine/egov/xoev/codelist"
)

//go:embed testdata/store
var lists embed.FS

// A program carries its code lists inside itself, and looks codes up.
func ExampleOpen() {
	source, err := fs.Sub(lists, "testdata/store")
	if err != nil {
		panic(err)
	}
	store, err := codelist.Open(source, nil)
	if err != nil {
		panic(err)
	}
	list, err := store.List("urn:de:musterstadt:codeliste:farbe", "2")
	if err != nil {
		panic(err)
	}
	if row, ok := list.Lookup("1"); ok {
		name, _ := row.Value("name")
		fmt.Println(row.Code(), name)
	}
	// Output: 1 rot
}

// Which version is in force on a day is decided by the lists' own dates.
func ExampleStore_At() {
	source, err := fs.Sub(lists, "testdata/store")
	if err != nil {
		panic(err)
	}
	store, err := codelist.Open(source, nil)
	if err != nil {
		panic(err)
	}
	for _, day := range []codelist.Date{{Year: 2024, Month: 12, Day: 31}, {Year: 2025, Month: 1, Day: 1}} {
		list, err := store.At("urn:de:musterstadt:codeliste:farbe", day)
		if err != nil {
			panic(err)
		}
		fmt.Println(day, "version", list.Metadata().Version)
	}
	// Output:
	// 2024-12-31 version 1
	// 2025-01-01 version 2
}

// What a new version of a list brings.
func ExampleDiffLists() {
	source, err := fs.Sub(lists, "testdata/store")
	if err != nil {
		panic(err)
	}
	store, err := codelist.Open(source, nil)
	if err != nil {
		panic(err)
	}
	one, err := store.List("urn:de:musterstadt:codeliste:farbe", "1")
	if err != nil {
		panic(err)
	}
	two, err := store.List("urn:de:musterstadt:codeliste:farbe", "2")
	if err != nil {
		panic(err)
	}
	diff, err := codelist.DiffLists(one, two)
	if err != nil {
		panic(err)
	}
	if _, err := diff.WriteTo(os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// urn:de:musterstadt:codeliste:farbe_1 -> urn:de:musterstadt:codeliste:farbe_2
	// ~ metadata description.validFrom: "2024-01-01" -> "2025-01-01"
	// ~ "2" name: "blau 1" -> "blau 2"
	// rows: 0 added, 0 removed, 1 changed, 1 unchanged
}
