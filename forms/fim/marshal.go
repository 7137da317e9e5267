package fim

import (
	"bytes"

	"github.com/bausteine/egov/forms"
)

// Marshal is [Encode] into memory.
func Marshal(form *forms.Form, answers forms.Answers, o *EncodeOptions) ([]byte, error) {
	var b bytes.Buffer
	if err := Encode(&b, form, answers, o); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// MarshalJSON is [EncodeJSON] into memory.
func MarshalJSON(form *forms.Form, answers forms.Answers, o *EncodeOptions) ([]byte, error) {
	var b bytes.Buffer
	if err := EncodeJSON(&b, form, answers, o); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
