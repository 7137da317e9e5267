package main

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the embedded database

	"github.com/bausteine/egov/forms/draft"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/rechnung"
	kassensimulator "github.com/bausteine/egov/payment/simulator"
	kassenstore "github.com/bausteine/egov/payment/sqlstore"
	"github.com/bausteine/egov/payment/xbezahldienste"
	"github.com/bausteine/egov/servicekonto"
	"github.com/bausteine/egov/servicekonto/oidc"
	kontosimulator "github.com/bausteine/egov/servicekonto/simulator"
	kontostore "github.com/bausteine/egov/servicekonto/sqlstore"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/submission"
)

// umgebung is what the installation gives the service: database, stores, keys,
// and the adapters of account, payment platform and delivery. A vendor builds it
// from its configuration; here everything has a default that needs none.
type umgebung struct {
	BaseURL string
	Ordner  string // folder with the database and the outbox
	DB      *sql.DB
	Log     *slog.Logger

	Login     servicekonto.Provider // where people log in
	Sitzungen servicekonto.Store

	Bezahlplattform payment.Provider   // where the fee is paid
	Rechnungen      *rechnung.Provider // or how it is asked for by post
	Buecher         payment.Store

	Entwuerfe *draft.Store
	Signer    *signature.Signer
	Ausgang   *submission.Outbox
	Quittung  submission.ReceiptSource // receipts of the authority

	Simulatoren map[string]http.Handler // by path; empty with real ones configured
}

// openUmgebung opens the database, finds or makes the keys, and builds stores
// and adapters.
func openUmgebung(ctx context.Context, folder, baseURL string, log *slog.Logger) (*umgebung, error) {
	db, err := openDB(filepath.Join(folder, "bewohnerparken.db"))
	if err != nil {
		return nil, err
	}
	u := &umgebung{BaseURL: baseURL, Ordner: folder, DB: db, Log: log, Simulatoren: map[string]http.Handler{}}
	keys := tresor{db: db}
	for _, build := range []func(context.Context, tresor) error{keys.create, u.stores, u.account, u.platform, u.delivery} {
		if err := build(ctx, keys); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return u, nil
}

func (u *umgebung) stores(ctx context.Context, keys tresor) (err error) {
	key, err := keys.secret(ctx, "entwurf")
	if err != nil {
		return err
	}
	if u.Sitzungen, err = kontostore.New(ctx, u.DB); err != nil {
		return err
	}
	if u.Buecher, err = kassenstore.New(ctx, u.DB); err != nil {
		return err
	}
	u.Entwuerfe, err = draft.NewStore(ctx, u.DB, []draft.Key{{ID: "1", Secret: key}}, nil)
	return err
}

// account is the account service of EGOV_KONTO_ISSUER, or the simulator.
func (u *umgebung) account(ctx context.Context, keys tresor) (err error) {
	config := oidc.Config{Issuer: os.Getenv("EGOV_KONTO_ISSUER"), ClientID: os.Getenv("EGOV_KONTO_CLIENT"), ClientSecret: os.Getenv("EGOV_KONTO_SECRET")}
	if config.Issuer == "" {
		key, err := keys.secret(ctx, "konto-simulator")
		if err != nil {
			return err
		}
		config = oidc.Config{Issuer: u.BaseURL + "/simulator/konto", ClientID: "bewohnerparken", ClientSecret: passwordFrom(key)}
		u.Simulatoren["/simulator/konto/"], err = kontosimulator.New(kontosimulator.Options{
			Issuer: config.Issuer, Key: key, Logger: u.Log,
			Clients: []kontosimulator.Client{{
				ID: config.ClientID, Secret: config.ClientSecret,
				RedirectURIs:           []string{u.BaseURL + "/anmelden/zurueck/servicekonto"},
				PostLogoutRedirectURIs: []string{u.BaseURL + "/"},
			}},
		})
		if err != nil {
			return err
		}
	}
	u.Login, err = oidc.New(config)
	return err
}

// platform is the payment platform of EGOV_KASSE_URL, or the simulator.
func (u *umgebung) platform(ctx context.Context, keys tresor) (err error) {
	base, originator, endPoint := os.Getenv("EGOV_KASSE_URL"), os.Getenv("EGOV_KASSE_ORIGINATOR"), os.Getenv("EGOV_KASSE_ENDPOINT")
	access := &xbezahldienste.ClientCredentials{
		TokenURL: os.Getenv("EGOV_KASSE_TOKEN_URL"), ClientID: os.Getenv("EGOV_KASSE_CLIENT"), ClientSecret: os.Getenv("EGOV_KASSE_SECRET"),
	}
	if base == "" {
		key, err := keys.secret(ctx, "kasse-simulator")
		if err != nil {
			return err
		}
		base, originator, endPoint = u.BaseURL+"/simulator/kasse", "bewohnerparken", mandant
		access = &xbezahldienste.ClientCredentials{TokenURL: base + "/oauth/token", ClientID: originator, ClientSecret: passwordFrom(key)}
		u.Simulatoren["/simulator/kasse/"], err = kassensimulator.New(ctx, kassensimulator.Options{
			BaseURL: base, DB: u.DB, Logger: u.Log,
			Clients: []kassensimulator.Client{{ID: access.ClientID, Secret: access.ClientSecret}},
		})
		if err != nil {
			return err
		}
	}
	if u.Bezahlplattform, err = xbezahldienste.New(base, originator, endPoint, &xbezahldienste.Options{Credentials: access}); err != nil {
		return err
	}
	key, err := keys.secret(ctx, "rechnung")
	if err != nil {
		return err
	}
	u.Rechnungen, err = rechnung.New(rechnung.Config{BaseURL: u.BaseURL, Keys: [][]byte{key}, Zahlungsfrist: 30,
		Payee: rechnung.Payee{Name: "Stadt Musterstadt Stadtkasse", IBAN: "DE89370400440532013000"}})
	return err
}

// delivery is a folder that the authority reads, and one for its receipts.
func (u *umgebung) delivery(ctx context.Context, keys tresor) (err error) {
	if u.Signer, err = keys.signer(ctx, filepath.Join(u.Ordner, "zertifikat.pem")); err != nil {
		return err
	}
	ausgang, quittungen := filepath.Join(u.Ordner, "ausgang"), filepath.Join(u.Ordner, "quittungen")
	if err := errors.Join(os.MkdirAll(ausgang, 0o700), os.MkdirAll(quittungen, 0o700)); err != nil {
		return err
	}
	folder, err := submission.NewDirectory(ausgang, nil)
	if err != nil {
		return err
	}
	if u.Quittung, err = submission.NewReceiptDirectory(quittungen, nil); err != nil {
		return err
	}
	u.Ausgang, err = submission.NewOutbox(ctx, u.DB, folder, &submission.OutboxOptions{Logger: u.Log, SendTimeout: 5 * time.Second})
	return err
}

// openDB opens the one file that holds everything. What is committed stays
// committed (synchronous FULL), and writers wait for each other.
func openDB(file string) (*sql.DB, error) {
	options := url.Values{
		"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)"},
		"_txlock": {"immediate"},
	}
	address, err := sqliteURI(file)
	if err != nil {
		return nil, err
	}
	return sql.Open("sqlite", address+"?"+options.Encode())
}

// sqliteURI names a file as SQLite wants it (sqlite.org/uri.html): characters
// such as ? and # in a folder's name are escaped, and C:\x is file:///C:/x.
func sqliteURI(file string) (string, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	if path = filepath.ToSlash(path); path[0] != '/' {
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String(), nil
}
