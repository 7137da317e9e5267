package xdatenfelder

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestStellen(t *testing.T) {
	n := readFile(t, "testdata/valid/xdf3-0102.xml", nil)
	var ways [][]string
	for way := range n.Stellen("F99000000001") {
		var ids []string
		for _, s := range way {
			ids = append(ids, s.Angaben().Identifikation.ID)
		}
		ways = append(ways, ids)
	}
	assert.Equal(t, [][]string{{"G99000000002", "F99000000001"}, {"G99000000001", "F99000000001"}}, ways)
	for range n.Stellen("F99000000001") {
		break
	}
	for range n.Stellen("F1") {
		t.Fatal("there is no such element")
	}
	for _, s := range n.Strukturen() {
		if s.Datenfeld != nil && s.Datenfeld.Identifikation.ID == "F99000000001" {
			assert.Equal(t, s.Datenfeld.Regeln, s.Regeln())
			assert.Equal(t, []string{"F99000000001"}, s.Regeln()[0].Elemente())
		}
	}
	assert.Nil(t, (&Struktur{}).Angaben())
	assert.Nil(t, (&Struktur{}).Regeln())
	r := &Regel{FreitextRegel: "F60000227 oder G60000000083V1.1, F60000227 und F1, F1234567890"}
	assert.Equal(t, []string{"F60000227", "G60000000083"}, r.Elemente())
}

func TestObjekt(t *testing.T) {
	for file, want := range map[string]string{"xdf2-0101": "dokumentsteckbrief", "xdf3-0102": "stammdatenschema", "xdf2-0103": "datenfeldgruppe",
		"xdf3-0104": "datenfeld", "xdf2-0105": "codeliste", "xdf3-0105": "genericode", "xdf1-0102": "stammdatenschema"} {
		name, a := readFile(t, "testdata/valid/"+file+".xml", nil).Objekt()
		assert.Equal(t, want, name)
		assert.Equal(t, want == "genericode", a == nil, file)
	}
	name, a := (&Nachricht{}).Objekt()
	assert.Empty(t, name)
	assert.Nil(t, a)
}
