// Package epcqr writes, draws and parses the EPC QR code (EPC069-12), known in
// Germany as GiroCode: the square on an invoice that fills in a credit transfer
// in the payer's banking app.
//
//	code := epcqr.Code{
//		Name: "Stadt Musterstadt Stadtkasse", IBAN: "DE89370400440532013000",
//		Amount: payment.EUR(1200), Text: "4200000000061 Meldebescheinigung",
//	}
//	err := code.SVG(w, "GiroCode: 12,00 Euro an Stadt Musterstadt Stadtkasse")
//
// # What is written
//
// Version 002, character set 1 (UTF-8), no BIC, two decimals, lines that end
// with a line feed, none behind the last one that is not empty: what the most
// banking apps read. Many apps put a structured reference into the wrong field,
// so a Kassenzeichen belongs into Text; [Code.WithReference] makes an RF
// reference of it for those who ask. Apps that stumble over umlauts are served
// by [Code.Fold], which reports what it changed; nothing is changed unasked.
//
// The name must be the account holder's as the bank knows it: since October
// 2025 the payer's bank compares name and IBAN (Verification of Payee,
// Regulation (EU) 2024/886, article 5c) and warns when they differ.
//
//	line  element        rule                                            EPC069-12, data element
//	1     BCD            fixed                                           service tag
//	2     version        001 or 002                                      version
//	3     character set  1 to 8                                          character set
//	4     SCT            fixed (INST is parsed too)                      identification code
//	5     BIC            8 or 11; required in 001                        AT-23
//	6     name           1 to 70 characters                              AT-21
//	7     IBAN           ISO 13616                                       AT-20
//	8     amount         EUR0.01 to EUR999999999.99; may be missing      AT-04
//	9     purpose        up to 4 letters and digits                      AT-44
//	10    reference      ISO 11649, or empty                             AT-05, structured
//	11    text           up to 140 characters, or empty                  AT-05, unstructured
//	12    information    up to 70 characters                             beneficiary to originator information
//
// Not more than one of lines 10 and 11 is used. At most 331 bytes, QR version
// 13, error level M.
//
// # Not supported
//
// Writing the identification code INST, writing other character sets than
// UTF-8; payloads for other schemes (Swiss QR, BezahlCode). A reference that is
// not an ISO 11649 one is refused although the guideline lets line 10 hold it.
//
// # Errors and concurrency
//
// What breaks a rule is a *finding.InvalidError with all findings (codes of
// [Rules]). The values are plain data; all functions are safe for concurrent
// use. Names and texts can name people: a [Code] hides them in logs.
package epcqr
