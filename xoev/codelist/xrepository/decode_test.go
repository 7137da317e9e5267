package xrepository

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTimestamps(t *testing.T) {
	for in, want := range map[string]string{
		`"2025-01-17T10:11:12.345+0100"`: "2025-01-17T09:11:12.345Z", `"2025-01-17T10:11:12+01:00"`: "2025-01-17T09:11:12Z",
		`"2025-01-17T10:11:12Z"`: "2025-01-17T10:11:12Z", `null`: "0001-01-01T00:00:00Z", `""`: "0001-01-01T00:00:00Z",
		`"gestern"`: "", `5`: "", `"2025-02-30T10:11:12Z"`: "", `"2025-01-17"`: "",
	} {
		m, err := decodeMetadaten([]byte(`{"kennung":"urn:a","zeitpunktLetzteBearbeitung":` + in + `}`))
		if want == "" {
			assert.ErrorIs(t, err, ErrFormat, in)
			assert.Nil(t, m)
			continue
		}
		require.NoError(t, err, in)
		b, err := json.Marshal(m.ZeitpunktLetzteBearbeitung.UTC())
		require.NoError(t, err)
		assert.Equal(t, `"`+want+`"`, string(b))
	}
}

func TestErrorsHoldNothingOfTheAnswer(t *testing.T) {
	for _, in := range []string{`{"kennung":"Mustermann`, `{"kennung":["Mustermann"]}`, `{"kennung":"a"} Mustermann`, `Mustermann`, "{\"kennung\":\"Mustermann\xff\"}", `{"version":"Mustermann"}`} {
		m, err := decodeMetadaten([]byte(in))
		require.ErrorIs(t, err, ErrFormat, in)
		assert.NotContains(t, err.Error(), "M")
		assert.Nil(t, m)
	}
}

func FuzzDecodeMetadaten(f *testing.F) {
	f.Add([]byte(`{"kennung":"urn:a","zeitpunktLetzteBearbeitung":"2025-01-17T10:11:12.345+0100","alleVersionsKennungen":["urn:a_1"],"referenzen":[{"typ":"CODELISTE"}],"dokumente":[{"datei":[{}]}]}`))
	f.Add([]byte(`[[[[{"kennung":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decodeMetadaten(b)
		if err != nil {
			require.ErrorIs(t, err, ErrFormat)
			require.Nil(t, m)
			return
		}
		require.NotEmpty(t, m.Kennung)
	})
}

func FuzzDecodeSuche(f *testing.F) {
	f.Add([]byte(`{"total":1,"hits":[{"typ":"STANDARD","kennung":"urn:a","i18n":{"nameKurz":"A","de":{"nameLang":"x"}}}]}`))
	f.Add([]byte(`[{"i18n":{"de":[]}}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := decodeSuche(b)
		if err != nil {
			require.ErrorIs(t, err, ErrFormat)
			require.Nil(t, s)
		}
	})
}

func FuzzDecodeGueltigeVersion(f *testing.F) {
	f.Add([]byte(`<dat:VersionCodeliste xmlns:dat="urn:d"><dat:kennung>urn:a_1</dat:kennung></dat:VersionCodeliste>`))
	f.Add([]byte(`{"kennung":"urn:a_1"}`))
	f.Add([]byte(`<!DOCTYPE a><a/>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := decodeGueltigeVersion(b)
		if err != nil {
			require.ErrorIs(t, err, ErrFormat)
		}
		require.Equal(t, err != nil, v == "")
	})
}
