package main

const overviewEN = `xoev looks at messages and code lists of German public administration (XÖV).

  xoev inspect FILE...                     What is this message?
  xoev lint FILE...                        What is wrong with it?
  xoev verify --trust CERT.pem FILE        Is its signature good?
  xoev sign --key KEY --cert CERT FILE     Sign it.
  xoev c14n --method METHOD FILE           Its canonical form.
  xoev codelist show LIST                  What stands in a code list?
  xoev codelist find TEXT LIST...          Where does a code or text stand?
  xoev codelist diff OLD NEW               What changed between two versions?
  xoev codelist lock FOLDER                Are pinned lists as they were pinned?
  xoev codelist pull --dir FOLDER KENNUNG  Fetch lists from the network.
  xoev help COMMAND                        More about one of them.

FILE may be - for standard input. A ZIP archive is looked into: a message in it
is called archiv.zip!nachricht.xml, and can be named so. --lang de, before or
behind the command, gives German help, labels and findings; the environment
does not choose the language. NO_COLOR switches colours off.

Only xoev codelist pull and xoev sign --tsa-url use a network.

Exit status: 0 in order, 1 refused, 2 wrong usage, interrupted, or could not be
checked. Of several files the worst counts.
`

const inspectEN = `xoev inspect [--format text|json] FILE...

Says of each file what it says about itself: standard and version, message
type, number (UUID) and time, who wrote it (autor) and who is to process it
(leser), whether it is a test message, which software made it, and whether it
is signed. Nothing is verified: anyone can write anything into a header. To
check a signature use xoev verify.

These headers are read: XÖV-Basisnachricht 1.0 and 1.1, XInneres (old and from
26.11) and copies of it (XGewerbeanzeige, XBau), xdomea, XDatenfelder, XJustiz,
XZuFi. Of other messages only the root element is shown, as family "unknown".
Of data schemas of FIM (XDatenfelder 1 to 3) the report also says what is in
them: fields, groups, rules, code lists.

  --format text   for people (default)
  --format json   one JSON object per line and file
  --lang en|de    language of labels and findings (default en)

FILE may be - for standard input. Of a ZIP archive each file whose name ends in
.xml is read; others are skipped, and an archive inside it is not opened, which
counts as not checked. Files of any size are read once, to their end, piece by
piece. The report shows names and contact data from the header; treat it like
the message.

Exit status: 0 every file could be read, 1 a file is broken (XML or header),
2 wrong usage or a file could not be read.

Examples:

  xoev inspect antrag.xml
  xoev inspect --lang de posteingang.zip
  xoev inspect --format json eingang/*.xml | jq -r .nachrichtenUUID
`

const lintEN = `xoev lint [options] FILE...

Checks messages for what their schemas cannot say: type and time of the message,
identifiers of authorities and their prefixes, empty mandatory values, codes and
their lists, numbers that do not fit their channel, wrong namespaces; and that
the XML is well-formed to its end. It does not replace validation by the schema.
Findings name line, column (in bytes), rule and source, and quote nothing of the
message. Behind the code of an error stands the reason for which XInneres
rejects such a message, [S011]. --allow CODE lets messages of a known peer pass.

Data schemas of FIM (XDatenfelder 1 to 3) are checked as a whole, as their schema
demands; the messages of FIM's quality check (XDFM-…) are added as warnings, with
--codelists those about the contents of pinned code lists, too.

  --format text      for people (default): FILE:LINE:COLUMN: ...
  --format json      one JSON object per line and file
  --format sarif     one SARIF 2.1.0 document for all files, for code hosting
                     and editors; columns count code points there
  --codelists STORE  look codes up in a folder or ZIP of pinned lists (see xoev
                     codelist lock): all that name list and version, and those
                     of the header. Which list other codes come from only a
                     schema tells: they are counted, not checked. A list that
                     the store lacks is an error (COD-009).
  --latin TYPE       check the characters of all texts and values against a data
                     type of DIN 91379: A, B, C, D, E; spec-A to spec-E for DIN
                     SPEC 91379:2019; String.Latin-1.1. C is the usual one.
  --production       refuse test messages (LINT-018)
  --allow CODE       count this rule as a warning; may be given several times.
                     A stricter receiver will reject such messages.
  --lang en|de       language of the report (default en)

FILE may be - for standard input, or a ZIP archive (see xoev help inspect).

Exit status: 0 no errors (warnings may be), 1 errors, 2 wrong usage, or a file
could not be checked, or its kind of header is not known.

Examples:

  xoev lint antrag.xml
  xoev lint --lang de --production eingang/*.xml
  xoev lint --codelists codelisten --latin C antrag.xml
  xoev lint --format sarif nachrichten/*.xml > xoev.sarif
  xoev lint --allow LINT-002 --allow COD-009 --codelists codelisten.zip antrag.xml
`

const verifyEN = `xoev verify --trust CERT.pem [options] FILE

Checks an XML signature. It stands inside the document (enveloped), around what is
signed (enveloping), or in a file of its own beside it (detached): if FILE.sig.xml
exists, as for antrag.xml and antrag.xml.sig.xml, that file is taken. FILE may then
be of any kind. The report names the signer, the rules under which algorithms and
key are good enough, and what is covered.

  --trust CERT.pem   whose signatures count (PEM, may hold several, may be
                     given several times). An ordinary certificate counts
                     itself; of a CA also what it has issued. Required: the
                     certificate inside a signature proves nothing.
  --signature FILE   the signature is in this file
  --name NAME        the name the signature calls the document; default: the
                     name of FILE without folder
  --profile P        which algorithms and keys are good enough: bsi (default,
                     strict: TR-02102-1), osci12, saml, etsi119312, or legacy for
                     signatures of the past (needs an --at that something proves)
  --at TIME          judge certificates and algorithms at this time
                     (2026-11-23T09:00:00Z); default now
  --out FILE         if the signature is good, write exactly the content that
                     it covers; - for standard output (the report then goes to
                     standard error). Go on with this content, never with FILE:
                     what is not signed is not in it.
  --tsa CERT.pem     whose time stamps count, as in --trust; without it nobody's
  --xades LEVEL      the level of XAdES that must be proven: B-B, B-T, B-LT
  --revocation       certificates count only if it is known that they were not
                     revoked: from --crl, --ocsp, and from what a B-LT signature carries.
                     Otherwise nothing is asked.
  --crl FILE         a revocation list (DER or PEM; may be given several times);
                     includes --revocation
  --ocsp FILE        an OCSP response (DER), likewise
  --policy FILE      instead of --profile: an algorithm catalogue in the XML form of
                     ETSI TS 119 322. Its own signature is not checked.
  --element ID       the signature must cover the element with this ID, and --out
                     gets that element alone
  --signature-id ID  the Signature with this Id, where there are several
  --format text|json for people (default), or one JSON object
  --lang en|de       language of the report (default en)

FILE may be - for standard input. Files may have any size and are checked piece by
piece; only signatures around what is signed (enveloping) have 256 MiB at most.
A signature with properties of XAdES is judged by ETSI EN 319 102-1, and the report
names indication and level. Nothing is fetched. The file named with --out appears
complete or not at all, readable by you alone, and replaces one of that name; if
the signature is refused, the old one stays, so look at the exit status.

Exit status: 0 the signature is good, 1 it is refused, 2 wrong usage, or it
could not be checked, or the content could not be written.

Examples:

  xoev verify --trust stadt.pem antrag.xml
  xoev verify --trust stadt.pem --out geprueft.xml antrag.xml && import geprueft.xml
  xoev verify --trust stadt.pem --profile etsi119312 --at 2026-03-01T12:00:00+01:00 alt.xml
  xoev verify --trust stadt.pem --format json --signature anlage.sig.xml anlage.pdf
  xoev verify --trust wurzel.pem --tsa tsa.pem --xades B-T --crl wurzel.crl bescheid.xml
  xoev verify --trust stadt.pem --element person-1 --out person.xml antrag.xml
`

const signEN = `xoev sign --key KEY --cert CERT.pem [options] FILE

Signs a file. An XML document gets its signature inside, as the last child of the
root element, and every other byte stays; with --detached the signature is a file
of its own. What is signed is the canonical form, so that xoev verify and others
accept the document however it is written.

  --key FILE         private key in PEM (PKCS #8, PKCS #1, SEC 1), or a PKCS #12
                     file, which holds the certificate, too
  --cert CERT.pem    the key's certificate; behind it those that issued it
  --password-file FILE   the password of the PKCS #12 file, on the first line.
                     There is no flag for the password itself: others on the
                     same computer could read it.
  --detached         write the signature alone
  --enveloping       put what is signed into the signature: the root element, or,
                     with --bytes, a file of any kind in base64
  --element ID       sign only the element with this ID; the signature still becomes
                     the last child of the root element
  --name NAME        detached: the name by which the receiver finds the document,
                     which is signed, too; default: the name of FILE without folder
  --bytes            detached, enveloping: sign the bytes as they are; for files of
                     any kind
  --xades LEVEL      B-B says when it was signed, and with which certificate; B-T
                     proves the time with a time stamp
  --tsa-url URL      B-T: the time stamping authority (RFC 3161) that is asked; it
                     gets a digest of the signature
  --tsa CERT.pem     B-T: the authority's certificate or its CA, as in xoev verify
  --profile P        bsi (default, strict), osci12, saml, etsi119312: keys and
                     algorithms that it does not allow are refused
  --policy FILE      instead of --profile, as in xoev verify
  --algorithm A      such as sha256-rsa-MGF1 (RSASSA-PSS), rsa-sha256,
                     ecdsa-sha256; default: what fits the key
  --out FILE         where the result goes; default - for standard output
  --lang en|de       language of messages (default en)

FILE may be - for standard input, and of any size, but with --bytes, --xades,
--enveloping and --element up to 256 MiB. No network is used but for --tsa-url.
Keep the key so that nobody else can read it. The file named with --out appears
complete or not at all, readable by you alone, and replaces one of that name.

Exit status: 0 signed, 1 the document is refused (broken, signed already) or the
key (too weak, certificate expired, not belonging together), 2 wrong usage, or
something could not be read or written.

Examples:

  xoev sign --key stadt.key --cert stadt.pem --out signiert.xml antrag.xml
  xoev sign --key stadt.key --cert stadt.pem --detached --out antrag.xml.sig.xml antrag.xml
  xoev sign --key stadt.p12 --password-file passwort.txt --algorithm sha256-rsa-MGF1 - < antrag.xml > signiert.xml
  xoev sign --key stadt.key --cert stadt.pem --xades B-B --out signiert.xml antrag.xml
  xoev sign --key stadt.p12 --password-file pw --xades B-T --tsa-url https://tsa.example --tsa tsa.pem a.xml > s.xml
  xoev sign --key stadt.key --cert stadt.pem --detached --bytes --out bescheid.pdf.sig.xml bescheid.pdf
`

const c14nEN = `xoev c14n --method c14n|c14n11|exc-c14n [options] FILE

Writes the canonical form of an XML document to standard output: the bytes that
digests and signatures are made of. Two documents that differ only in how they
are written (quotes, order of attributes, empty tags) have the same one.

  --method c14n      Canonical XML 1.0
  --method c14n11    Canonical XML 1.1
  --method exc-c14n  Exclusive XML Canonicalization 1.0
  --with-comments    keep comments
  --inclusive-prefixes LIST   exc-c14n: prefixes treated as c14n does, with
                     spaces or commas between them; #default for none
  --id ID            only the element with this ID (ID, Id, id, xml:id)
  --limit MIB        how long the canonical form may be (default 4096)
  --lang en|de       language of messages (default en)

FILE may be - for standard input, and of any size. Nothing is written until the
whole document has been read and found in order: until then the canonical form
is kept in a temporary file that nobody else can read. If the file is refused,
standard output stays empty.

Exit status: 0 written, 1 the document is refused, 2 wrong usage, or it could
not be read or written.

Examples:

  xoev c14n --method exc-c14n antrag.xml | sha256sum
  xoev c14n --method c14n --with-comments - < antrag.xml > kanonisch.xml
  xoev c14n --method exc-c14n --inclusive-prefixes "xs #default" antrag.xml
`

const codelistEN = `xoev codelist show|find|diff|lock|pull

Looks at code lists in genericode, as XRepository publishes them, and keeps
folders of them that a lock file pins: version by version, with the digest of
the bytes, so that a program sees the same codes tomorrow.

  xoev codelist show LIST                  metadata, columns and rows
  xoev codelist find TEXT LIST...          rows that hold a code or a text
  xoev codelist diff OLD NEW               what changed between two versions
  xoev codelist lock FOLDER                check, or write, the lock of a folder
  xoev codelist pull --dir FOLDER KENNUNG  fetch lists and pin them; the only
                                           one of them that uses a network
  xoev codelist COMMAND --help             more about one of them

Examples:

  xoev codelist pull --dir codelisten urn:de:xoev:codeliste:erreichbarkeit_4
  xoev codelist lock codelisten
  xoev codelist show --store codelisten urn:de:xoev:codeliste:erreichbarkeit_4
  xoev lint --codelists codelisten antrag.xml
`

const showEN = `xoev codelist show [--format text|json|csv] [--rows N] [--store STORE] LIST

Shows a code list: what it is, its columns, and its rows.

LIST is a file in genericode, - for standard input, or a file in an archive
(listen.zip!liste.xml). With --store it is the name of a pinned list: with its
version (urn:de:xoev:codeliste:erreichbarkeit_4), or without for the version
that is valid today.

  --format text   for people (default); long values are cut, ∅ is no value
  --format json   one JSON object; null is no value
  --format csv    rows only, with a line of column names (RFC 4180)
  --rows N        the first N rows only; 0 for none
  --store STORE   folder or ZIP with a codelist.lock
  --lang en|de    language of labels, and of texts that have several

Exit status: 0 shown, 1 the file is no code list, 2 wrong usage, or it could not
be read.

Examples:

  xoev codelist show erreichbarkeit.xml
  xoev codelist show --rows 0 --lang de ags.xml
  xoev codelist show --format csv ags.xml > ags.csv
  xoev codelist show --store codelisten urn:de:xoev:codeliste:erreichbarkeit
`

const findEN = `xoev codelist find [options] TEXT LIST...
xoev codelist find [options] --store STORE TEXT [LIST...]

Finds the rows of code lists that hold a text in any column. Upper and lower case
do not count, nor how letters are written in basic ones: muenchen finds München.

LIST is as in xoev codelist show; all lists of a ZIP archive are searched. With
--store and no LIST, all pinned lists are.

  --column ID     only in the column with this ID or short name
  --exact         the value must be TEXT, byte for byte
  --format text   for people (default)
  --format json   one JSON object per line and row
  --store STORE   folder or ZIP with a codelist.lock
  --lang en|de    language of labels (default en)

Exit status: 0 found, 1 not found or a file is no code list, 2 wrong usage, or
something could not be read.

Examples:

  xoev codelist find muenchen ags.xml
  xoev codelist find --exact 09162000 ags.xml
  xoev codelist find --store codelisten --column code psw
`

const diffEN = `xoev codelist diff [--format text|json] [--exit-code] [--store STORE] OLD NEW

Shows what differs between two versions of a code list: metadata, columns, and
rows, matched by code whatever their order. Lines begin with + (new), - (gone) or
~ (changed).

OLD and NEW are as LIST in xoev codelist show.

  --format text   for people (default)
  --format json   one JSON object
  --exit-code     exit status 1 if anything but the version differs
  --store STORE   folder or ZIP with a codelist.lock
  --lang en|de    language of labels (default en)

Exit status: 0 compared, 1 a file is no code list (with --exit-code also: they
differ), 2 wrong usage, or a list could not be read or has no key.

Examples:

  xoev codelist diff ags_2025.xml ags_2026.xml
  xoev codelist diff --exit-code --format json alt.xml neu.xml
  xoev codelist diff --store codelisten urn:de:xoev:codeliste:erreichbarkeit_3 urn:de:xoev:codeliste:erreichbarkeit_4
`

const lockEN = `xoev codelist lock [--format text|json] FOLDER
xoev codelist lock --write [--replace] FOLDER

Checks that every list of a folder or ZIP archive is the one that its lock file
(codelist.lock) pins: same bytes, same name and version. With --write it makes
the lock file from what is in the folder: look at the result before you trust it.

  --write         pin all code lists (.xml, .gc) in the folder and below
  --replace       do so although there is a lock file
  --format text   for people (default)
  --format json   one JSON object
  --lang en|de    language of labels (default en)

Exit status: 0 in order or written, 1 a list is not what was pinned, or two files
contradict each other, 2 wrong usage, or something could not be read or written.

Examples:

  xoev codelist lock codelisten
  xoev codelist lock --write codelisten
  xoev codelist lock --format json codelisten.zip
`

const pullEN = `xoev codelist pull --dir FOLDER [options] KENNUNG[_VERSION]...

Fetches code lists from XRepository into a folder and pins them in its lock file.
No other command for code lists uses a network, and it asks one host only. What is
pinned already and in order is not fetched again; a version whose content is not
what was pinned is refused.

KENNUNG_VERSION names a version (urn:de:xoev:codeliste:erreichbarkeit_4),
KENNUNG alone the version in force.

  --dir FOLDER      where the lists go; is made if it is not there
  --standard S      also all lists that a version of a standard uses, for example
                    urn:xoev-de:bmk:standard:xbau_2.6; may be given several times
  --update          also the versions in force of all lists in the folder
  --replace         accept other content for a version that is pinned. Published
                    versions never change: ask why before you do this.
  --base URL        another XRepository (default https://www.xrepository.de/api)
  --format text     for people (default)
  --format json     one JSON object
  --lang en|de      language of labels (default en)

Exit status: 0 all is pinned, 1 content was refused, 2 wrong usage, or something
could not be fetched or written. What could be pinned is pinned in any case.

Examples:

  xoev codelist pull --dir codelisten urn:de:xoev:codeliste:erreichbarkeit_4
  xoev codelist pull --dir codelisten --update
  xoev codelist pull --dir codelisten --standard urn:xoev-de:bmk:standard:xbau_2.6
`
