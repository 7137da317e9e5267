package codelist

// Code is a value of a code list as messages carry it. Which list and version
// apply may be fixed by the schema, so that ListURI and ListVersionID can be
// empty.
type Code struct {
	// Code is the value, an xs:token; leading zeros matter.
	Code string
	// Name is the optional description; most code types do not allow it.
	Name string
	// ListURI is the kennung of the list without version.
	ListURI string
	// ListVersionID is its version, any string ("3", "2022-08-01").
	ListVersionID string
}
