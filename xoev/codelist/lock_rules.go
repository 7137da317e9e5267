package codelist

import (
	"slices"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
)

const (
	lockSource  = "package codelist, lock file format 1"
	storeSource = "package codelist, Store"
	zipSource   = "package codelist, OpenZIP"
)

func pinRule(code, source, message string) finding.Rule {
	return finding.Rule{Code: code, Severity: finding.Error, Source: source, Message: message}
}

// The rules of lock file, store and ZIP source are constants in all but name.
func ruleLockHeader() finding.Rule {
	return pinRule("LOCK-001", lockSource, "The first line is not the lock file's head \"egov-codelist-lock 1\".")
}
func ruleLockLineEnd() finding.Rule {
	return pinRule("LOCK-002", lockSource, "A line does not end with a single line feed; keep the folder out of line end conversion.")
}
func ruleLockSize() finding.Rule {
	return pinRule("LOCK-003", lockSource, "The lock file is longer than the limit.")
}
func ruleLockFields() finding.Rule {
	return pinRule("LOCK-004", lockSource, "A line does not have exactly five fields separated by one tab each.")
}
func ruleLockText() finding.Rule {
	return pinRule("LOCK-005", lockSource, "Kennung or version is empty, too long, not UTF-8, or holds control characters or outer spaces.")
}
func ruleLockHash() finding.Rule {
	return pinRule("LOCK-006", lockSource, "The hash is not \"sha256:\" and 64 lower-case hexadecimal digits.")
}
func ruleLockTime() finding.Rule {
	return pinRule("LOCK-007", lockSource, "The retrieval time is neither \"-\" nor UTC in the form 2006-01-02T15:04:05Z.")
}
func ruleLockFile() finding.Rule {
	return pinRule("LOCK-008", lockSource, "The file is not a relative path with slashes inside the source.")
}
func ruleLockTwice() finding.Rule {
	return pinRule("LOCK-009", lockSource, "The same version of a list is pinned twice.")
}
func ruleLockOrder() finding.Rule {
	return pinRule("LOCK-010", lockSource, "The lines are not ordered by kennung and version.")
}

func ruleHash() finding.Rule {
	return pinRule("PIN-001", storeSource, "The file's bytes do not have the pinned hash.")
}
func ruleIdentity() finding.Rule {
	return pinRule("PIN-002", storeSource, "The list names another kennung or version than the lock file.")
}
func ruleUnreadable() finding.Rule {
	return pinRule("PIN-003", storeSource, "The file is not a code list in genericode.")
}
func ruleListSize() finding.Rule {
	return pinRule("PIN-004", storeSource, "The file is longer than the limit.")
}
func ruleReplaced() finding.Rule {
	return pinRule("PIN-005", storeSource, "The content fetched for a version differs from the content pinned before.")
}

func ruleZIPForm() finding.Rule {
	return pinRule("ZIP-001", zipSource, "The archive's directory cannot be read.")
}
func ruleZIPSize() finding.Rule {
	return pinRule("ZIP-002", zipSource, "The archive is longer than the limit.")
}
func ruleZIPCount() finding.Rule {
	return pinRule("ZIP-003", zipSource, "The archive has more entries than the limit.")
}
func ruleZIPName() finding.Rule {
	return pinRule("ZIP-004", zipSource, "An entry's name is not a relative path with slashes inside the archive.")
}
func ruleZIPTwice() finding.Rule {
	return pinRule("ZIP-005", zipSource, "Two entries have the same name, if upper and lower case do not count, or one is a folder of the other's path.")
}
func ruleZIPKind() finding.Rule {
	return pinRule("ZIP-006", zipSource, "An entry is neither a regular file nor a folder.")
}
func ruleZIPMethod() finding.Rule {
	return pinRule("ZIP-007", zipSource, "An entry is encrypted or compressed by another method than deflate.")
}
func ruleZIPFileSize() finding.Rule {
	return pinRule("ZIP-008", zipSource, "An entry is longer than the limit.")
}
func ruleZIPTotal() finding.Rule {
	return pinRule("ZIP-009", zipSource, "The entries together are longer than the limit.")
}
func ruleZIPRatio() finding.Rule {
	return pinRule("ZIP-010", zipSource, "An entry shrinks more than the limit allows, or the entries overlap.")
}
func ruleZIPContent() finding.Rule {
	return pinRule("ZIP-011", zipSource, "An entry's content does not have the length or checksum that the directory names.")
}

// StoreRules returns the rules that lock files, stores and ZIP archives can
// break, ordered by code. The slice is the caller's.
func StoreRules() []finding.Rule {
	rules := []finding.Rule{
		ruleLockHeader(), ruleLockLineEnd(), ruleLockSize(), ruleLockFields(), ruleLockText(),
		ruleLockHash(), ruleLockTime(), ruleLockFile(), ruleLockTwice(), ruleLockOrder(),
		ruleHash(), ruleIdentity(), ruleUnreadable(), ruleListSize(), ruleReplaced(),
		ruleZIPForm(), ruleZIPSize(), ruleZIPCount(), ruleZIPName(), ruleZIPTwice(), ruleZIPKind(),
		ruleZIPMethod(), ruleZIPFileSize(), ruleZIPTotal(), ruleZIPRatio(), ruleZIPContent(),
	}
	slices.SortFunc(rules, func(a, b finding.Rule) int { return strings.Compare(a.Code, b.Code) })
	return rules
}

func pinInvalid(f ...finding.Finding) error { return &finding.InvalidError{Findings: f} }
