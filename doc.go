// Package egov is a library of building blocks (Bausteine) for the online
// services of German public administration. This root package holds nothing
// but this map; import the package that does the job:
//
//	a citizen or company logs in             servicekonto, servicekonto/oidc
//	  sessions in SQL                        servicekonto/sqlstore
//	  an account to try it with              servicekonto/simulator
//	  logging in within a test               servicekonto/servicekontotest
//	a form from a Go struct or a literal     forms
//	  rules between its fields               forms/rule
//	  German identifiers (IBAN, Steuer-ID)   forms/ids
//	  accessible pages, step by step         forms/web
//	  encrypted drafts                       forms/draft
//	  a form from a FIM data schema;         forms/fim
//	    answers as XML and JSON by FIM id
//	    XML Schema and JSON Schema of it     forms/fim/datenschema
//	    rules in sentences made typed rules  forms/fim/regel
//	  pages walked and attacked in a test    forms/formstest
//	a fee is paid and booked once            payment
//	  platforms that speak XBezahldienste    payment/xbezahldienste
//	    the platform's side of it            payment/xbezahldienste/server
//	  ePayBL by SOAP                         payment/epaybl
//	  invoices with GiroCode                 payment/rechnung
//	  claims and ledger in SQL               payment/sqlstore
//	  what bank and authority exchange       payment/sepa
//	    GiroCode (EPC QR)                    payment/sepa/epcqr
//	    statements of account (camt)         payment/sepa/camt
//	    transfers and debits (pain)          payment/sepa/pain
//	    booking references                   payment/sepa/kassenzeichen
//	    statements matched with claims       payment/sepa/reconcile
//	  a payment platform to try it with      payment/simulator
//	    as a program                         payment/simulator/cmd/bezahlplattform
//	  suites for stores and providers        payment/paymenttest
//	a document reaches the authority         xoev/submission
//	  the envelope of an XÖV message         xoev
//	  messages of any size, record by record xoev/sammelnachricht
//	  checks that a schema cannot make       xoev/lint
//	    message numbers seen, in SQL         xoev/lint/sqlstore
//	  a rejection that says why              xoev/rueckweisung
//	  codes and code lists                   xoev/codelist
//	    the client for XRepository           xoev/codelist/xrepository
//	  characters of DIN 91379                xoev/latin
//	  FIM data schemas (XDatenfelder)        xoev/xdatenfelder
//	  XML signatures                         xoev/signature
//	    advanced signatures (XAdES)          xoev/signature/xades
//	    time stamps from a service           xoev/signature/xades/tsa
//	  XML encryption                         xoev/encryption
//	  strict scanning of XML from outside    xoev/xmlscan
//	  an etree document after the scan       xoev/xmlscan/tree
//	  findings and verdicts                  xoev/finding
//	look at a message from the shell         xoev/cmd/xoev
//	see it all work together                 examples/bewohnerparken
//	  the authority's side                   examples/empfang
//	  a FIM data schema as a form            examples/fim
//	  a statement of account is reconciled   examples/kasse
//	  a job queue as scheduler of due work   examples/river
//
// What each package imports of the others is fixed and checked by a test; see
// docs/architecture.md. A status table, with what is not there yet, is in
// README.md.
package egov
