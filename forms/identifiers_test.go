package forms_test

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/ids"
)

// everyIdentifier has a field of each kind of package ids, some by type and
// some by tag.
type everyIdentifier struct {
	Steuernummer    ids.Steuernummer           `label:"Steuernummer"`
	SteuernummerTH  string                     `label:"Steuernummer in Thüringen" validate:"steuernummer=TH"`
	UStID           ids.UStID                  `label:"USt-IdNr"`
	UStIDStreng     ids.UStID                  `label:"USt-IdNr streng" validate:"ustid=streng"`
	WirtschaftsID   ids.WirtschaftsID          `label:"W-IdNr"`
	BIC             string                     `label:"BIC" validate:"bic"`
	GlaeubigerID    ids.GlaeubigerID           `label:"Gläubiger-ID"`
	RFReferenz      ids.CreditorReference      `label:"Referenz"`
	RVNR            string                     `label:"Versicherungsnummer" validate:"rvnr"`
	KVNR            ids.KVNR                   `label:"KVNR"`
	IK              ids.IK                     `label:"IK"`
	Betriebsnummer  ids.Betriebsnummer         `label:"Betriebsnummer"`
	Ausweisnummer   ids.Ausweisnummer          `label:"Ausweisnummer"`
	Passnummer      ids.Passnummer             `label:"Passnummer"`
	MRZ             ids.MRZ                    `label:"MRZ"`
	AGS             ids.AGS                    `label:"AGS"`
	ARS             ids.ARS                    `label:"ARS"`
	Registernummer  ids.Registernummer         `label:"Registernummer"`
	LeitwegID       ids.LeitwegID              `label:"Leitweg-ID"`
	EORI            ids.EORI                   `label:"EORI"`
	LEI             ids.LEI                    `label:"LEI"`
	GLN             ids.GLN                    `label:"GLN"`
	VIN             ids.VIN                    `label:"FIN"`
	Transponder     ids.Transponder            `label:"Transponder"`
	Flurstueck      ids.Flurstueckskennzeichen `label:"Flurstück"`
	Teildatum       ids.TeilbekanntesDatum     `label:"Teildatum"`
	Telefonnummer   ids.Telefonnummer          `label:"Telefonnummer"`
	KfzAlle         ids.KfzKennzeichen         `label:"Alle Kennzeichen" validate:"kfzkennzeichen=alle"`
	KfzStreng       ids.KfzKennzeichen         `label:"Kennzeichen streng" validate:"kfzkennzeichen=streng"`
	BICStreng       ids.BIC                    `label:"BIC streng" validate:"bic=streng"`
	GlaeubigerStr   ids.GlaeubigerID           `label:"Gläubiger-ID streng" validate:"glaeubigerid=streng"`
	RVNRStreng      ids.RVNR                   `label:"Versicherungsnummer streng" validate:"rvnr=streng"`
	AusweisStreng   ids.Ausweisnummer          `label:"Ausweisnummer streng" validate:"ausweisnummer=streng"`
	PassStreng      ids.Passnummer             `label:"Passnummer streng" validate:"passnummer=streng"`
	ChipStreng      ids.Transponder            `label:"Transponder streng" validate:"transponder=streng"`
	MRZZeilen       ids.MRZ                    `label:"MRZ in Zeilen" widget:"textarea"`
	Steueridentnum  ids.SteuerID               `label:"Steuer-ID"`
	Kontonummer     ids.IBAN                   `label:"IBAN"`
	Postleitzahl    ids.PLZ                    `label:"PLZ"`
	NochEinTelefon2 *ids.Telefonnummer         `label:"Zweites Telefon"`
}

// identifierVectors go with codeVectors.
var identifierVectors = []struct {
	path, code   string
	fail, pass   forms.Value
	with         map[string]forms.Value
	params       map[string]string
	messageHolds string
}{
	{"i.steuernummer", "STEUERNUMMER", forms.Text("41980"), forms.Text("419881508152"), nil, nil, "Steuerbescheid"},
	{"i.steuernummer", "STEUERNUMMER_AMBIGUOUS", forms.Text("198/815/08152"), forms.Text("4198081508152"), nil, nil, "13 Ziffern"},
	{"i.steuernummer", "STEUERNUMMER_CHECKSUM", forms.Text("4198081508153"), forms.Text("4198081508152"), nil, nil, ""},
	{"i.steuernummerth", "STEUERNUMMER_LAND", forms.Text("9198081508152"), forms.Text("198/815/08152"), nil, nil, "anderen Bundesland"},
	{"i.steuernummerth", "STEUERNUMMER_CHECKSUM", forms.Text("198/815/08153"), forms.Text("4198081508152"), nil, nil, ""},
	{"i.ustid", "USTID", forms.Text("136695976"), forms.Text("DE136695978"), nil, nil, "Länderkürzel"},
	{"i.ustidstreng", "USTID_CHECKSUM", forms.Text("DE136695978"), forms.Text("DE 136695976"), nil, nil, ""},
	{"i.wirtschaftsid", "WIRTSCHAFTSID", forms.Text("DE12345678"), forms.Text("DE123456788-00001"), nil, nil, ""},
	{"i.wirtschaftsid", "WIRTSCHAFTSID_CHECKSUM", forms.Text("DE103810001"), forms.Text("DE103810007"), nil, nil, ""},
	{"i.bic", "BIC", forms.Text("GENODEF"), forms.Text("geno def1 jev"), nil, nil, ""},
	{"i.glaeubigerid", "GLAEUBIGERID", forms.Text("DE98"), forms.Text("DE98ZZZ09999999999"), nil, nil, ""},
	{"i.glaeubigerid", "GLAEUBIGERID_CHECKSUM", forms.Text("DE97ZZZ09999999999"), forms.Text("DE98AB109999999999"), nil, nil, ""},
	{"i.rfreferenz", "RFREFERENZ", forms.Text("18"), forms.Text("RF18539007547034"), nil, nil, ""},
	{"i.rfreferenz", "RFREFERENZ_CHECKSUM", forms.Text("RF19539007547034"), forms.Text("RF18 5390 0754 7034"), nil, nil, ""},
	{"i.rvnr", "RVNR", forms.Text("15070649103"), forms.Text("15 070649 C 103"), nil, nil, ""},
	{"i.rvnr", "RVNR_CHECKSUM", forms.Text("15070649C102"), forms.Text("15070649C103"), nil, nil, ""},
	{"i.kvnr", "KVNR", forms.Text("1234567890"), forms.Text("A123456780"), nil, nil, "Gesundheitskarte"},
	{"i.kvnr", "KVNR_CHECKSUM", forms.Text("A123456787"), forms.Text("X110411675"), nil, nil, ""},
	{"i.ik", "IK", forms.Text("2603"), forms.Text("260326822"), nil, nil, ""},
	{"i.ik", "IK_CHECKSUM", forms.Text("260326821"), forms.Text("108018007"), nil, nil, ""},
	{"i.betriebsnummer", "BETRIEBSNUMMER", forms.Text("0991"), forms.Text("09912342"), nil, nil, ""},
	{"i.betriebsnummer", "BETRIEBSNUMMER_CHECKSUM", forms.Text("09912343"), forms.Text("09912347"), nil, nil, ""},
	{"i.ausweisnummer", "AUSWEISNUMMER", forms.Text("L01X00T"), forms.Text("L01X00T47"), nil, nil, ""},
	{"i.ausweisnummer", "AUSWEISNUMMER_CHARSET", forms.Text("LO1X00T47"), forms.Text("T22000129"), nil, nil, "kein O"},
	{"i.ausweisnummer", "AUSWEISNUMMER_CHECKSUM", forms.Text("L01X00T472"), forms.Text("L01X00T471"), nil, nil, ""},
	{"i.passnummer", "PASSNUMMER", forms.Text("C01X00T"), forms.Text("C01X00T47"), nil, nil, ""},
	{"i.passnummer", "PASSNUMMER_CHARSET", forms.Text("CO1X00T47"), forms.Text("C01X0006H"), nil, nil, "kein O"},
	{"i.passnummer", "PASSNUMMER_CHECKSUM", forms.Text("C01X00T472"), forms.Text("C01X00T478"), nil, nil, ""},
	{"i.mrz", "MRZ", forms.Text("IDD<<L01X00T471"), forms.Text(specimenMRZ), nil, nil, ""},
	{"i.mrz", "MRZ_CHECKSUM", forms.Text(strings.Replace(specimenMRZ, "2108", "2109", 1)), forms.Text(specimenMRZ), nil, nil, ""},
	{"i.ags", "AGS", forms.Text("5315000"), forms.Text("05315000"), nil, nil, ""},
	{"i.ars", "ARS", forms.Text("05315000"), forms.Text("053150000000"), nil, nil, ""},
	{"i.registernummer", "REGISTERNUMMER", forms.Text("12345"), forms.Text("HRB 12345"), nil, nil, "HRB 12345"},
	{"i.leitwegid", "LEITWEGID", forms.Text("9910373019"), forms.Text("991-03730-19"), nil, nil, ""},
	{"i.leitwegid", "LEITWEGID_CHECKSUM", forms.Text("991-03730-18"), forms.Text("992-90009-96"), nil, nil, ""},
	{"i.eori", "EORI", forms.Text("DE12345"), forms.Text("DE1234567"), nil, nil, ""},
	{"i.lei", "LEI", forms.Text("529900T8BM49AURSDO5"), forms.Text("529900T8BM49AURSDO55"), nil, nil, ""},
	{"i.lei", "LEI_CHECKSUM", forms.Text("529900T8BM49AURSDO56"), forms.Text("529900T8BM49AURSDO55"), nil, nil, ""},
	{"i.gln", "GLN", forms.Text("401234500000"), forms.Text("4012345000009"), nil, nil, ""},
	{"i.gln", "GLN_CHECKSUM", forms.Text("4012345000008"), forms.Text("4399902421386"), nil, nil, ""},
	{"i.vin", "VIN", forms.Text("WVWZZZ1JZ3W38675"), forms.Text("WVWZZZ1JZ3W386752"), nil, nil, "Feld E"},
	{"i.vin", "VIN_CHARSET", forms.Text("WVWZZZ1JZ3W38675O"), forms.Text("1M8GDM9AXKP042788"), nil, nil, "kein I"},
	{"i.transponder", "TRANSPONDER", forms.Text("27609810034572"), forms.Text("276 098100345727"), nil, nil, ""},
	{"i.flurstueck", "FLURSTUECK", forms.Text("746/284"), forms.Text("152450-8-746/284"), nil, nil, ""},
	{"i.teildatum", "TEILDATUM", forms.Text("Mai 1980"), forms.Text("5.1980"), nil, nil, ""},
	{"i.teildatum", "TEILDATUM_DATE", forms.Text("31.2.1980"), forms.Text("29.2.1980"), nil, nil, ""},
	{"i.telefonnummer", "TELEFON", forms.Text("030 1"), forms.Text("030 1234567"), nil, nil, ""},
	{"i.telefonnummer", "TELEFON_STRUCTURE", forms.Text("1234567"), forms.Text("+49 30 12345-67"), nil, nil, "mit Vorwahl"},
	{"i.telefonnummer", "TELEFON_CHARSET", forms.Text("030 12 34 DW 5"), forms.Text("+49 (030) 1234567"), nil, nil, "nur Ziffern"},
	{"i.ustid", "USTID_COUNTRY", forms.Text("US136695976"), forms.Text("ATU12345678"), nil, nil, "Europäischen Union"},
	{"i.ustid", "USTID_RANGE", forms.Text("DE036695976"), forms.Text("DE136695976"), nil, nil, ""},
	{"i.steuernummer", "STEUERNUMMER_RANGE", forms.Text("4198009908152"), forms.Text("4198081508152"), nil, nil, ""},
	{"i.wirtschaftsid", "WIRTSCHAFTSID_RANGE", forms.Text("DE123456788-00000"), forms.Text("DE123456788-00001"), nil, nil, ""},
	{"i.bic", "BIC_COUNTRY", forms.Text("GENOZZF1"), forms.Text("GENODEF1JEV"), nil, nil, ""},
	{"i.bicstreng", "BIC_TEST", forms.Text("GENODEF0JEV"), forms.Text("GENODEF1JEV"), nil, nil, ""},
	{"i.glaeubigerid", "GLAEUBIGERID_COUNTRY", forms.Text("ZZ98ZZZ09999999999"), forms.Text("AT61ZZZ01234567890"), nil, nil, ""},
	{"i.glaeubigerstr", "GLAEUBIGERID_TEST", forms.Text("DE98ZZZ09999999999"), forms.Text("AT61ZZZ01234567890"), nil, nil, ""},
	{"i.rvnr", "RVNR_RANGE", forms.Text("05070649C103"), forms.Text("15070649C103"), nil, nil, ""},
	{"i.rvnrstreng", "RVNR_DATE", forms.Text("65000000W005"), forms.Text("15070649C103"), nil, nil, ""},
	{"i.betriebsnummer", "BETRIEBSNUMMER_RANGE", forms.Text("00912342"), forms.Text("09912342"), nil, nil, ""},
	{"i.ausweisstreng", "AUSWEISNUMMER_STRUCTURE", forms.Text("C01X00T47"), forms.Text("L01X00T47"), nil, nil, "Personalausweis"},
	{"i.passstreng", "PASSNUMMER_STRUCTURE", forms.Text("L01X00T47"), forms.Text("C01X00T47"), nil, nil, ""},
	{"i.mrz", "MRZ_DATE", forms.Text(strings.Replace(specimenMRZ, "8308126", "8313126", 1)), forms.Text(specimenMRZ), nil, nil, ""},
	{"i.mrzzeilen", "MRZ_CHECKSUM", forms.Text(strings.Replace(specimenMRZ, "2108", "2109", 1)), forms.Text(specimenMRZ), nil, nil, ""},
	{"i.ags", "AGS_LAND", forms.Text("17315000"), forms.Text("05315000"), nil, nil, ""},
	{"i.ars", "ARS_LAND", forms.Text("173150000000"), forms.Text("053150000000"), nil, nil, ""},
	{"i.leitwegid", "LEITWEGID_LAND", forms.Text("17011000-03730-19"), forms.Text("991-03730-19"), nil, nil, ""},
	{"i.eori", "EORI_COUNTRY", forms.Text("ZZ1234567"), forms.Text("DE1234567"), nil, nil, ""},
	{"i.transponder", "TRANSPONDER_RANGE", forms.Text("276999999999999"), forms.Text("276098100345727"), nil, nil, ""},
	{"i.chipstreng", "TRANSPONDER_TEST", forms.Text("999000000000001"), forms.Text("276098100345727"), nil, nil, ""},
	{"i.flurstueck", "FLURSTUECK_LAND", forms.Text("172450-8-746/284"), forms.Text("152450-8-746/284"), nil, nil, ""},
	{"i.kontonummer", "IBAN_STRUCTURE", forms.Text("DE8937O400440532013000"), forms.Text("DE89370400440532013000"), nil, nil, "nach DE nur Ziffern"},
	{"i.kfzstreng", "KFZKENNZEICHEN_AUTHORITY", forms.Text("KA 1234"), forms.Text("KA-A 123"), nil, nil, ""},
	{"i.kfzalle", "KFZKENNZEICHEN_STRUCTURE", forms.Text("123"), forms.Text("KA 1234"), nil, nil, ""},
}

const specimenMRZ = "IDD<<L01X00T471<<<<<<<<<<<<<<<\n8308126<3108011D<<2108<<<<<<<7\nMUSTERMANN<<ERIKA<<<<<<<<<<<<<"

// Every kind has a Go type that carries its rule, a tag, and a text.
func TestEveryKindIsRegistered(t *testing.T) {
	v := validator.New()
	require.NoError(t, forms.Register(v))
	form := everyRuleForm(t)
	byTag := map[string]bool{}
	for _, field := range form.Fields() {
		byTag[field.Identifier] = true
	}
	for _, kind := range ids.Kinds() {
		assert.NoError(t, v.Var(kind.Example, kind.Tag), kind.Tag)
		assert.Error(t, v.Var("!", kind.Tag), kind.Tag)
		assert.True(t, byTag[kind.Tag], kind.Tag)
		assert.NotEmpty(t, forms.German.Catalogue()[strings.ToUpper(kind.Tag)], kind.Tag)
		assert.Equal(t, kind.Warning(kind.Example) == nil, v.Var(kind.Example, kind.Tag+"=streng") == nil, kind.Tag)
	}
	typed := 0
	for i := range reflect.TypeFor[everyIdentifier]().NumField() {
		if reflect.TypeFor[everyIdentifier]().Field(i).Type.PkgPath() == reflect.TypeFor[ids.IBAN]().PkgPath() {
			typed++
		}
	}
	assert.Greater(t, typed, 25)
}

func TestIdentifierParameters(t *testing.T) {
	v := validator.New()
	require.NoError(t, forms.Register(v))
	assert.NoError(t, v.Var("198/815/08152", "steuernummer=TH"))
	assert.Error(t, v.Var("198/815/08152", "steuernummer=BB"))
	assert.Error(t, v.Var("198/815/08152", "steuernummer"))
	assert.NoError(t, v.Var("DE136695978", "ustid"))
	assert.Error(t, v.Var("DE136695978", "ustid=streng"))
	assert.NoError(t, v.Var("KA 1234", "kfzkennzeichen=alle"))
	assert.Error(t, v.Var("KA 1234", "kfzkennzeichen=streng"), "stricter than without")
	assert.Panics(t, func() { _ = v.Var("x", "iban=alle") })
	assert.Panics(t, func() { _ = v.Var("KA-A 1", "kfzkennzeichen=XX") })

	type wrong struct {
		S struct {
			N string `label:"N" validate:"steuernummer=XX"`
		} `title:"S"`
	}
	type wrongPlate struct {
		S struct {
			K string `label:"K" validate:"omitempty,kfzkennzeichen=XX"`
		} `title:"S"`
	}
	for _, model := range []any{wrong{}, wrongPlate{}} {
		_, err := forms.New("S1", "1.0", model, nil)
		var problems *forms.CompileError
		require.ErrorAs(t, err, &problems)
		require.Len(t, problems.Problems, 1)
		assert.Equal(t, "FORM-020", problems.Problems[0].Code)
	}
}

// The keyboard that a phone shows fits what is typed.
func TestKeyboardsOfIdentifiers(t *testing.T) {
	numeric := map[string]bool{}
	for _, field := range everyRuleForm(t).Fields() {
		switch {
		case field.Identifier == "telefon":
			assert.Equal(t, [2]string{"tel", "tel"}, [2]string{field.InputType, field.InputMode}, field.Path)
		case field.Widget == forms.WidgetDate: // three inputs of digits
		case field.Identifier != "" && field.InputMode == "numeric":
			assert.Equal(t, "text", field.InputType, field.Path)
			numeric[field.Identifier] = true
		}
	}
	for _, kind := range ids.Kinds() {
		assert.Equal(t, kind.Tag != "telefon" && strings.Trim(kind.Example, "0123456789") == "", numeric[kind.Tag], kind.Tag)
	}
}

// What is typed is stored in the normal form.
func TestIdentifiersAreNormalised(t *testing.T) {
	form := everyRuleForm(t)
	for path, tt := range map[string][2]string{
		"i.steuernummerth":  {"198/815/08152", "4198081508152"},
		"i.telefonnummer":   {"(030) 123 45-67", "+49301234567"},
		"i.teildatum":       {"00.05.1980", "1980-05"},
		"i.registernummer":  {"Amtsgericht Jena, hrb 12345", "Jena HRB 12345"},
		"i.flurstueck":      {"152450-8-746/284", "152450008007460284__"},
		"i.kvnr":            {"a 123 456 780", "A123456780"},
		"i.ausweisnummer":   {"l01x00t471", "L01X00T47"},
		"i.ustidstreng":     {"DE 136 695 978", "DE 136 695 978"}, // refused, so left as it is
		"i.nocheintelefon2": {"0171 1234567", "+491711234567"},
	} {
		a, err := form.Decode("i", url.Values{path: {tt[0]}}, forms.Answers{})
		require.NoError(t, err)
		assert.Equal(t, forms.Text(tt[1]), a.Get(path), path)
	}
}

// The countries of a BIC are those that validator/v10 knows, and Kosovo.
func TestCountriesOfISO3166(t *testing.T) {
	v := validator.New()
	known := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			country := string(a) + string(b)
			want := v.Var(country, "iso3166_1_alpha2") == nil || country == "XK"
			assert.Equal(t, want, ids.BIC("GENO"+country+"22").Valid(), country)
			if want {
				known++
			}
		}
	}
	assert.Equal(t, 250, known)
}
