// Package paymenttest helps to test what plugs into package payment and what
// is built on it: [RunStore] and [RunProvider] are the conformance suites of
// stores and providers, [Provider] is a platform in memory whose answers a test
// decides. It imports testing; use it in tests only.
package paymenttest
