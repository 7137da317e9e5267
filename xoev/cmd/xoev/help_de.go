package main

const overviewDE = `xoev betrachtet Nachrichten und Codelisten der öffentlichen Verwaltung (XÖV).

  xoev inspect DATEI...                    Was ist das für eine Nachricht?
  xoev lint DATEI...                       Was stimmt daran nicht?
  xoev verify --trust ZERT.pem DATEI       Ist ihre Signatur gültig?
  xoev sign --key SCHL --cert ZERT DATEI   Sie signieren.
  xoev c14n --method VERFAHREN DATEI       Ihre kanonische Form.
  xoev codelist show LISTE                 Was steht in einer Codeliste?
  xoev codelist find TEXT LISTE...         Wo steht ein Code oder ein Text?
  xoev codelist diff ALT NEU               Was unterscheidet zwei Versionen?
  xoev codelist lock ORDNER                Sind die Listen wie verzeichnet?
  xoev codelist pull --dir ORDNER KENNUNG  Listen aus dem Netz abrufen.
  xoev help BEFEHL                         Mehr zu einem davon.

DATEI darf - sein, das ist die Standardeingabe. In ein ZIP-Archiv wird
hineingesehen: eine Nachricht darin heißt archiv.zip!nachricht.xml und lässt sich
so nennen. --lang de, vor oder hinter dem Befehl, macht Hilfe, Beschriftungen und
Befunde deutsch; Umgebungsvariablen wählen die Sprache nicht. NO_COLOR schaltet
Farben ab.

Das Netz nutzen nur xoev codelist pull und xoev sign --tsa-url.

Rückgabewert: 0 in Ordnung, 1 abgewiesen, 2 falscher Aufruf, abgebrochen oder
nicht prüfbar. Von mehreren Dateien zählt die schlechteste.
`

const inspectDE = `xoev inspect [--format text|json] DATEI...

Sagt zu jeder Datei, was sie über sich selbst sagt: Standard und Version, Art der
Nachricht, Nummer (UUID) und Zeitpunkt, wer sie erstellt hat (autor) und wer sie
verarbeiten soll (leser), ob sie eine Testnachricht ist, mit welchem Programm sie
entstand und ob sie signiert ist. Nichts davon wird geprüft: in einen
Nachrichtenkopf kann jeder alles schreiben. Signaturen prüft xoev verify.

Gelesen werden die Köpfe von XÖV-Basisnachricht 1.0 und 1.1, XInneres (alt und ab
26.11) und Übernahmen davon (XGewerbeanzeige, XBau), xdomea, XDatenfelder,
XJustiz und XZuFi. Von anderen Nachrichten wird nur das Wurzelelement gezeigt.
Zu Datenschemata von FIM (XDatenfelder 1 bis 3) sagt der Bericht auch, was sie
enthalten: Felder, Gruppen, Regeln, Codelisten.

  --format text   für Menschen (Vorgabe)
  --format json   je Datei ein JSON-Objekt in einer Zeile
  --lang en|de    Sprache von Beschriftungen und Befunden (Vorgabe en)

DATEI darf - sein (Standardeingabe). Aus einem ZIP-Archiv wird jede Datei gelesen,
deren Name auf .xml endet; andere werden übergangen, und ein Archiv darin wird
nicht geöffnet, was als nicht geprüft gilt. Dateien beliebiger Größe werden
einmal und stückweise bis zum Ende gelesen. Der Bericht zeigt Namen und
Kontaktdaten aus dem Kopf: er ist zu behandeln wie die Nachricht.

Rückgabewert: 0 alle Dateien waren lesbar, 1 eine ist fehlerhaft (XML oder
Kopf), 2 falscher Aufruf oder eine Datei ließ sich nicht lesen.

Beispiele:

  xoev inspect antrag.xml
  xoev inspect --lang de posteingang.zip
  xoev inspect --format json eingang/*.xml | jq -r .nachrichtenUUID
`

const lintDE = `xoev lint [Optionen] DATEI...

Prüft Nachrichten auf das, was ihre Schemata nicht sagen können: Art und Zeitpunkt
der Nachricht, Kennungen von Behörden und deren Präfixe, leere Pflichtangaben,
Codes und ihre Listen, Nummern, die nicht zu ihrem Kanal passen, falsche
Namensräume; und dass das XML bis zum Ende wohlgeformt ist. Die Prüfung gegen das
Schema ersetzt das nicht. Befunde nennen Zeile, Spalte (in Bytes), Regel und
Quelle und zitieren nichts aus der Nachricht. Hinter dem Code eines Fehlers steht
der Grund, aus dem XInneres eine solche Nachricht abweist, [S011]. --allow CODE
lässt Nachrichten eines bekannten Absenders durch.

Datenschemata von FIM (XDatenfelder 1 bis 3) werden ganz geprüft, wie ihr Schema
es verlangt, dazu gibt es die Meldungen der Qualitätsprüfung von FIM (XDFM-…)
als Warnungen; mit --codelists auch gegen die verzeichneten Codelisten.

  --format text      für Menschen (Vorgabe): DATEI:ZEILE:SPALTE: ...
  --format json      je Datei ein JSON-Objekt in einer Zeile
  --format sarif     ein SARIF-2.1.0-Dokument für alle Dateien, für Werkzeuge;
                     Spalten zählen dort Zeichen (Codepoints)
  --codelists ORT    Codes in einem Ordner oder ZIP verzeichneter Listen
                     nachschlagen (siehe xoev codelist lock): alle, die Liste und
                     Version nennen, und die des Kopfs. Woher andere Codes
                     kommen, sagt nur ein Schema: sie werden gezählt, nicht
                     geprüft. Eine Liste, die dort fehlt, ist ein Fehler
                     (COD-009).
  --latin TYP        die Zeichen aller Texte und Werte gegen einen Datentyp der
                     DIN 91379 prüfen: A, B, C, D, E; spec-A bis spec-E für DIN
                     SPEC 91379:2019; String.Latin-1.1. Üblich ist C.
  --production       Testnachrichten abweisen (LINT-018)
  --allow CODE       diese Regel als Warnung werten; mehrfach möglich. Ein
                     strengerer Empfänger wird solche Nachrichten abweisen.
  --lang en|de       Sprache des Berichts (Vorgabe en)

DATEI darf - sein (Standardeingabe) oder ein ZIP-Archiv (siehe xoev help inspect).

Rückgabewert: 0 keine Fehler (Warnungen sind möglich), 1 Fehler, 2 falscher
Aufruf, oder eine Datei war nicht prüfbar, oder die Art ihres Kopfs ist unbekannt.

Beispiele:

  xoev lint antrag.xml
  xoev lint --lang de --production eingang/*.xml
  xoev lint --codelists codelisten --latin C antrag.xml
  xoev lint --format sarif nachrichten/*.xml > xoev.sarif
  xoev lint --allow LINT-002 --allow COD-009 --codelists codelisten.zip antrag.xml
`

const verifyDE = `xoev verify --trust ZERT.pem [Optionen] DATEI

Prüft eine XML-Signatur. Sie steht im Dokument (enveloped), um das Signierte herum
(enveloping) oder in einer eigenen Datei daneben (detached): gibt es DATEI.sig.xml,
wie antrag.xml.sig.xml zu antrag.xml, dann gilt diese, und DATEI darf von beliebiger
Art sein. Der Bericht nennt, wer signiert hat, nach welchen Regeln Verfahren und
Schlüssel ausreichen und was die Signatur umfasst.

  --trust ZERT.pem   wessen Signaturen gelten (PEM, auch mehrere in einer Datei,
                     mehrfach möglich). Ein gewöhnliches Zertifikat gilt für sich
                     selbst; das einer CA auch für die, die sie ausgestellt hat.
                     Nötig: das Zertifikat in einer Signatur beweist nichts.
  --signature DATEI  die Signatur steht in dieser Datei
  --name NAME        wie die Signatur das Dokument nennt; Vorgabe: der Name von
                     DATEI ohne Ordner
  --profile P        welche Verfahren und Schlüssel ausreichen: bsi (Vorgabe,
                     streng: TR-02102-1), osci12, saml, etsi119312, oder legacy für
                     Signaturen von früher (mit einem --at, das etwas beweist)
  --at ZEITPUNKT     Zertifikate und Verfahren zu diesem Zeitpunkt beurteilen
                     (2026-11-23T09:00:00Z); Vorgabe jetzt
  --out DATEI        ist die Signatur gültig, genau den Inhalt schreiben, den sie
                     umfasst; - für die Standardausgabe (der Bericht geht dann auf
                     die Standardfehlerausgabe). Damit weiterarbeiten, nie mit
                     DATEI: was nicht signiert ist, steht nicht darin.
  --tsa ZERT.pem     wessen Zeitstempel zählen, wie bei --trust; sonst keine
  --xades STUFE      die Stufe von XAdES, die nachgewiesen sein muss: B-B, B-T, B-LT
  --revocation       Zertifikate gelten nur, wenn bekannt ist, dass sie nicht gesperrt
                     waren: aus --crl, --ocsp und dem, was eine Signatur der Stufe B-LT
                     mitbringt. Sonst wird nach Sperrungen nicht gefragt.
  --crl DATEI        eine Sperrliste (DER oder PEM; mehrfach möglich); schließt
                     --revocation ein
  --ocsp DATEI       eine OCSP-Antwort (DER), ebenso
  --policy DATEI     statt --profile: ein Algorithmenkatalog in der XML-Form von
                     ETSI TS 119 322. Dessen eigene Signatur wird nicht geprüft.
  --element ID       die Signatur muss das Element mit dieser ID umfassen, und --out
                     bekommt nur dieses Element
  --signature-id ID  die Signature mit dieser Id, wo es mehrere gibt
  --format text|json für Menschen (Vorgabe) oder ein JSON-Objekt
  --lang en|de       Sprache des Berichts (Vorgabe en)

DATEI darf - sein (Standardeingabe). Dateien dürfen beliebig groß sein und werden
stückweise geprüft; nur um das Signierte herum (enveloping) sind es höchstens 256 MiB.
Eine Signatur mit Eigenschaften von XAdES wird nach ETSI EN 319 102-1
beurteilt; der Bericht nennt Ergebnis und Stufe. Abgerufen wird nichts. Die Datei hinter --out entsteht ganz
oder gar nicht, nur für Sie lesbar, und ersetzt eine gleichen Namens; wird die
Signatur abgewiesen, bleibt die alte stehen: achten Sie auf den Rückgabewert.

Rückgabewert: 0 die Signatur ist gültig, 1 sie ist abgewiesen, 2 falscher Aufruf,
oder sie war nicht prüfbar, oder der Inhalt ließ sich nicht schreiben.

Beispiele:

  xoev verify --trust stadt.pem antrag.xml
  xoev verify --trust stadt.pem --out geprueft.xml antrag.xml && import geprueft.xml
  xoev verify --trust stadt.pem --profile etsi119312 --at 2026-03-01T12:00:00+01:00 alt.xml
  xoev verify --trust stadt.pem --format json --signature anlage.sig.xml anlage.pdf
  xoev verify --trust wurzel.pem --tsa tsa.pem --xades B-T --crl wurzel.crl bescheid.xml
  xoev verify --trust stadt.pem --element person-1 --out person.xml antrag.xml
`

const signDE = `xoev sign --key SCHLÜSSEL --cert ZERT.pem [Optionen] DATEI

Signiert eine Datei. Ein XML-Dokument bekommt die Signatur als letztes Kind des
Wurzelelements, jedes andere Byte bleibt; mit --detached ist sie eine eigene Datei.
Signiert wird die kanonische Form, damit xoev verify und andere das Dokument in jeder
Schreibweise annehmen.

  --key DATEI        privater Schlüssel in PEM (PKCS #8, PKCS #1, SEC 1) oder eine
                     Datei in PKCS #12, die auch das Zertifikat enthält
  --cert ZERT.pem    das Zertifikat des Schlüssels, dahinter die seiner Aussteller
  --password-file DATEI   das Passwort der PKCS-#12-Datei in der ersten Zeile. Für
                     das Passwort selbst gibt es keine Option: andere auf demselben
                     Rechner könnten es lesen.
  --detached         nur die Signatur schreiben
  --enveloping       was signiert wird, in die Signatur setzen: das Wurzelelement
                     oder, mit --bytes, eine Datei beliebiger Art in Base64
  --element ID       nur das Element mit dieser ID signieren; die Signatur wird
                     trotzdem das letzte Kind des Wurzelelements
  --name NAME        detached: unter welchem Namen der Empfänger das Dokument findet;
                     er wird mitsigniert. Vorgabe: der Name von DATEI ohne Ordner
  --bytes            detached, enveloping: die Bytes signieren, wie sie sind; für
                     jede Art Datei
  --xades STUFE      B-B sagt, wann und mit welchem Zertifikat signiert wurde; B-T
                     beweist die Zeit mit einem Zeitstempel
  --tsa-url URL      B-T: die Zeitstempelstelle (RFC 3161), die gefragt wird; sie
                     bekommt einen Hashwert der Signatur
  --tsa ZERT.pem     B-T: das Zertifikat der Stelle oder ihrer CA, wie bei xoev verify
  --profile P        bsi (Vorgabe, streng), osci12, saml, etsi119312: Schlüssel und
                     Verfahren, die es nicht erlaubt, werden abgewiesen
  --policy DATEI     statt --profile, wie bei xoev verify
  --algorithm A      etwa sha256-rsa-MGF1 (RSASSA-PSS), rsa-sha256, ecdsa-sha256;
                     Vorgabe: was zum Schlüssel passt
  --out DATEI        wohin das Ergebnis kommt; Vorgabe - für die Standardausgabe
  --lang en|de       Sprache der Meldungen (Vorgabe en)

DATEI darf - sein (Standardeingabe) und beliebig groß, mit --bytes, --xades,
--enveloping und --element bis 256 MiB. Das Netz nutzt nur --tsa-url.
Bewahren Sie den Schlüssel so auf, dass niemand sonst ihn lesen kann. Die Datei
hinter --out entsteht ganz oder gar nicht, nur für Sie lesbar, und ersetzt eine
gleichen Namens.

Rückgabewert: 0 signiert, 1 das Dokument ist abgewiesen (fehlerhaft, schon signiert)
oder der Schlüssel (zu schwach, Zertifikat abgelaufen, nicht zueinander gehörig),
2 falscher Aufruf, oder etwas ließ sich nicht lesen oder schreiben.

Beispiele:

  xoev sign --key stadt.key --cert stadt.pem --out signiert.xml antrag.xml
  xoev sign --key stadt.key --cert stadt.pem --detached --out antrag.xml.sig.xml antrag.xml
  xoev sign --key stadt.p12 --password-file passwort.txt --algorithm sha256-rsa-MGF1 - < antrag.xml > signiert.xml
  xoev sign --key stadt.key --cert stadt.pem --xades B-B --out signiert.xml antrag.xml
  xoev sign --key stadt.p12 --password-file pw --xades B-T --tsa-url https://tsa.example --tsa tsa.pem a.xml > s.xml
  xoev sign --key stadt.key --cert stadt.pem --detached --bytes --out bescheid.pdf.sig.xml bescheid.pdf
`

const c14nDE = `xoev c14n --method c14n|c14n11|exc-c14n [Optionen] DATEI

Schreibt die kanonische Form eines XML-Dokuments auf die Standardausgabe: die
Bytes, aus denen Hashwerte und Signaturen gebildet werden. Zwei Dokumente, die sich
nur in der Schreibweise unterscheiden (Anführungszeichen, Reihenfolge der Attribute,
leere Elemente), haben dieselbe.

  --method c14n      Canonical XML 1.0
  --method c14n11    Canonical XML 1.1
  --method exc-c14n  Exclusive XML Canonicalization 1.0
  --with-comments    Kommentare behalten
  --inclusive-prefixes LISTE  exc-c14n: Präfixe, die wie in c14n behandelt werden,
                     durch Leerzeichen oder Kommas getrennt; #default für keines
  --id ID            nur das Element mit dieser ID (ID, Id, id, xml:id)
  --limit MIB        wie lang die kanonische Form sein darf (Vorgabe 4096)
  --lang en|de       Sprache der Meldungen (Vorgabe en)

DATEI darf - sein (Standardeingabe) und beliebig groß. Geschrieben wird erst, wenn
das ganze Dokument gelesen und in Ordnung ist; bis dahin liegt die kanonische Form
in einer temporären Datei, die sonst niemand lesen kann. Wird die Datei abgewiesen,
bleibt die Standardausgabe leer.

Rückgabewert: 0 geschrieben, 1 das Dokument ist abgewiesen, 2 falscher Aufruf, oder
es ließ sich nicht lesen oder schreiben.

Beispiele:

  xoev c14n --method exc-c14n antrag.xml | sha256sum
  xoev c14n --method c14n --with-comments - < antrag.xml > kanonisch.xml
  xoev c14n --method exc-c14n --inclusive-prefixes "xs #default" antrag.xml
`

const codelistDE = `xoev codelist show|find|diff|lock|pull

Betrachtet Codelisten in genericode, wie das XRepository sie veröffentlicht, und
führt Ordner davon mit einer Lock-Datei: sie verzeichnet jede Version mit dem
Hashwert ihrer Bytes, damit ein Programm morgen dieselben Codes sieht.

  xoev codelist show LISTE                 Metadaten, Spalten und Zeilen
  xoev codelist find TEXT LISTE...         Zeilen mit einem Code oder Text
  xoev codelist diff ALT NEU               was zwei Versionen unterscheidet
  xoev codelist lock ORDNER                die Lock-Datei prüfen oder schreiben
  xoev codelist pull --dir ORDNER KENNUNG  Listen abrufen und verzeichnen; der
                                           einzige davon, der das Netz nutzt
  xoev codelist BEFEHL --help              mehr zu einem davon

Beispiele:

  xoev codelist pull --dir codelisten urn:de:xoev:codeliste:erreichbarkeit_4
  xoev codelist lock codelisten
  xoev codelist show --store codelisten urn:de:xoev:codeliste:erreichbarkeit_4
  xoev lint --codelists codelisten antrag.xml
`

const showDE = `xoev codelist show [--format text|json|csv] [--rows N] [--store ORT] LISTE

Zeigt eine Codeliste: was sie ist, ihre Spalten und ihre Zeilen.

LISTE ist eine Datei in genericode, - für die Standardeingabe oder eine Datei in
einem Archiv (listen.zip!liste.xml). Mit --store ist sie der Name einer
verzeichneten Liste: mit Version (urn:de:xoev:codeliste:erreichbarkeit_4), oder
ohne für die Version, die heute gilt.

  --format text   für Menschen (Vorgabe); lange Werte sind gekürzt, ∅ ist kein Wert
  --format json   ein JSON-Objekt; null ist kein Wert
  --format csv    nur die Zeilen, mit einer Kopfzeile (RFC 4180)
  --rows N        nur die ersten N Zeilen; 0 für keine
  --store ORT     Ordner oder ZIP mit einer codelist.lock
  --lang en|de    Sprache der Beschriftungen und mehrsprachiger Texte

Rückgabewert: 0 gezeigt, 1 die Datei ist keine Codeliste, 2 falscher Aufruf, oder
sie ließ sich nicht lesen.

Beispiele:

  xoev codelist show erreichbarkeit.xml
  xoev codelist show --rows 0 --lang de ags.xml
  xoev codelist show --format csv ags.xml > ags.csv
  xoev codelist show --store codelisten urn:de:xoev:codeliste:erreichbarkeit
`

const findDE = `xoev codelist find [Optionen] TEXT LISTE...
xoev codelist find [Optionen] --store ORT TEXT [LISTE...]

Findet die Zeilen von Codelisten, die einen Text in irgendeiner Spalte enthalten.
Groß- und Kleinschreibung zählt nicht, auch nicht die Schreibung mit
Grundbuchstaben: muenchen findet München.

LISTE ist wie bei xoev codelist show; in einem ZIP-Archiv werden alle Listen
durchsucht. Mit --store und ohne LISTE sind es alle verzeichneten.

  --column ID     nur in der Spalte mit dieser ID oder diesem Kurznamen
  --exact         der Wert muss Byte für Byte TEXT sein
  --format text   für Menschen (Vorgabe)
  --format json   je Zeile der Liste ein JSON-Objekt in einer Zeile
  --store ORT     Ordner oder ZIP mit einer codelist.lock
  --lang en|de    Sprache der Beschriftungen (Vorgabe en)

Rückgabewert: 0 gefunden, 1 nicht gefunden oder eine Datei ist keine Codeliste,
2 falscher Aufruf, oder etwas ließ sich nicht lesen.

Beispiele:

  xoev codelist find muenchen ags.xml
  xoev codelist find --exact 09162000 ags.xml
  xoev codelist find --store codelisten --column code psw
`

const diffDE = `xoev codelist diff [--format text|json] [--exit-code] [--store ORT] ALT NEU

Zeigt, was zwei Versionen einer Codeliste unterscheidet: Metadaten, Spalten und
Zeilen, die nach ihrem Code zugeordnet werden, gleich in welcher Reihenfolge.
Zeilen beginnen mit + (neu), - (entfallen) oder ~ (geändert).

ALT und NEU sind wie LISTE bei xoev codelist show.

  --format text   für Menschen (Vorgabe)
  --format json   ein JSON-Objekt
  --exit-code     Rückgabewert 1, wenn mehr als die Version sich unterscheidet
  --store ORT     Ordner oder ZIP mit einer codelist.lock
  --lang en|de    Sprache der Beschriftungen (Vorgabe en)

Rückgabewert: 0 verglichen, 1 eine Datei ist keine Codeliste (mit --exit-code auch:
sie unterscheiden sich), 2 falscher Aufruf, oder eine Liste ließ sich nicht lesen
oder hat keinen Schlüssel.

Beispiele:

  xoev codelist diff ags_2025.xml ags_2026.xml
  xoev codelist diff --exit-code --format json alt.xml neu.xml
  xoev codelist diff --store codelisten urn:de:xoev:codeliste:erreichbarkeit_3 urn:de:xoev:codeliste:erreichbarkeit_4
`

const lockDE = `xoev codelist lock [--format text|json] ORDNER
xoev codelist lock --write [--replace] ORDNER

Prüft, dass jede Liste eines Ordners oder ZIP-Archivs die ist, die seine Lock-Datei
(codelist.lock) verzeichnet: dieselben Bytes, derselbe Name, dieselbe Version. Mit
--write entsteht die Lock-Datei aus dem, was im Ordner liegt: sehen Sie das Ergebnis
an, bevor Sie ihm vertrauen.

  --write         alle Codelisten (.xml, .gc) im Ordner und darunter verzeichnen
  --replace       auch dann, wenn es schon eine Lock-Datei gibt
  --format text   für Menschen (Vorgabe)
  --format json   ein JSON-Objekt
  --lang en|de    Sprache der Beschriftungen (Vorgabe en)

Rückgabewert: 0 in Ordnung oder geschrieben, 1 eine Liste ist nicht, was verzeichnet
ist, oder zwei Dateien widersprechen einander, 2 falscher Aufruf, oder etwas ließ
sich nicht lesen oder schreiben.

Beispiele:

  xoev codelist lock codelisten
  xoev codelist lock --write codelisten
  xoev codelist lock --format json codelisten.zip
`

const pullDE = `xoev codelist pull --dir ORDNER [Optionen] KENNUNG[_VERSION]...

Ruft Codelisten aus dem XRepository in einen Ordner ab und verzeichnet sie in
dessen Lock-Datei. Sonst nutzt kein Befehl für Codelisten das Netz, und dieser fragt
nur einen Rechner.
Was verzeichnet und in Ordnung ist, wird nicht noch einmal abgerufen; eine Version,
deren Inhalt nicht der verzeichnete ist, wird abgewiesen.

KENNUNG_VERSION nennt eine Version (urn:de:xoev:codeliste:erreichbarkeit_4),
KENNUNG allein die gültige.

  --dir ORDNER      wohin die Listen kommen; wird angelegt, wenn er fehlt
  --standard S      auch alle Listen, die eine Version eines Standards nutzt, etwa
                    urn:xoev-de:bmk:standard:xbau_2.6; mehrfach möglich
  --update          auch die gültigen Versionen aller Listen des Ordners
  --replace         anderen Inhalt einer verzeichneten Version annehmen.
                    Veröffentlichte Versionen ändern sich nie: fragen Sie erst, warum.
  --base URL        ein anderes XRepository (Vorgabe https://www.xrepository.de/api)
  --format text     für Menschen (Vorgabe)
  --format json     ein JSON-Objekt
  --lang en|de      Sprache der Beschriftungen (Vorgabe en)

Rückgabewert: 0 alles ist verzeichnet, 1 Inhalt wurde abgewiesen, 2 falscher Aufruf,
oder etwas ließ sich nicht abrufen oder schreiben. Was sich verzeichnen ließ, ist in
jedem Fall verzeichnet.

Beispiele:

  xoev codelist pull --dir codelisten urn:de:xoev:codeliste:erreichbarkeit_4
  xoev codelist pull --dir codelisten --update
  xoev codelist pull --dir codelisten --standard urn:xoev-de:bmk:standard:xbau_2.6
`
