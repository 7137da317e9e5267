package codelist

import "github.com/bausteine/egov/xoev/finding"

const (
	srcLock  = "package codelist, lock file format 1"
	srcStore = "package codelist, Store"
	srcZIP   = "package codelist, OpenZIP"
)

// Rules of lock files.
var (
	ruleLockHeader = finding.Rule{Code: "LOCK-001", Source: srcLock,
		Message: "the first line is not the lock file's head \"egov-codelist-lock 1\""}
	ruleLockLineEnd = finding.Rule{Code: "LOCK-002", Source: srcLock,
		Message: "a line does not end with a single line feed; keep the folder out of line end conversion"}
	ruleLockSize = finding.Rule{Code: "LOCK-003", Source: srcLock,
		Message: "the lock file is longer than the limit"}
	ruleLockFields = finding.Rule{Code: "LOCK-004", Source: srcLock,
		Message: "a line does not have exactly five fields separated by one tab each"}
	ruleLockText = finding.Rule{Code: "LOCK-005", Source: srcLock,
		Message: "Kennung or version is empty, too long, not UTF-8, or holds control characters or outer spaces"}
	ruleLockHash = finding.Rule{Code: "LOCK-006", Source: srcLock,
		Message: "the hash is not \"sha256:\" and 64 lower-case hexadecimal digits"}
	ruleLockTime = finding.Rule{Code: "LOCK-007", Source: srcLock,
		Message: "the retrieval time is neither \"-\" nor UTC in the form 2006-01-02T15:04:05Z"}
	ruleLockFile = finding.Rule{Code: "LOCK-008", Source: srcLock,
		Message: "the file is not a relative path with slashes inside the source"}
	ruleLockTwice = finding.Rule{Code: "LOCK-009", Source: srcLock,
		Message: "the same version of a list is pinned twice"}
	ruleLockOrder = finding.Rule{Code: "LOCK-010", Source: srcLock,
		Message: "the lines are not ordered by kennung and version"}
)

// Rules of pinned lists.
var (
	rulePinHash = finding.Rule{Code: "PIN-001", Source: srcStore,
		Message: "the file's bytes do not have the pinned hash"}
	rulePinIdentity = finding.Rule{Code: "PIN-002", Source: srcStore,
		Message: "the list names another kennung or version than the lock file"}
	rulePinUnreadable = finding.Rule{Code: "PIN-003", Source: srcStore,
		Message: "the file is not a code list in genericode"}
	rulePinSize = finding.Rule{Code: "PIN-004", Source: srcStore,
		Message: "the file is longer than the limit"}
	rulePinReplaced = finding.Rule{Code: "PIN-005", Source: srcStore,
		Message: "the content fetched for a version differs from the content pinned before"}
	rulePinAmbiguous = finding.Rule{Code: "PIN-006", Source: srcStore,
		Message: "two files hold the same version of a list with different content"}
)

// Rules of ZIP archives.
var (
	ruleZIPForm = finding.Rule{Code: "ZIP-001", Source: srcZIP,
		Message: "the archive's directory cannot be read"}
	ruleZIPSize = finding.Rule{Code: "ZIP-002", Source: srcZIP,
		Message: "the archive is longer than the limit"}
	ruleZIPCount = finding.Rule{Code: "ZIP-003", Source: srcZIP,
		Message: "the archive has more entries than the limit, or a longer directory than so many entries need"}
	ruleZIPName = finding.Rule{Code: "ZIP-004", Source: srcZIP,
		Message: "an entry's name is not a relative path with slashes inside the archive, or has more than 64 folders"}
	ruleZIPTwice = finding.Rule{Code: "ZIP-005", Source: srcZIP,
		Message: "two entries have the same name, if upper and lower case do not count, or one is a folder of the other's path"}
	ruleZIPKind = finding.Rule{Code: "ZIP-006", Source: srcZIP,
		Message: "an entry is neither a regular file nor a folder"}
	ruleZIPMethod = finding.Rule{Code: "ZIP-007", Source: srcZIP,
		Message: "an entry is encrypted or compressed by another method than deflate"}
	ruleZIPFileSize = finding.Rule{Code: "ZIP-008", Source: srcZIP,
		Message: "an entry is longer than the limit"}
	ruleZIPTotal = finding.Rule{Code: "ZIP-009", Source: srcZIP,
		Message: "the entries together are longer than the limit"}
	ruleZIPRatio = finding.Rule{Code: "ZIP-010", Source: srcZIP,
		Message: "an entry shrinks more than the limit allows, or the entries overlap"}
	ruleZIPContent = finding.Rule{Code: "ZIP-011", Source: srcZIP,
		Message: "an entry's content does not have the length or checksum that the directory names"}
)

func storeRules() []finding.Rule {
	return []finding.Rule{
		ruleLockHeader, ruleLockLineEnd, ruleLockSize, ruleLockFields, ruleLockText, ruleLockHash, ruleLockTime, ruleLockFile, ruleLockTwice, ruleLockOrder,
		rulePinHash, rulePinIdentity, rulePinUnreadable, rulePinSize, rulePinReplaced, rulePinAmbiguous,
		ruleZIPForm, ruleZIPSize, ruleZIPCount, ruleZIPName, ruleZIPTwice, ruleZIPKind, ruleZIPMethod, ruleZIPFileSize, ruleZIPTotal, ruleZIPRatio, ruleZIPContent,
	}
}

func pinInvalid(f ...finding.Finding) error { return &finding.InvalidError{Findings: f} }
