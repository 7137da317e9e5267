package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// Files in the folder of the lists.
const (
	fileMembership = "datatype_membership_computed.csv"
	fileForms      = "string-latin/latin_list_search_form_1.3.txt"
	fileDeprecated = "string-latin/latin_list_deprecated_1.3.txt"
)

// types is the number of data types, in the order of the columns: DIN
// 91379:2022 A to E, DIN SPEC 91379:2019 A to E, String.Latin 1.1.
const types = 11

// unit is an entry of the list: a character or a sequence.
type unit struct {
	group   string
	runes   []rune
	members uint16 // bit n: allowed in the data type of column n
	form    string // search form, one or two capital letters; empty for other than letters
}

type replacement struct{ from, to string }

type lists struct {
	units      []unit
	deprecated []replacement
}

func readLists(dir string) (*lists, error) {
	l := new(lists)
	index := map[string]int{}
	if err := l.readMembership(filepath.Join(dir, filepath.FromSlash(fileMembership)), index); err != nil {
		return nil, err
	}
	forms, err := readFields(filepath.Join(dir, filepath.FromSlash(fileForms)), 9)
	if err != nil {
		return nil, err
	}
	for _, fields := range forms {
		from, err := runes(fields[2])
		if err != nil {
			return nil, err
		}
		to, err := runes(fields[5])
		if err != nil {
			return nil, err
		}
		n, ok := index[string(from)]
		if !ok || len(to) > 2 {
			return nil, fmt.Errorf("%s: entry %s does not fit the tables", fileForms, fields[2])
		}
		l.units[n].form = string(to)
	}
	deprecated, err := readFields(filepath.Join(dir, filepath.FromSlash(fileDeprecated)), 9)
	if err != nil {
		return nil, err
	}
	for _, fields := range deprecated {
		from, err := runes(fields[2])
		if err != nil {
			return nil, err
		}
		to, err := runes(fields[7])
		if err != nil {
			return nil, err
		}
		l.deprecated = append(l.deprecated, replacement{string(from), string(to)})
	}
	sort.Slice(l.units, func(i, j int) bool { return string(l.units[i].runes) < string(l.units[j].runes) })
	sort.Slice(l.deprecated, func(i, j int) bool { return l.deprecated[i].from < l.deprecated[j].from })
	return l, nil
}

// readMembership reads the membership of each entry in each data type.
func (l *lists) readMembership(path string, index map[string]int) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return err
	}
	for n, row := range rows {
		if n == 0 {
			continue // header
		}
		u := unit{group: row[0]}
		if u.runes, err = runes(row[2]); err != nil {
			return err
		}
		for t := range types {
			if row[4+t] == "1" {
				u.members |= 1 << t
			}
		}
		index[string(u.runes)] = len(l.units)
		l.units = append(l.units, u)
	}
	return nil
}

// readFields reads a list whose fields are separated by semicolons. A field
// that shows a character may hold a semicolon only where it is not needed.
func readFields(path string, atLeast int) ([][]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all [][]string
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.TrimRight(line, "\r\n"), ";")
		if len(fields) < atLeast {
			return nil, fmt.Errorf("%s: a line has %d fields", path, len(fields))
		}
		all = append(all, fields)
	}
	return all, nil
}

// runes reads code points written as hexadecimal numbers.
func runes(hex string) ([]rune, error) {
	var out []rune
	for _, field := range strings.Fields(hex) {
		n, err := strconv.ParseInt(field, 16, 32)
		if err != nil {
			return nil, err
		}
		out = append(out, rune(n))
	}
	if len(out) == 0 || len(out) > 3 {
		return nil, fmt.Errorf("an entry of %d code points", len(out))
	}
	return out, nil
}
