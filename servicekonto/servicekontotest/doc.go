// Package servicekontotest helps tests of services that log people in: [Login]
// walks a client through the pages of package simulator, and [RunStore] is the
// suite that every servicekonto.Store passes.
//
//	client := servicekontotest.Client(t)
//	servicekontotest.Login(t, client, server.URL+"/parken/anmelden?ziel=/parken/antrag", "erika")
//
// It imports testing; import it from tests only.
package servicekontotest
