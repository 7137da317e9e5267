package encryption

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
)

// failures are the ways in which a well-formed document can fail to decrypt.
func failures(t *testing.T, algorithm, transport string) map[string]forgery {
	t.Helper()
	s, _ := suiteOf(algorithm)
	all := map[string]forgery{}
	add := func(name string, change func(f *forgery)) {
		f := forge(algorithm, transport)
		change(&f)
		all[name] = f
	}
	size := keyA().Size()
	add("key of zeros", func(f *forgery) { f.wrapped = make([]byte, size) })
	add("key beyond the modulus", func(f *forgery) { f.wrapped = bytes.Repeat([]byte{0xff}, size) })
	add("key one octet short", func(f *forgery) { f.wrapped = f.wrap(t, f.key)[1:] })
	add("key without its leading zero", func(f *forgery) {
		for f.wrapped == nil || f.wrapped[0] != 0 {
			f.wrapped = f.wrap(t, f.key)
		}
		f.wrapped = f.wrapped[1:]
	})
	add("key one octet long", func(f *forgery) { f.wrapped = append(f.wrap(t, f.key), 0) })
	add("key of one octet", func(f *forgery) { f.wrapped = []byte{1} })
	add("key for somebody else", func(f *forgery) { f.public = &keyB().PublicKey })
	for _, at := range []int{0, 1, size / 2, size - 1} {
		add(fmt.Sprint("key, octet ", at, " flipped"), func(f *forgery) { f.wrapped = f.wrap(t, f.key); f.wrapped[at] ^= 1 })
	}
	for _, n := range []int{0, 1, 8, 15, 17, 31, 33, 64} {
		if n != s.keyLen {
			add(fmt.Sprint("key is ", n, " octets"), func(f *forgery) { f.wrapped = f.wrap(t, make([]byte, n)) })
		}
	}
	add("another key", func(f *forgery) { f.wrapped = f.wrap(t, make([]byte, s.keyLen)) })
	if s.mode == modeGCM {
		for name, at := range map[string]int{"vector": 0, "content": gcmIV, "tag": -1} {
			add(name+" flipped", func(f *forgery) { f.sealed = f.seal(t); f.sealed[(at+len(f.sealed))%len(f.sealed)] ^= 1 })
		}
		return all
	}
	text := strings.Repeat("x", 2*s.block-7)
	add("padding 0", func(f *forgery) { f.content, f.padding = text, []byte{9, 9, 9, 9, 9, 9, 0} })
	add("padding longer than a block", func(f *forgery) { f.content, f.padding = text, []byte{9, 9, 9, 9, 9, 9, byte(s.block + 1)} })
	add("padding 255", func(f *forgery) { f.content, f.padding = text, []byte{9, 9, 9, 9, 9, 9, 255} })
	add("not XML", func(f *forgery) { f.content = "Erika Mustermann" })
	add("half XML", func(f *forgery) { f.content = "<a>Erika Mustermann</b>" })
	add("not UTF-8", func(f *forgery) { f.content = "<a>\xff</a>" })
	add("two elements", func(f *forgery) { f.content = "<a/><b/>" })
	add("document type", func(f *forgery) { f.content = "<!DOCTYPE a><a/>" })
	add("vector flipped", func(f *forgery) { f.sealed = f.seal(t); f.sealed[0] ^= 1 })
	return all
}

// TestNoOracle lets decryption fail in every way and demands the same error value
// after the same operations. The times that they take are Go's.
func TestNoOracle(t *testing.T) {
	total := 0
	for _, combi := range [][2]string{
		{AES256GCM, RSAOAEP}, {AES128GCM, RSAOAEP}, {AES256GCM, RSA15}, {AES128GCM, RSAOAEPMGF1P},
		{AES256CBC, RSAOAEP}, {AES128CBC, RSA15}, {TripleDESCBC, RSA15},
	} {
		algorithm, transport := combi[0], combi[1]
		t.Run(algorithm[strings.Index(algorithm, "#"):]+transport[strings.Index(transport, "#"):], func(t *testing.T) {
			count := func(f forgery) (operations []string, err error) {
				d := &Decrypter{Keys: []Key{ownA()}, Policy: LegacyDecryptOnly()}
				d.count = func(operation string) { operations = append(operations, operation) }
				report, err := d.DecryptDocument(f.build(t))
				if err != nil {
					require.Nil(t, report)
				}
				return operations, err
			}
			want, err := count(forge(algorithm, transport))
			require.NoError(t, err, "the neighbour without failure")
			require.NotEmpty(t, want)
			for name, f := range failures(t, algorithm, transport) {
				operations, err := count(f)
				require.True(t, err == ErrDecrypt, "%s: %v", name, err) //nolint:errorlint // the very value
				require.Equal(t, want, operations, name)
				total++
			}
		})
	}
	t.Logf("%d failures, one error", total)
	require.Greater(t, total, 150)
}

// TestUnprovenContent: what CBC decrypts to and cannot be read where it stands, or
// holds something encrypted that cannot, is the same failure as bad padding; what GCM
// decrypts to is named.
func TestUnprovenContent(t *testing.T) {
	nested := strings.TrimSuffix(strings.TrimPrefix(string(forge(AES256GCM, RSAOAEP).build(t)), "<r>"), "</r>")
	for name, content := range map[string]string{
		"structure inside":    `<EncryptedData xmlns="` + NS + `"/>`,
		"nested too deep":     nested,
		"two, then unfit":     `<a>` + nested + `<EncryptedData xmlns="` + NS + `" Type="` + typeElement + `"/></a>`,
		"end of section left": "]]>",
	} {
		for algorithm, want := range map[string]bool{AES128CBC: false, TripleDESCBC: false, AES256GCM: true} {
			f := forge(algorithm, RSAOAEP)
			f.content = content
			doc := f.build(t)
			d := &Decrypter{Keys: []Key{ownA()}, Policy: LegacyDecryptOnly(), Limits: Limits{MaxNesting: 1}}
			if content == "]]>" {
				f.content = ">"
				doc = []byte(strings.Replace(strings.Replace(string(f.build(t)), typeElement, typeContent, 1), "<r>", "<r>]]", 1))
			}
			report, err := d.DecryptDocument(doc)
			require.Nil(t, report, name)
			var broken *finding.InvalidError
			require.Equal(t, want, errors.As(err, &broken), "%s %s: %v", name, algorithm, err)
			require.Equal(t, !want, err == ErrDecrypt, "%s %s: %v", name, algorithm, err) //nolint:errorlint // the very value
		}
	}
}

// TestAllPairsAreWorkedThrough: which of several keys fits does not show in the
// work that is done.
func TestAllPairsAreWorkedThrough(t *testing.T) {
	for _, transport := range []string{RSAOAEP, RSA15} {
		var counts [][]string
		for _, keys := range [][]Key{{ownA(), ownB(), ownWeak()}, {ownB(), ownA(), ownWeak()}, {ownWeak(), ownB(), ownA()}, {ownB(), ownWeak(), ownB()}} {
			var operations []string
			d := &Decrypter{Keys: keys, Policy: LegacyDecryptOnly(), count: func(o string) { operations = append(operations, o) }}
			report, err := d.DecryptDocument(forge(AES256GCM, transport).build(t))
			if keys[0].Certificate == certB() && keys[2].Certificate == certB() {
				require.True(t, err == ErrDecrypt) //nolint:errorlint // the very value
			} else {
				require.NoError(t, err)
				require.Equal(t, finding.Accepted, report.Verdict)
				require.Equal(t, certA(), report.Decrypted[0].Certificate)
			}
			counts = append(counts, operations)
		}
		for _, c := range counts[1:] {
			require.Equal(t, counts[0], c)
		}
	}
}

// hsm is a key that is somewhere else.
type hsm struct {
	crypto.Decrypter
	err error
}

func (h hsm) Decrypt(random io.Reader, message []byte, o crypto.DecrypterOpts) ([]byte, error) {
	if h.err != nil {
		return nil, h.err
	}
	return h.Decrypter.Decrypt(random, message, o)
}

// TestKeyElsewhere uses keys behind crypto.Decrypter.
func TestKeyElsewhere(t *testing.T) {
	errTokenGone := fmt.Errorf("the token was pulled: %w", ErrKeyUnavailable)
	for name, tt := range map[string]struct{ err, want error }{
		"works":       {nil, nil},
		"refuses":     {errors.New("CKR_ENCRYPTED_DATA_INVALID"), ErrDecrypt},
		"unreachable": {errTokenGone, errTokenGone},
	} {
		d := &Decrypter{Keys: []Key{{Decrypter: hsm{keyA(), tt.err}, Certificate: certA()}}, Policy: LegacyDecryptOnly()}
		for _, transport := range []string{RSAOAEP, RSA15} {
			report, err := d.DecryptDocument(forge(AES256GCM, transport).build(t))
			if tt.want == nil {
				require.NoError(t, err, name)
				require.Equal(t, finding.Accepted, report.Verdict)
				continue
			}
			require.ErrorIs(t, err, tt.want, name)
			require.Nil(t, report)
		}
	}
}

// TestOneKeyOutOfReach: while an own key cannot be asked, what is for another one is
// decrypted all the same, and the first is asked only once.
func TestOneKeyOutOfReach(t *testing.T) {
	gone := &asked{hsm: hsm{keyB(), fmt.Errorf("pulled: %w", ErrKeyUnavailable)}}
	doc := string(forge(AES256GCM, RSAOAEP).build(t))
	key := regexpKey.FindString(doc)
	require.NotEmpty(t, key)
	data := strings.TrimSuffix(strings.TrimPrefix(doc, "<r>"), "</r>")
	named := `<KeyInfo xmlns="` + nsDS + `"><KeyName>k</KeyName></KeyInfo>`
	data = strings.Replace(data, `<KeyInfo xmlns="`+nsDS+`">`+key+`</KeyInfo>`, named, 1)
	require.Contains(t, data, named)
	doc = "<r>" + data + data + strings.Replace(key, "</EncryptedKey>", "<CarriedKeyName>k</CarriedKeyName></EncryptedKey>", 1) + "</r>"
	for _, keys := range [][]Key{{{Decrypter: gone}, ownA()}, {ownA(), {Decrypter: gone}}} {
		gone.times = 0
		report, err := (&Decrypter{Keys: keys}).DecryptDocument([]byte(doc))
		require.NoError(t, err)
		require.Len(t, report.Decrypted, 2)
		require.Equal(t, certA(), report.Decrypted[1].Certificate)
		require.Equal(t, 1, gone.times)
	}
	report, err := (&Decrypter{Keys: []Key{{Decrypter: gone}, ownWeak()}, Policy: OSCI12()}).DecryptDocument([]byte(doc))
	require.ErrorIs(t, err, ErrKeyUnavailable, "nothing can be said")
	require.Nil(t, report)
}

// asked counts how often a key is.
type asked struct {
	hsm
	times int
}

func (a *asked) Decrypt(random io.Reader, message []byte, o crypto.DecrypterOpts) ([]byte, error) {
	a.times++
	return a.hsm.Decrypt(random, message, o)
}

// TestVectors16 decrypts what old OSCI libraries write: a vector of 16 bytes, with
// and without saying so.
func TestVectors16(t *testing.T) {
	lengthOf := func(n int) string { return fmt.Sprintf(`<o:IvLength xmlns:o="%s" Value="%d"/>`, NSOSCI, n) }
	for name, tt := range map[string]struct {
		iv     int
		says   string
		policy Policy
		want   error
		code   string
	}{
		"16, said":             {16, lengthOf(16), OSCI12(), nil, ""},
		"16, not said":         {16, "", OSCI12(), nil, ""},
		"12, said":             {12, lengthOf(12), OSCI12(), nil, ""},
		"12, not said":         {12, "", OSCI12(), nil, ""},
		"16, says 12":          {16, lengthOf(12), OSCI12(), ErrDecrypt, ""},
		"12, says 16":          {12, lengthOf(16), OSCI12(), ErrDecrypt, ""},
		"16, said, BSI":        {16, lengthOf(16), BSI(), nil, "ENC-035"},
		"16, not said, BSI":    {16, "", BSI(), ErrDecrypt, ""},
		"16, not said, SAML":   {16, "", SAML(), ErrDecrypt, ""},
		"16, said, SAML":       {16, lengthOf(16), SAML(), nil, "ENC-035"},
		"16, legacy":           {16, "", LegacyDecryptOnly(), nil, ""},
		"13, not said, OSCI":   {13, "", OSCI12(), ErrDecrypt, ""},
		"12, said, in BSI":     {12, lengthOf(12), BSI(), nil, ""},
		"12, not said, in BSI": {12, "", BSI(), nil, ""},
	} {
		for _, gcm := range gcms {
			f := forge(gcm, RSAOAEP)
			f.iv, f.parameters = tt.iv, tt.says
			report, err := (&Decrypter{Keys: []Key{ownA()}, Policy: tt.policy}).DecryptDocument(f.build(t))
			if tt.want != nil {
				require.True(t, err == tt.want, "%s: %v", name, err) //nolint:errorlint // the very value
				continue
			}
			require.NoError(t, err, name)
			if tt.code != "" {
				require.True(t, finding.Has(report.Findings, tt.code), name)
				continue
			}
			require.Equal(t, finding.Accepted, report.Verdict, name)
			require.Equal(t, tt.iv, report.Decrypted[0].IVBytes, name)
			require.Equal(t, "<r>"+f.content+"</r>", string(report.Content()))
		}
	}
}

// TestPaddingOfEveryLength decrypts CBC with content of all lengths.
func TestPaddingOfEveryLength(t *testing.T) {
	n := 0
	for _, cbc := range cbcs {
		for length := range 18 {
			f := forge(cbc, RSAOAEP)
			f.content = "<a>" + strings.Repeat("x", length) + "</a>"
			report, err := (&Decrypter{Keys: []Key{ownA()}, Policy: LegacyDecryptOnly()}).DecryptDocument(f.build(t))
			require.NoError(t, err)
			require.Equal(t, "<r>"+f.content+"</r>", string(report.Content()))
			n++
		}
	}
	require.Equal(t, 4*18, n)
}

// TestOpenNeverPanics gives every suite ciphertexts of every small length.
func TestOpenNeverPanics(t *testing.T) {
	for _, s := range suites {
		key := make([]byte, s.keyLen)
		_, _ = rand.Read(key)
		opened := 0
		for n := range 100 {
			for _, iv := range []int{gcmIV, gcmOldIV} {
				if s.fits(n, iv) {
					octets, ok := s.open(key, make([]byte, n), iv)
					require.False(t, s.mode == modeGCM && (ok || octets != nil))
					opened++
				}
			}
		}
		require.Greater(t, opened, 5)
	}
}
