package web

import "time"

// PrefillFrom takes over what another package knows of an account, in its own
// struct of the same shape, such as servicekonto.Prefill:
//
//	web.User{Prefill: web.PrefillFrom(session.Account.Prefill())}
func PrefillFrom[P ~struct {
	Value  string
	Locked bool
	Source string
	Trust  string
}](known map[string]P) map[string]Prefilled {
	out := make(map[string]Prefilled, len(known))
	for name, p := range known {
		out[name] = Prefilled(p)
	}
	return out
}

// StatusLines takes over lines of another package, in its own struct of the
// same shape, such as payment.Line and submission.Line.
func StatusLines[L ~struct {
	Label string
	Value string
	At    time.Time
}](lines []L) []StatusLine {
	out := make([]StatusLine, len(lines))
	for i, l := range lines {
		plain := struct {
			Label string
			Value string
			At    time.Time
		}(l)
		out[i] = StatusLine{Label: plain.Label, Value: plain.Value, At: plain.At}
	}
	return out
}
