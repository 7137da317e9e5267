// Package web shows a form of package forms as an accessible online service,
// rendered on the server: start page, one page for each step, summary, gates
// such as a payment, receipt and status page. It needs no JavaScript and ships
// none; the pages aim at BITV 2.0 and WCAG 2.2 AA and are in German.
//
//	wizard, err := web.New(web.Config{
//		BaseURL: "https://service.musterstadt.example/parkausweis", Tenant: "musterstadt",
//		Form: form, Drafts: drafts,
//		User:   func(r *http.Request) *web.User { … },
//		Logins: []web.Login{{Label: "Mit dem Servicekonto anmelden", URL: konto.LoginURL}},
//		Gates:  []web.Gate{payment},
//		Complete: func(ctx context.Context, a web.Application) (web.Receipt, error) { … },
//		Layout: web.Layout{Authority: "Stadt Musterstadt", Links: …},
//	})
//	mux.Handle("/parkausweis/", wizard)
//
// A [Wizard] is an http.Handler. It works whether or not a proxy or
// http.StripPrefix has removed the path of BaseURL. Its pages are below
// BaseURL: /, /beginnen, /fortsetzen, /stil.css and /antrag/{id}/….
//
// # What holds
//
// Every step is stored, encrypted, before the next one is shown (package
// draft). A step can only be reached once all steps before it are complete.
// Answers that an account has verified are shown as text and cannot be changed
// by a forged request either. A draft that belongs to an account is shown to
// nobody else; a guest's draft belongs to the browser's cookie, and to whoever
// has the link for continuing later.
//
// Submitting freezes the answers first. From then on the application only goes
// forward, however often it is tried: the gates are asked, Complete is called
// with the same ID and the same answers, the reference is stored. A crash at
// any point is made good by the next visit or by [Wizard.FinishDue].
//
// Requests from other sites are refused (net/http.CrossOriginProtection, and a
// token bound to the browser's cookie). A page changed in another window is
// answered with 409, and what was typed is kept.
//
// # What can fail
//
// [New] refuses an incomplete [Config]. Afterwards errors become German pages:
// 400, 403, 404, 405, 409, 410, 413, 422, 500, and 503 where trying again
// helps. Causes go to the logger, without anything personal.
//
// # Groups with entries
//
// A repeated group is a fieldset with one for each entry and buttons to add and
// remove them, which are ordinary submits: the answers are stored as they are
// and the same page comes back at the entry. The Enter key presses "Weiter". Of
// a group of which one is to be chosen all parts are shown, with the sentence
// that says so: without a script, showing only the chosen one would take a
// page more. A page comes back as long as an answer makes further questions
// appear on it, be they voluntary. Checks of the form as a whole are said on the
// summary. Computed and locked answers are shown as text; what is posted for
// them is ignored.
//
// # Not supported
//
// Several files in one field (use a repeated group), other languages than German
// for the pages themselves, scanning uploads for malware (do it where the files
// are received).
//
// # Concurrency
//
// A Wizard is safe for concurrent use, also by many processes on one database.
package web
