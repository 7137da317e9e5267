// Package datenschema makes the schemas of FIM data out of a FIM data schema
// (XDatenfelder 1, 2 and 3): XML Schema 1.0 for XFall, JSON Schema 2020-12 for
// FIM JSON. And it checks documents against the data schema, with the place and
// the rule of all that is wrong with them.
package datenschema
