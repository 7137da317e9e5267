package xoev_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
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
	add(`<x/>`)
	add(`<a xmlns="urn:a"><nachrichtenkopf.g2g xmlns=""><x xmlns:p="urn:p" p:y="p:z"><p:q/></x></nachrichtenkopf.g2g></a>`)
	if seeds < 40 {
		f.Fatalf("only %d seeds", seeds)
	}
	f.Fuzz(func(t *testing.T, message []byte) {
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
		require.Len(t, e.Nachricht.UUID, 36)
		roundTrip(t, e)
	})
}

// roundTrip writes an envelope and reads it again. Where writing is stricter
// than reading it must say so.
func roundTrip(t *testing.T, e *xoev.Envelope) {
	m := &xoev.Message{Envelope: *e}
	m.Findings = nil
	var out bytes.Buffer
	if err := xoev.Write(&out, m, &xoev.WriteOptions{AllowEmpty: true}); err != nil {
		var invalid *finding.InvalidError
		require.True(t, errors.As(err, &invalid), "%v", err)
		for _, f := range invalid.Findings {
			switch f.Code {
			case "ENV-101", "ENV-103", "ENV-105", "ENV-110", "ENV-111", "ENV-112", "ENV-113":
				require.Fail(t, "what was read cannot break this rule", f.Code)
			}
		}
		return
	}
	again, err := xoev.ReadEnvelope(&out, &xoev.ReadOptions{MaxHeaderBytes: 1 << 30, MaxExtensionBytes: 1 << 30})
	require.NoError(t, err)
	again.Findings = nil
	want := m.Envelope
	if want.Root.Prefix == "" { // the default namespace is never written
		again.Root.Prefix = ""
	}
	for i := range want.Attributes { // prefixes are no part of a name
		again.Attributes[i].Name.Prefix = want.Attributes[i].Name.Prefix
	}
	require.Empty(t, cmp.Diff(&want, again))
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
