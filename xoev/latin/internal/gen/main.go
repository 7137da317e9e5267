// Command gen writes the tables of package latin from the published lists of
// DIN 91379. Run "go generate" in xoev/latin where ../shared/data stands
// beside the module; the test of this command compares the tables with the
// lists.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
)

func main() {
	data := flag.String("data", "", "folder with the lists of DIN 91379")
	out := flag.String("o", "tables.go", "file to write")
	flag.Parse()
	if err := run(*data, *out); err != nil {
		log.Fatal(err)
	}
}

func run(data, out string) error {
	lists, err := readLists(data)
	if err != nil {
		return fmt.Errorf("reading the lists: %w", err)
	}
	source, err := lists.source()
	if err != nil {
		return fmt.Errorf("writing the tables: %w", err)
	}
	return os.WriteFile(out, source, 0o644)
}
