package signature_test

import (
	"bytes"
	"crypto/sha1" // digests of vectors of 2002
	"encoding/base64"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/signature"
)

// TestCanonicalVectors checks what the test sets of Merlin Hughes (2002) say
// about elements. The other filters of merlin-c14n-three choose among namespace
// nodes by XPath, which no signature that we accept does.
func TestCanonicalVectors(t *testing.T) {
	three := testenv.Data(t, "xmldsig/c14n/merlin-c14n-three")
	doc, err := os.ReadFile(filepath.Join(three, "signature.xml"))
	require.NoError(t, err)
	// The references of the plainest filter, ancestor-or-self::bar:Something.
	something := bytes.Replace(doc, []byte("<bar:Something>"), []byte(`<bar:Something Id="vector">`), 1)
	for n, o := range map[int]struct {
		method   string
		prefixes []string
	}{0: {signature.InclusiveC14N, nil}, 9: {signature.ExclusiveC14N, nil}, 18: {signature.ExclusiveC14N, []string{"#default"}}} {
		want, err := os.ReadFile(filepath.Join(three, "c14n-"+strconv.Itoa(n)+".txt"))
		require.NoError(t, err)
		got, err := canonicalize(string(something), o.method, &signature.CanonicalOptions{ID: "vector", PrefixList: o.prefixes})
		require.NoError(t, err)
		require.Equal(t, string(want), strings.Replace(got, ` Id="vector"`, "", 1), "c14n-%d", n)
	}
	info := bytes.Replace(doc, []byte("<SignedInfo>"), []byte(`<SignedInfo Id="vector">`), 1)
	want, err := os.ReadFile(filepath.Join(three, "c14n-27.txt"))
	require.NoError(t, err)
	got, err := canonicalize(string(info), signature.InclusiveC14N, &signature.CanonicalOptions{ID: "vector"})
	require.NoError(t, err)
	require.Equal(t, string(want), strings.Replace(got, ` Id="vector"`, "", 1))
}

// TestExclusiveVectors checks the digests of merlin-exc-c14n-one.
func TestExclusiveVectors(t *testing.T) {
	file := testenv.Data(t, "xmldsig/c14n/merlin-exc-c14n-one/exc-signature.xml")
	doc, err := os.ReadFile(file)
	require.NoError(t, err)
	if start := bytes.Index(doc, []byte("<!DOCTYPE")); start >= 0 {
		end := bytes.Index(doc, []byte("]>"))
		doc = append(doc[:start:start], doc[end+2:]...)
	}
	tree := etree.NewDocument()
	require.NoError(t, tree.ReadFromBytes(doc))
	checked := 0
	for _, ref := range tree.FindElements("//Reference") {
		transform := ref.FindElement("Transforms/Transform")
		o := &signature.CanonicalOptions{ID: "to-be-signed"}
		if list := transform.FindElement("InclusiveNamespaces"); list != nil {
			o.PrefixList = strings.Fields(list.SelectAttrValue("PrefixList", ""))
		}
		form, err := canonicalize(string(doc), transform.SelectAttrValue("Algorithm", ""), o)
		require.NoError(t, err)
		sum := sha1.Sum([]byte(form))
		require.Equal(t, ref.FindElement("DigestValue").Text(), base64.StdEncoding.EncodeToString(sum[:]), form)
		checked++
	}
	require.Equal(t, 4, checked)
}
