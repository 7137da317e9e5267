// Package payment collects the fees of online services: claims (Forderungen),
// attempts to pay them with a payment platform, and an append-only ledger.
//
// A [Claim] is what the authority wants. An [Attempt] is one try to pay it with
// one [Provider]. What has been paid is the sum of the ledger's entries, never a
// flag. The [Service] stores an attempt before it calls the platform, changes
// it by compare-and-set, books a payment in the transaction that makes the
// attempt paid, and puts an event into the same transaction:
//
//	service, err := payment.New(store, []payment.Registration{{Key: "xbezahldienste", Version: "1", Provider: provider}},
//		payment.Config{BaseURL: "https://service.musterstadt.example", Target: func(c payment.Claim, s payment.State) string {
//			return "/antrag/" + c.ID + "/zahlung"
//		}})
//	...
//	mux.Handle("/zahlung/", service.ReturnHandler())
//	...
//	_, err = service.Open(ctx, claim)                        // idempotent; Collect does this and the next
//	attempt, err := service.Start(ctx, claim.Tenant, claim.ID) // double click: same pay page
//	http.Redirect(w, r, attempt.PayPageURL, http.StatusSeeOther)
//	...
//	for range ticker.C { // on every node, if you like
//		_, err := service.RefreshDue(ctx, 100)
//	}
//
// The browser's return proves nothing, nor does a notification: return page,
// notifications and poller ask the platform through one function,
// [Service.Refresh].
//
// Money that comes another way, as a transfer does, is booked with
// [Service.Record] by the source's own id, however often it is reported;
// [Service.Find] finds the claim that a reference names. Money goes back through
// the platform with [Service.Refund], if it can do that. What an authority is
// told about a payment is [Claim.PaymentInformation].
//
// What a platform takes and can do is in [Capabilities]; [Service.Check] tells
// whether a claim fits, when a form is configured rather than when a citizen
// pays. Providers and stores of others are tested with package paymenttest.
//
// # What can go wrong, and what then happens
//
//   - The process dies between storing and calling, or no answer comes: the
//     call is repeated with the same request id. If the platform has the
//     payment but gives no access, the attempt is orphaned and another begins;
//     nobody has seen the first one's pay page.
//   - Money comes after the attempt failed, was canceled or expired: it is
//     booked and flagged as late. Such attempts are watched for two weeks.
//   - The platform names another sum, currency or payment than was asked: the
//     attempt is in review until a person calls [Service.Resolve].
//   - The platform is away: nothing changes but the time of the next check.
//   - A process stands still during a call and another one takes over: the
//     later of the two finds the attempt changed and looks again.
//   - A claim cannot be read, or a platform hangs: its next check is put off,
//     and the others go on.
//
// Each of these happens thousands of times in the fault runs of
// payment/sqlstore, after which the ledger must equal the platform's books.
//
// # Not supported
//
// Currencies other than EUR; part payment through a platform; part bookings of
// one transaction on several claims.
//
// # Concurrency
//
// Service and [MemoryStore] are safe for concurrent use. Several processes may
// share a database through package payment/sqlstore. Their clocks may differ by
// about a second: more, and leases end early, which costs calls but no money.
package payment
