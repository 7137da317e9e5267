// Package paymenttest helps to test what plugs into package payment and what
// is built on it: [RunStore] and [RunProvider] are the conformance suites of
// stores and providers, [Provider] is a platform in memory whose answers a test
// decides.
//
//	func TestStore(t *testing.T) {
//		paymenttest.RunStore(t, func(t *testing.T) payment.Store { return newStore(t) })
//	}
//
// It imports testing; use it in tests only. A [Provider] is safe for concurrent
// use; the suites run parts of their cases in parallel. [RunFaults] is the
// fault run: thousands of claims on a platform, a network and processes that
// fail at random.
package paymenttest
