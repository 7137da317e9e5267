package signature

import "time"

// endOf is the last second of a day in Coordinated Universal Time.
func endOf(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 23, 59, 59, 0, time.UTC)
}

const (
	bsiRSA    = "BSI TR-02102-1, signature schemes, RSA"
	bsiECDSA  = "BSI TR-02102-1, signature schemes, ECDSA"
	bsiHash   = "BSI TR-02102-1, hash functions"
	bsiCurve  = "BSI TR-02102-1, elliptic curves"
	osciDoc   = "OSCI-Transport 1.2 with corrections, oscisig.xsd; key length: profile of this package"
	samlDoc   = "BSI TR-03116-4, XML security; BundID connection guide 5.4"
	etsiDoc   = "ETSI TS 119 312 V1.5.1, machine-readable annex (TS 119 322)"
	legacyDoc = "EU DSS cryptographic suite 1.5.1 in the form of ETSI TS 119 322"
)

// The tables are never changed.
var (
	bsiRules = [...]PolicyRule{
		{Algorithm: RSASHA256, MinBits: 3000, Source: bsiRSA},
		{Algorithm: more2001 + "rsa-sha384", MinBits: 3000, Source: bsiRSA},
		{Algorithm: more2001 + "rsa-sha512", MinBits: 3000, Source: bsiRSA},
		{Algorithm: RSAPSS, MinBits: 3000, Source: bsiRSA},
		{Algorithm: ECDSASHA256, MinBits: 250, Source: bsiECDSA},
		{Algorithm: more2001 + "ecdsa-sha384", MinBits: 250, Source: bsiECDSA},
		{Algorithm: more2001 + "ecdsa-sha512", MinBits: 250, Source: bsiECDSA},
		{Algorithm: more2021 + "ecdsa-sha3-256", MinBits: 250, Source: bsiECDSA},
		{Algorithm: more2021 + "ecdsa-sha3-384", MinBits: 250, Source: bsiECDSA},
		{Algorithm: more2021 + "ecdsa-sha3-512", MinBits: 250, Source: bsiECDSA},
		{Algorithm: SHA256, Source: bsiHash},
		{Algorithm: SHA384, Source: bsiHash},
		{Algorithm: SHA512, Source: bsiHash},
		{Algorithm: more2007 + "sha3-256", Source: bsiHash},
		{Algorithm: more2007 + "sha3-384", Source: bsiHash},
		{Algorithm: more2007 + "sha3-512", Source: bsiHash},
		{Algorithm: urnP256, Source: bsiCurve},
		{Algorithm: urnP384, Source: bsiCurve},
		{Algorithm: urnP521, Source: bsiCurve},
		{Algorithm: urnBrainpoolP256r1, Source: bsiCurve},
		{Algorithm: urnBrainpoolP384r1, Source: bsiCurve},
		{Algorithm: urnBrainpoolP512r1, Source: bsiCurve},
	}
	osciRules = [...]PolicyRule{
		{Algorithm: RSASHA256, MinBits: 2048, Source: osciDoc},
		{Algorithm: more2001 + "rsa-sha512", MinBits: 2048, Source: osciDoc},
		{Algorithm: RSAPSS, MinBits: 2048, Source: osciDoc},
		{Algorithm: ECDSASHA256, MinBits: 250, Source: osciDoc},
		{Algorithm: more2001 + "ecdsa-sha512", MinBits: 250, Source: osciDoc},
		{Algorithm: SHA256, Source: osciDoc},
		{Algorithm: SHA512, Source: osciDoc},
		{Algorithm: more2007 + "sha3-256", Source: osciDoc},
		{Algorithm: more2007 + "sha3-384", Source: osciDoc},
		{Algorithm: more2007 + "sha3-512", Source: osciDoc},
		{Algorithm: urnP256, Source: bsiCurve},
		{Algorithm: urnP384, Source: bsiCurve},
		{Algorithm: urnP521, Source: bsiCurve},
		{Algorithm: urnBrainpoolP256r1, Source: bsiCurve},
		{Algorithm: urnBrainpoolP384r1, Source: bsiCurve},
		{Algorithm: urnBrainpoolP512r1, Source: bsiCurve},
	}
	samlRules = [...]PolicyRule{
		{Algorithm: RSAPSS, MinBits: 3000, Source: samlDoc},
		{Algorithm: RSASHA256, MinBits: 3000, Source: samlDoc},
		{Algorithm: more2001 + "rsa-sha512", MinBits: 3000, Source: samlDoc},
		{Algorithm: ECDSASHA256, MinBits: 250, Source: samlDoc},
		{Algorithm: more2001 + "ecdsa-sha384", MinBits: 250, Source: samlDoc},
		{Algorithm: more2001 + "ecdsa-sha512", MinBits: 250, Source: samlDoc},
		{Algorithm: SHA256, Source: samlDoc},
		{Algorithm: SHA384, Source: samlDoc},
		{Algorithm: SHA512, Source: samlDoc},
		{Algorithm: urnP256, Source: bsiCurve},
		{Algorithm: urnP384, Source: bsiCurve},
		{Algorithm: urnP521, Source: bsiCurve},
		{Algorithm: urnBrainpoolP256r1, Source: bsiCurve},
		{Algorithm: urnBrainpoolP384r1, Source: bsiCurve},
		{Algorithm: urnBrainpoolP512r1, Source: bsiCurve},
	}
	etsiRules = [...]PolicyRule{
		{Algorithm: RSASHA256, MinBits: 1900, Until: endOf(2028, 12, 31), Source: etsiDoc},
		{Algorithm: more2001 + "rsa-sha384", MinBits: 1900, Until: endOf(2028, 12, 31), Source: etsiDoc},
		{Algorithm: more2001 + "rsa-sha512", MinBits: 1900, Until: endOf(2028, 12, 31), Source: etsiDoc},
		{Algorithm: RSAPSS, MinBits: 1900, Until: endOf(2028, 12, 31), Source: etsiDoc},
		{Algorithm: RSAPSS, MinBits: 3000, Source: etsiDoc},
		{Algorithm: ECDSASHA256, Source: etsiDoc},
		{Algorithm: more2001 + "ecdsa-sha384", Source: etsiDoc},
		{Algorithm: more2001 + "ecdsa-sha512", Source: etsiDoc},
		{Algorithm: more2021 + "ecdsa-sha3-256", Source: etsiDoc},
		{Algorithm: more2021 + "ecdsa-sha3-384", Source: etsiDoc},
		{Algorithm: more2021 + "ecdsa-sha3-512", Source: etsiDoc},
		{Algorithm: SHA256, Source: etsiDoc},
		{Algorithm: SHA384, Source: etsiDoc},
		{Algorithm: SHA512, Source: etsiDoc},
		{Algorithm: more2007 + "sha3-256", Source: etsiDoc},
		{Algorithm: more2007 + "sha3-384", Source: etsiDoc},
		{Algorithm: more2007 + "sha3-512", Source: etsiDoc},
		{Algorithm: urnBrainpoolP256r1, Source: etsiDoc},
		{Algorithm: urnBrainpoolP384r1, Source: etsiDoc},
		{Algorithm: urnBrainpoolP512r1, Source: etsiDoc},
		{Algorithm: urnP256, Source: etsiDoc},
		{Algorithm: urnP384, Source: etsiDoc},
		{Algorithm: urnP521, Source: etsiDoc},
	}
	legacyRules = [...]PolicyRule{
		{Algorithm: NS + "rsa-sha1", MinBits: 1024, Until: endOf(2012, 7, 31), Source: legacyDoc},
		{Algorithm: more2001 + "ecdsa-sha1", MinBits: 224, Until: endOf(2012, 7, 31), Source: legacyDoc},
		{Algorithm: sha1URI, Until: endOf(2012, 7, 31), Source: legacyDoc},
		{Algorithm: RSASHA256, MinBits: 1024, Until: endOf(2019, 9, 30), Source: legacyDoc},
		{Algorithm: more2001 + "rsa-sha384", MinBits: 1024, Until: endOf(2019, 9, 30), Source: legacyDoc},
		{Algorithm: more2001 + "rsa-sha512", MinBits: 1024, Until: endOf(2019, 9, 30), Source: legacyDoc},
		{Algorithm: RSAPSS, MinBits: 1024, Until: endOf(2019, 9, 30), Source: legacyDoc},
	}
)

// BSI returns the strict profile, which is also the zero [Policy]: RSA keys of
// 3000 bits or more with RSASSA-PSS or RSASSA-PKCS1-v1_5, ECDSA on P-256, P-384,
// P-521, brainpoolP256r1, -P384r1 or -P512r1, with SHA-256, SHA-384, SHA-512 or
// SHA3 (BSI TR-02102-1; TR-03116-4 applies it to XML security).
func BSI() Policy { return Policy{} }

// OSCI12 returns what OSCI-Transport 1.2 with its corrections allows: SHA-256,
// SHA-512 and SHA3; RSA keys of 2048 bits or more, which is shorter than BSI asks
// for today. Use it only for messages of that transport.
func OSCI12() Policy { return Policy{name: "OSCI12", rules: osciRules[:]} }

// SAML returns the profile of the accounts that speak SAML (BundID, BayernID, Mein
// Unternehmenskonto): the algorithms of BSI without SHA3.
func SAML() Policy { return Policy{name: "SAML", rules: samlRules[:]} }

// ETSI119312 returns the suites of ETSI TS 119 312 with their end dates: among
// others RSA keys of 1900 bits until the end of 2028.
func ETSI119312() Policy { return Policy{name: "ETSI119312", rules: etsiRules[:]} }

// LegacyVerifyOnly returns a profile for signatures of the past: what ETSI119312
// allows, and besides, each until the day it went out of use, SHA-1 (31 July
// 2012) and RSA keys of 1024 bits (30 September 2019). It judges at the time that
// the [Verifier] is given: set its clock to a time that something else proves,
// such as a time stamp. Keys cannot sign under it.
func LegacyVerifyOnly() Policy {
	p := Policy{name: "LegacyVerifyOnly", verifyOnly: true}
	p.rules = append(append(p.rules, etsiRules[:]...), legacyRules[:]...)
	return p
}
