package xoev_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// FuzzReadEnvelope: no panic, a typed error with a nil result, an envelope
// that is complete, and a stable way out and in again.
func FuzzReadEnvelope(f *testing.F) {
	seeds := 0
	add := func(message string) {
		seeds++
		f.Add([]byte(message))
	}
	add(qualified)
	add(unqualified)
	for _, v := range readVectors() {
		if len(v.new) < 10_000 {
			add(strings.Replace(v.base, v.old, v.new, 1))
		}
	}
	for _, v := range familyVectors() {
		add(v.message)
	}
	add(`<x/>`)
	add(`<a xmlns="urn:a"><nachrichtenkopf.g2g xmlns=""><x xmlns:p="urn:p" p:y="p:z"><p:q/></x></nachrichtenkopf.g2g></a>`)
	if seeds < 40 {
		f.Fatalf("only %d seeds", seeds)
	}
	f.Fuzz(judgeRead)
}

// judgeRead is what holds for every input.
func judgeRead(t *testing.T, message []byte) {
	e, err := xoev.ReadEnvelope(bytes.NewReader(message), nil)
	if err != nil {
		require.Nil(t, e)
		var invalid *finding.InvalidError
		require.True(t, errors.As(err, &invalid), "a reader that cannot fail gives only typed errors: %v", err)
		require.NotEmpty(t, invalid.Findings)
		return
	}
	require.NotEmpty(t, e.Root.Local)
	for _, w := range e.Findings {
		require.Equal(t, finding.Warning, w.Severity)
	}
	if e.Family == xoev.FamilyUnknown {
		require.Empty(t, e.Nachricht.UUID)
		require.True(t, finding.Has(e.Findings, "ENV-002"))
		return
	}
	require.NotEqual(t, "unknown", e.Family.String())
	roundTrip(t, e)
	m, err := xoev.ReadMessage(message, nil)
	if err != nil { // broken behind the header
		require.Nil(t, m)
		return
	}
	require.Empty(t, cmp.Diff(e, &m.Envelope))
}

// TestMutations changes every element of every vector in every way that a
// careless program would, and looks whether what holds for every input holds.
func TestMutations(t *testing.T) {
	accepted, refused := 0, 0
	for _, v := range familyVectors() {
		for _, at := range elements(t, v.message) {
			el := v.message[at.from:at.to]
			open := v.message[at.from:at.inside]
			name := strings.TrimLeft(strings.FieldsFunc(open, func(r rune) bool { return strings.ContainsRune(" />\n", r) })[0], "<")
			for how, changed := range map[string]string{
				"gone":         "",
				"twice":        el + el,
				"empty":        strings.TrimSuffix(open, ">") + "/>",
				"text":         open + "x</" + name + ">",
				"stranger":     open + `<m2:x xmlns:m2="urn:m2"/>` + el[len(open):],
				"neighbour":    el + `<m2:x xmlns:m2="urn:m2">a&amp;b</m2:x>`,
				"elsewhere":    strings.Replace(el, "<"+name, "<"+name+` xmlns="urn:m2"`, 1),
				"no attribute": "<" + name + ">" + el[len(open):],
				"attribute":    strings.Replace(el, "<"+name, "<"+name+` listURI="" listVersionID="9" x="1"`, 1),
			} {
				message := v.message[:at.from] + changed + v.message[at.to:]
				judgeRead(t, []byte(message))
				if t.Failed() {
					t.Fatalf("%s: %s %s", v.name, name, how)
				}
				if _, err := xoev.ReadEnvelope(strings.NewReader(message), nil); err != nil {
					refused++
				} else {
					accepted++
				}
			}
		}
	}
	t.Logf("%d accepted, %d refused", accepted, refused)
	require.Greater(t, accepted, 500)
	require.Greater(t, refused, 500)
}

type span struct{ from, inside, to int }

// elements are the places of all elements but the root.
func elements(t *testing.T, message string) []span {
	s := xmlscan.NewBytes([]byte(message), nil)
	var all []span
	var open []int
	for s.Next() {
		switch {
		case s.Kind() == xmlscan.StartElement:
			open = append(open, len(all))
			all = append(all, span{int(s.Pos().Offset), int(s.End()), 0})
		case s.Kind() == xmlscan.EndElement:
			all[open[len(open)-1]].to = int(s.End())
			open = open[:len(open)-1]
		}
	}
	require.NoError(t, s.Err())
	return all[1:]
}

// roundTrip writes an envelope and reads it again. Where writing is stricter
// than reading it must say so.
func roundTrip(t *testing.T, e *xoev.Envelope) {
	m := &xoev.Message{Envelope: *e}
	m.Findings = nil
	var out bytes.Buffer
	if err := xoev.Write(&out, m, &xoev.WriteOptions{AllowWarnings: true}); err != nil {
		var invalid *finding.InvalidError
		require.True(t, errors.As(err, &invalid), "%v", err)
		for _, f := range invalid.Findings {
			switch f.Code {
			case "ENV-101":
				require.True(t, e.Family == xoev.FamilyXZuFi || e.Family == xoev.FamilyXJustiz, "other families are written")
			case "ENV-103", "ENV-105", "ENV-106", "ENV-107", "ENV-108", "ENV-110", "ENV-111", "ENV-112", "ENV-113", "ENV-114", "ENV-115", "ENV-116":
				require.Fail(t, "what was read cannot break this rule", "%s", f)
			}
		}
		return
	}
	again, err := xoev.ReadEnvelope(&out, &xoev.ReadOptions{MaxHeaderBytes: 1 << 30, MaxExtensionBytes: 1 << 30, MaxExtensions: 1 << 20})
	require.NoError(t, err)
	again.Findings = nil
	want := m.Envelope
	if want.Root.Prefix == "" { // without a declaration it is not the default namespace
		again.Root.Prefix = ""
	}
	for i := range want.Attributes { // prefixes are no part of a name
		again.Attributes[i].Name.Prefix = want.Attributes[i].Name.Prefix
	}
	require.Empty(t, cmp.Diff(&want, again, cmpopts.SortSlices(func(a, b xoev.Extension) bool { return a.XML < b.XML })))
}

// FuzzWrite: whatever values and content it is given, Write refuses with a
// typed error and writes nothing, or writes a message that reads back as given
// and whose content is the given bytes.
func FuzzWrite(f *testing.F) {
	f.Add("Amt Beispiel", "ja", "urn:list", []byte("<m:a/>"), true)
	f.Add("a\r\n\t<&>\"'", " ", "", []byte("text<!-- c --><?p i?><![CDATA[x]]>"), false)
	f.Add("\x00", "\xff", "a b", []byte("</m:probe.antrag.0001><x>"), true)
	f.Add("Œœ A\u0308 C\u0328\u0306", "", "1", []byte("</x><x>"), false)
	f.Add("]]>", "x", "2", []byte("<!DOCTYPE x><x>&e;</x>"), true)
	f.Add("n", "x", "2", []byte("<?xml version='1.0'?><a xmlns=''/>"), false)
	f.Fuzz(func(t *testing.T, name, test, version string, body []byte, qualified bool) {
		family := xoev.FamilyUnqualified
		if qualified {
			family = xoev.FamilyQualified
		}
		m := &xoev.Message{Envelope: *wantEnvelope(family), BodyXML: body}
		m.Autor.Name, m.Test, m.Nachricht.Typ.ListVersionID, m.Extensions = name, test, version, nil
		var out bytes.Buffer
		if err := xoev.Write(&out, m, nil); err != nil {
			var invalid *finding.InvalidError
			require.True(t, errors.As(err, &invalid), "%v", err)
			require.Zero(t, out.Len())
			return
		}
		written := out.Bytes()
		const end = "</m:probe.antrag.0001>"
		require.True(t, bytes.HasSuffix(written, append(bytes.Clone(body), end...)) ||
			len(body) == 0 && bytes.HasSuffix(written, []byte(end)))
		again, err := xoev.ReadEnvelope(bytes.NewReader(written), nil)
		require.NoError(t, err)
		again.Findings = nil
		require.Empty(t, cmp.Diff(&m.Envelope, again))
	})
}
