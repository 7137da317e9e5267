package xdatenfelder

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEqual changes every field of every type, one at a time: no difference may
// go unseen.
func TestEqual(t *testing.T) {
	assert.Equal(t, 36, everyField(t, equalFeld))
	assert.Equal(t, 25, everyField(t, equalGruppe))
	assert.Equal(t, 25, everyField(t, equalRegel))
	assert.Equal(t, 4, everyField(t, func(a, b *Struktur) bool { return equalStruktur(*a, *b) }))
	a, b := &CodelisteReferenz{Version: "1"}, &CodelisteReferenz{Version: "1"}
	assert.True(t, equalFeld(&Datenfeld{CodelisteReferenz: a}, &Datenfeld{CodelisteReferenz: b}))
	b.Version = "2"
	assert.False(t, equalFeld(&Datenfeld{CodelisteReferenz: a}, &Datenfeld{CodelisteReferenz: b}))
}

func everyField[T any](t *testing.T, equal func(a, b *T) bool) (n int) {
	require.True(t, equal(new(T), new(T)))
	typ := reflect.TypeFor[T]()
	for _, f := range reflect.VisibleFields(typ) {
		if f.Anonymous {
			continue
		}
		v := new(T)
		set(t, reflect.ValueOf(v).Elem().FieldByIndex(f.Index))
		assert.False(t, equal(new(T), v), "%s.%s", typ, f.Name)
		assert.False(t, equal(v, new(T)), "%s.%s", typ, f.Name)
		assert.True(t, equal(v, v), "%s.%s", typ, f.Name)
		n++
	}
	return n
}

func set(t *testing.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.Struct:
		set(t, v.Field(v.NumField()-1))
	default:
		t.Fatal(v.Kind())
	}
}
