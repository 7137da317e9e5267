package submission

// SetHook lets a test act, or die, between two steps.
func (o *Outbox) SetHook(f func(step string)) { o.hook = f }

// SetHook lets a test act, or die, between two steps.
func (d *Directory) SetHook(f func(step string)) { d.hook = f }

// CheckCharacter is ISO/IEC 7064 MOD 37,36.
func CheckCharacter(s string) string { return string(checkCharacter(s)) }

// SetHook lets a test act, or die, between two steps.
func (r *Receiver) SetHook(f func(step string)) { r.hook = f }
