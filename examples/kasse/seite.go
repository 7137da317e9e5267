package main

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"text/tabwriter"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/camt"
	"github.com/bausteine/egov/payment/sepa/reconcile"
	"github.com/bausteine/egov/xoev/finding"
)

//go:embed seite.html stil.css
var dateien embed.FS

var seite = template.Must(template.ParseFS(dateien, "seite.html"))

// ansicht is what the page shows.
type ansicht struct {
	Titel        string
	Fehler       string
	Laeufe       int
	Gebucht      string // how many entries are new
	Auszug       []auszug
	Hinweise     []string
	Summen       []summe
	Pruefen, Gut []zeile
	Forderungen  []forderung
}

type (
	auszug    struct{ Konto, Nummer, Anfang, Ein, Aus, Ende string }
	summe     struct{ Art, Anzahl, Ein, Aus string }
	zeile     struct{ Nummer, Tag, Person, Text, Betrag, Art, Zeichen, Weg, Grund, Vorschlag string }
	forderung struct{ Zeichen, Zweck, Betrag, Gebucht, Offen, Stand string }
)

// handler serves the page, its style sheet and the button that runs the file
// again.
func (k *kasse) handler(statement []byte) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		v, err := k.ansicht(r)
		if err != nil {
			zeige(w, http.StatusInternalServerError, ansicht{Titel: "Die Seite kann gerade nicht angezeigt werden"})
			return
		}
		zeige(w, http.StatusOK, v)
	})
	mux.HandleFunc("POST /abgleich", func(w http.ResponseWriter, r *http.Request) {
		if err := k.laufe(r.Context(), bytes.NewReader(statement)); err != nil {
			zeige(w, http.StatusInternalServerError, ansicht{Titel: "Der Kontoauszug konnte nicht noch einmal abgeglichen werden"})
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /stil.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, dateien, "stil.css")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		zeige(w, http.StatusNotFound, ansicht{Titel: "Diese Seite gibt es nicht"})
	})
	return lokal(http.NewCrossOriginProtection().Handler(mux))
}

// lokal refuses names that somebody else has pointed at this machine.
func lokal(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
		if host != "localhost" && (err != nil || !ip.IsLoopback()) {
			zeige(w, http.StatusForbidden, ansicht{Titel: "Diese Seite ist nur auf diesem Rechner zu sehen"})
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func zeige(w http.ResponseWriter, status int, v ansicht) {
	var b bytes.Buffer
	if err := seite.Execute(&b, v); err != nil {
		http.Error(w, "Die Seite kann gerade nicht angezeigt werden.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w)
}

// ansicht puts the last run into words.
func (k *kasse) ansicht(r *http.Request) (ansicht, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.stand
	v := ansicht{Titel: "Abgleich des Kontoauszugs", Fehler: s.Fehler, Laeufe: s.Laeufe, Gebucht: anzahl(s.Gebucht, "neue Buchung", "neue Buchungen")}
	if s.Auszug != nil {
		v.Auszug, v.Hinweise = auszuege(s.Auszug), hinweise(s.Auszug.Findings)
	}
	v.Summen = summen(s.Ergebnisse)
	for i, res := range s.Ergebnisse {
		if z := neueZeile(i+1, res); zuPruefen(res) {
			v.Pruefen = append(v.Pruefen, z)
		} else {
			v.Gut = append(v.Gut, z)
		}
	}
	konten, err := k.konten(r.Context())
	for _, c := range konten {
		v.Forderungen = append(v.Forderungen, forderung{
			Zeichen: c.Claim.Kassenzeichen, Zweck: c.Claim.Purpose, Betrag: c.Claim.Amount.German(), Gebucht: c.Balance.Booked.German(), Offen: c.Balance.Open.German(),
			Stand: map[payment.ClaimState]string{payment.ClaimOpen: "offen", payment.ClaimPartlyPaid: "teilweise bezahlt", payment.ClaimPaid: "bezahlt", payment.ClaimOverpaid: "überzahlt"}[c.State],
		})
	}
	return v, err
}

func anzahl(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// betrag writes an amount of the bank.
func betrag(a camt.Amount) string {
	if m, err := a.Money(); err == nil {
		return m.German()
	}
	return a.String()
}

func saldo(b *camt.Balance) string {
	switch {
	case b == nil:
		return "nicht angegeben"
	case b.Debit:
		return "-" + betrag(b.Amount)
	}
	return betrag(b.Amount)
}

func auszuege(r *camt.CheckReport) (out []auszug) {
	for _, s := range r.Statements {
		out = append(out, auszug{Konto: s.Account, Nummer: fmt.Sprint(s.Number), Anfang: saldo(s.Opening), Ein: betrag(s.Credit), Aus: betrag(s.Debit), Ende: saldo(s.Closing)})
	}
	return out
}

// hinweise words the findings of the check.
func hinweise(findings []finding.Finding) (out []string) {
	words := map[string]string{
		"CAMT-020": "Anfangssaldo und Umsätze ergeben nicht den Endsaldo.", "CAMT-021": "Anfangs- oder Endsaldo fehlt: Der Auszug konnte nicht nachgerechnet werden.",
		"CAMT-022": "Zwischen diesem und dem vorigen Auszug fehlen Auszüge.", "CAMT-023": "Die Nummer des Auszugs ist nicht höher als die vorige.",
		"CAMT-024": "Die Umsätze sind nicht die, die der Auszug zusammenzählt.", "CAMT-025": "Die Einzelumsätze einer Buchung ergeben nicht ihren Betrag.",
		"CAMT-026": "Zwei Buchungen haben dieselbe Referenz und denselben Betrag.", "CAMT-027": "Ein Umsatz hat eine andere Währung als das Konto.",
		"CAMT-028": "Der Auszug geht in einer weiteren Datei weiter.", "CAMT-029": "Es sind zu viele Umsätze, um nach doppelten zu suchen.",
	}
	for _, f := range findings {
		out = append(out, fmt.Sprintf("%s (%s, Zeile %d)", words[f.Code], f.Code, f.Line))
	}
	return out
}

func summen(results []reconcile.Result) (out []summe) {
	for _, o := range []reconcile.Outcome{
		reconcile.Matched, reconcile.Part, reconcile.Over, reconcile.Duplicate, reconcile.Settlement, reconcile.Return, reconcile.Refund,
		reconcile.Batch, reconcile.Ambiguous, reconcile.Unmatched, reconcile.NotBooked,
	} {
		n, in, outgoing := 0, payment.EUR(0), payment.EUR(0)
		for _, r := range results {
			if r.Outcome != o {
				continue
			}
			n++
			if r.Debit {
				outgoing.Cents += r.Amount.Cents
			} else {
				in.Cents += r.Amount.Cents
			}
		}
		if n > 0 {
			out = append(out, summe{Art: ausgang(o), Anzahl: fmt.Sprint(n), Ein: in.German(), Aus: outgoing.German()})
		}
	}
	return out
}

func neueZeile(n int, r reconcile.Result) zeile {
	amount := r.Amount
	if r.Debit {
		amount = amount.Neg()
	}
	z := zeile{
		Nummer: fmt.Sprint(n), Tag: r.Entry.BookingDate.German(), Betrag: amount.German(), Art: ausgang(r.Outcome),
		Zeichen: r.Kassenzeichen, Weg: weg(r.By), Grund: grund(r), Text: r.Entry.Info,
	}
	if r.Amount.Currency == "" {
		z.Betrag = betrag(r.Entry.Amount)
	}
	if d := r.Detail; d != nil {
		z.Text = strings.TrimSpace(d.JoinedText() + " " + strings.Join(d.References, " "))
		if z.Person = d.Debtor.Name; z.Person == "" {
			z.Person = d.Creditor.Name
		}
	}
	var near []string
	for _, s := range r.Suggestions {
		near = append(near, fmt.Sprintf("%s (offen %s)", s.Kassenzeichen, s.Open.German()))
	}
	z.Vorschlag = strings.Join(near, ", ")
	return z
}

// drucke writes the result as a table.
func (k *kasse) drucke(w io.Writer) {
	if k.stand.Fehler != "" {
		fmt.Fprintln(w, k.stand.Fehler)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, r := range k.stand.Ergebnisse {
		z := neueZeile(i+1, r)
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", z.Nummer, z.Betrag, z.Art, z.Zeichen, z.Grund)
	}
	_ = t.Flush()
	fmt.Fprintf(w, "%s\n", anzahl(k.stand.Gebucht, "neue Buchung", "neue Buchungen"))
}
