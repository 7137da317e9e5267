package fim_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/forms/fim/regel"
	"github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

func ExampleFromSchema() {
	file, err := os.Open("../../examples/fim/hunde.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	schema, err := xdatenfelder.Read(file, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	form, err := fim.FromSchema(schema, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range form.Report.Rules {
		fmt.Println(strings.TrimSpace(fmt.Sprint(r.Verdict, " ", r.ID, " ", r.Code)))
	}
	// Output:
	// erkannt R99000000005
	// erkannt R99000000001
	// erkannt R99000000002
	// erkannt R99000000003
	// ungeklärt R99000000004 SATZFORM
	// implizit
}

// A rule that nobody but people can read gets its typed rule from the caller,
// or the place where it is kept.
func ExampleSchemaRule() {
	options := fim.SchemaOptions{Rules: map[string]fim.SchemaRule{
		"R99000000004": {Elsewhere: "entscheidet das Steueramt"},
		"R99000000003": {Effects: func(path func(id string) string) []regel.Effect {
			return []regel.Effect{{Kind: regel.Require, Path: path("F99000000032"),
				If: rule.Equal(rule.Field(path("F99000000030")), rule.Text("003"))}}
		}},
	}}
	fmt.Println(len(options.Rules))
	// Output: 2
}
