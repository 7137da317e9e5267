package ids

import "log/slog"

// redacted is what a log shows of an identifier that belongs to a person.
var redacted = slog.StringValue("…")

// LogValue hides the value in logs.
func (SteuerID) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (Steuernummer) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (UStID) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (WirtschaftsID) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (IBAN) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (CreditorReference) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (RVNR) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (KVNR) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (Ausweisnummer) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (Passnummer) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (MRZ) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (KfzKennzeichen) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (EORI) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (VIN) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (Transponder) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (Flurstueckskennzeichen) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (TeilbekanntesDatum) LogValue() slog.Value { return redacted }

// LogValue hides the value in logs.
func (Telefonnummer) LogValue() slog.Value { return redacted }
