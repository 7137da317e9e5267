//go:build race

package codelist_test

const raceEnabled = true
