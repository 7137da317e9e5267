// Package peertest asks validators that this project did not write for the verdict
// on a document: libxml2, and two of JSON Schema. It is for tests.
package peertest

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

// XMLLint judges documents with libxml2 by an XML Schema.
func XMLLint(t testing.TB, xsd []byte, documents []string) []bool {
	t.Helper()
	tool := testenv.Tool(t, "xmllint")
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "s.xsd"), xsd, 0o600))
	args := []string{"--noout", "--nonet", "--huge", "--schema", "s.xsd"}
	for i, d := range documents {
		name := strconv.Itoa(i) + ".xml"
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(d), 0o600))
		args = append(args, name)
	}
	cmd := exec.Command(tool, args...)
	cmd.Dir = dir
	out, _ := cmd.CombinedOutput() // its verdicts stand in the text
	text := "\n" + string(out)
	require.NotContains(t, text, "failed to compile")
	verdicts := make([]bool, len(documents))
	for i := range documents {
		name := strconv.Itoa(i) + ".xml"
		verdicts[i] = strings.Contains(text, "\n"+name+" validates\n")
		if !verdicts[i] {
			require.Contains(t, text, "\n"+name+" fails to validate\n")
			if testing.Verbose() {
				t.Log(text)
			}
		}
	}
	return verdicts
}

// JSONSchema compiles a JSON Schema with santhosh-tekuri/jsonschema, formats
// asserted, and returns its verdict on documents.
func JSONSchema(t testing.TB, schema []byte) func(document string) bool {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("urn:schema", doc))
	compiled, err := c.Compile("urn:schema")
	require.NoError(t, err)
	return func(document string) bool {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
		return err == nil && compiled.Validate(v) == nil
	}
}

const ajvScript = `
const [Ajv, formats] = [require("ajv/dist/2020").default, require("ajv-formats").default];
let text = "";
process.stdin.setEncoding("utf8").on("data", d => text += d).on("end", () => console.log(JSON.stringify(JSON.parse(text).map(job => {
  const ajv = new Ajv({strict: true, strictRequired: false});
  formats(ajv);
  const validate = ajv.compile(job.schema);
  return job.documents.map(d => validate(d));
}))));`

// Job is a JSON Schema with documents to be judged by it.
type Job struct {
	Schema    json.RawMessage   `json:"schema"`
	Documents []json.RawMessage `json:"documents"`
}

// Ajv judges documents with ajv on Node.js, in its strict mode; Node.js is
// started once for all jobs.
func Ajv(t testing.TB, jobs []Job) [][]bool {
	t.Helper()
	folder := testenv.NodePackages(t, "ajv", "ajv-formats")
	node := testenv.Tool(t, "node")
	stdin, err := json.Marshal(jobs)
	require.NoError(t, err)
	cmd := exec.Command(node, "-e", ajvScript)
	cmd.Dir = folder
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	var verdicts [][]bool
	require.NoError(t, json.Unmarshal(out, &verdicts))
	require.Len(t, verdicts, len(jobs))
	for i, list := range verdicts {
		require.Len(t, list, len(jobs[i].Documents))
	}
	return verdicts
}
