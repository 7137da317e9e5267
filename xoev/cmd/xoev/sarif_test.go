package main

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// form is what the schema of SARIF 2.1.0 says of one kind of object, as far as
// we write it: properties that must be there, and all that may be.
type form struct {
	section   string
	required  []string
	known     map[string]string // name: form, or "" for a value, or "[]" + form
	enum      map[string][]string
	condition func(t *testing.T, o map[string]any)
}

// sarifForms are written from the text of the standard.
var sarifForms = map[string]form{
	"log": {section: "3.13", required: []string{"version", "runs"}, known: map[string]string{"$schema": "", "version": "", "runs": "[]run"},
		enum: map[string][]string{"version": {"2.1.0"}}},
	"run": {section: "3.14", required: []string{"tool", "results"}, known: map[string]string{"tool": "tool", "language": "", "columnKind": "",
		"invocations": "[]invocation", "artifacts": "[]artifact", "results": "[]result"},
		enum: map[string][]string{"columnKind": {"utf16CodeUnits", "unicodeCodePoints"}, "language": {"en", "de"}}},
	"tool": {section: "3.18", required: []string{"driver"}, known: map[string]string{"driver": "toolComponent"}},
	"toolComponent": {section: "3.19", required: []string{"name"},
		known: map[string]string{"name": "", "rules": "[]reportingDescriptor"}},
	"reportingDescriptor": {section: "3.49", required: []string{"id", "shortDescription"}, known: map[string]string{"id": "", "shortDescription": "message",
		"defaultConfiguration": "reportingConfiguration", "properties": "propertyBag"}},
	"reportingConfiguration": {section: "3.50", known: map[string]string{"level": ""}, enum: map[string][]string{"level": {"none", "note", "warning", "error"}}},
	"propertyBag":            {section: "3.8", known: map[string]string{"source": ""}},
	"message":                {section: "3.11", required: []string{"text"}, known: map[string]string{"text": ""}},
	"invocation": {section: "3.20", required: []string{"executionSuccessful"},
		known: map[string]string{"executionSuccessful": "", "toolExecutionNotifications": "[]notification"}},
	"notification": {section: "3.58", required: []string{"message"}, known: map[string]string{"level": "", "message": "message", "locations": "[]location"},
		enum: map[string][]string{"level": {"none", "note", "warning", "error"}}},
	"artifact": {section: "3.24", known: map[string]string{"location": "artifactLocation", "description": "message", "parentIndex": "", "length": ""}},
	"artifactLocation": {section: "3.4", known: map[string]string{"uri": "", "index": ""}, condition: func(t *testing.T, o map[string]any) {
		assert.True(t, o["uri"] != nil || o["index"] != nil, "3.4.2: one of uri and index")
		if text, ok := o["uri"].(string); ok {
			u, err := url.Parse(text)
			require.NoError(t, err)
			assert.Empty(t, u.Scheme, "relative")
			assert.Equal(t, text, u.String(), "percent-encoded")
		}
	}},
	"result": {section: "3.27", required: []string{"message", "ruleId"}, known: map[string]string{"ruleId": "", "ruleIndex": "", "level": "", "message": "message",
		"locations": "[]location"}, enum: map[string][]string{"level": {"none", "note", "warning", "error"}}},
	"location": {section: "3.28", known: map[string]string{"physicalLocation": "physicalLocation", "logicalLocations": "[]logicalLocation"}},
	"physicalLocation": {section: "3.29", required: []string{"artifactLocation"},
		known: map[string]string{"artifactLocation": "artifactLocation", "region": "region"}},
	"region": {section: "3.30", required: []string{"startLine"}, known: map[string]string{"startLine": "", "startColumn": ""}, condition: func(t *testing.T, o map[string]any) {
		assert.GreaterOrEqual(t, o["startLine"], 1.0, "3.30.5")
		if column, ok := o["startColumn"]; ok {
			assert.GreaterOrEqual(t, column, 1.0, "3.30.6")
		}
	}},
	"logicalLocation": {section: "3.33", known: map[string]string{"fullyQualifiedName": "", "kind": ""}, enum: map[string][]string{"kind": {"element"}}},
}

// conforms checks an object and all below; it returns how many it saw.
func conforms(t *testing.T, path, name string, v any) int {
	t.Helper()
	f, ok := sarifForms[name]
	require.True(t, ok, "no form %s", name)
	o, ok := v.(map[string]any)
	require.True(t, ok, "%s is no object (%s)", path, f.section)
	seen := 1
	for _, key := range f.required {
		assert.Contains(t, o, key, "%s (%s)", path, f.section)
	}
	for key, value := range o {
		kind, known := f.known[key]
		if !assert.True(t, known, "%s/%s is not in the schema (%s)", path, key, f.section) {
			continue
		}
		if enum := f.enum[key]; enum != nil {
			assert.Contains(t, enum, value, "%s/%s", path, key)
		}
		switch {
		case strings.HasPrefix(kind, "[]"):
			all, ok := value.([]any)
			require.True(t, ok, "%s/%s is no array (%s)", path, key, f.section)
			for _, item := range all {
				seen += conforms(t, path+"/"+key, kind[2:], item)
			}
		case kind != "":
			seen += conforms(t, path+"/"+key, kind, value)
		default:
			assert.NotNil(t, value, "%s/%s", path, key)
		}
	}
	if f.condition != nil {
		f.condition(t, o)
	}
	return seen
}

// references checks what the schema cannot say: indices name what they mean.
func references(t *testing.T, log map[string]any) (results int) {
	t.Helper()
	run := log["runs"].([]any)[0].(map[string]any)
	rules := run["tool"].(map[string]any)["driver"].(map[string]any)["rules"].([]any)
	artifacts := run["artifacts"].([]any)
	ids := map[string]bool{}
	for _, r := range rules {
		id := r.(map[string]any)["id"].(string)
		assert.False(t, ids[id], "rule %s twice", id)
		ids[id] = true
	}
	for _, v := range run["results"].([]any) {
		r := v.(map[string]any)
		assert.Equal(t, r["ruleId"], rules[int(r["ruleIndex"].(float64))].(map[string]any)["id"])
		at := r["locations"].([]any)[0].(map[string]any)["physicalLocation"].(map[string]any)["artifactLocation"].(map[string]any)
		artifact := artifacts[int(at["index"].(float64))].(map[string]any)
		if location, ok := artifact["location"].(map[string]any); ok {
			assert.Equal(t, location["uri"], at["uri"])
		}
		results++
	}
	for _, v := range artifacts {
		a := v.(map[string]any)
		if parent, ok := a["parentIndex"].(float64); ok {
			assert.Less(t, int(parent), len(artifacts))
			assert.True(t, strings.HasPrefix(a["location"].(map[string]any)["uri"].(string), "/"), "3.24.3")
		}
	}
	return results
}

func TestSARIF(t *testing.T) {
	broken, err := os.ReadFile("testdata/broken.xml")
	require.NoError(t, err)
	codes, err := os.ReadFile("testdata/codes.xml")
	require.NoError(t, err)
	store, err := filepath.Abs("testdata/store")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir("ein gang", 0o700))
	for name, content := range map[string]string{"ein gang/größe #1%.xml": string(broken), "a:b.xml": string(broken), "codes.xml": string(codes),
		"bom.xml": "\uFEFF" + strings.Replace(string(broken), "<m:", "<!-- äöü --><m:", 1), "one.xml": strings.ReplaceAll(string(codes), "\n", " "),
		"a.zip": string(archive(t, "ordner/ä.xml", string(broken), "b.pdf", ""))} {
		require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
	}
	abs, err := filepath.Abs("codes.xml")
	require.NoError(t, err)
	r := call(t, string(broken), "lint", "--format", "sarif", "--latin", "C", "--codelists", store, "ein gang/größe #1%.xml", "a:b.xml", "-", "bom.xml", "one.xml", "a.zip", abs, "none.xml")
	assert.Equal(t, 2, r.status)
	for _, content := range []string{"GEHEIM", "Erika"} {
		assert.NotContains(t, r.out, content)
	}
	var log map[string]any
	require.NoError(t, json.Unmarshal([]byte(r.out), &log))
	assert.Greater(t, conforms(t, "", "log", log), 200)
	assert.Greater(t, references(t, log), 25)
	for _, uri := range []string{`"uri":"ein%20gang/gr%C3%B6%C3%9Fe%20%231%25.xml"`, `"uri":"./a:b.xml"`, `"uri":"/ordner/%C3%A4.xml"`, `"uri":"codes.xml"`} {
		assert.Contains(t, r.out, uri)
	}
	places := regions(t, log)
	assert.Contains(t, places["codes.xml COD-011"], [2]int{23, 64}, "columns count characters; in bytes it is 73")
	assert.Contains(t, places["bom.xml ENV-004"], [2]int{2, 3})
	for _, at := range places["one.xml COD-011"] {
		runes := []rune(strings.ReplaceAll(string(codes), "\n", " "))
		assert.True(t, strings.HasPrefix(string(runes[at[1]-1:]), "<m:unbekannt"))
	}
}

// regions are line and column of results by file and rule.
func regions(t *testing.T, log map[string]any) map[string][][2]int {
	t.Helper()
	all := map[string][][2]int{}
	for _, v := range log["runs"].([]any)[0].(map[string]any)["results"].([]any) {
		r := v.(map[string]any)
		p := r["locations"].([]any)[0].(map[string]any)["physicalLocation"].(map[string]any)
		if region, ok := p["region"].(map[string]any); ok {
			uri, _ := p["artifactLocation"].(map[string]any)["uri"].(string)
			key := uri + " " + r["ruleId"].(string)
			column, _ := region["startColumn"].(float64)
			all[key] = append(all[key], [2]int{int(region["startLine"].(float64)), int(column)})
		}
	}
	require.NotEmpty(t, all)
	return all
}

// TestSARIFOfNothing: a run without findings is a document, too.
func TestSARIFOfNothing(t *testing.T) {
	r := call(t, "", "lint", "--format", "sarif", "testdata/codes.xml")
	assert.Equal(t, 0, r.status)
	var log map[string]any
	require.NoError(t, json.Unmarshal([]byte(r.out), &log))
	conforms(t, "", "log", log)
	assert.Zero(t, references(t, log))
}
