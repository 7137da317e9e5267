package camt

import (
	"hash/maphash"
	"io"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// CheckOptions say what a [Check] knows beside the file.
type CheckOptions struct {
	Options
	// Last holds the number (ElctrncSeqNb) and the creation time of the last
	// statement of each account, by [Account.Key], from the reports before.
	Last map[string]Number
	// MaxRefs is how many entries are looked at for repeated ones; each takes
	// about 16 bytes of memory (default 1,000,000).
	MaxRefs int
}

// Number is a statement's place in the series of its account.
type Number struct {
	Number int64
	// Created is the bank's time; numbers may begin again with the year.
	Created string
}

// CheckReport is what [Check] finds. Its zero value judges nothing.
type CheckReport struct {
	Verdict  finding.Verdict
	Findings []finding.Finding
	Message  Message
	// Statements sums up each statement, at most 10,000 of them.
	Statements []Checked
	// Last is what to keep for the next check.
	Last map[string]Number
}

// Checked sums up one statement.
type Checked struct {
	ID      string
	Account string // [Account.Key]
	Number  int64
	// Entries counts those booked, Pending the others, Details all details.
	Entries, Pending, Details int64
	// Credit and Debit add up the booked entries in the currency of the
	// account or its first balance or entry.
	Credit, Debit Amount
	// Opening and Closing are nil if the bank gives none.
	Opening, Closing *Balance
}

const maxStatements = 10000

// Check reads a whole file and judges whether it holds together: opening
// balance and booked entries make the closing balance (camt.053), the summary
// counts the entries, the details make the entry, no number of a statement is
// missing or repeated, no entry stands twice. A file that cannot be read is a
// *finding.InvalidError. Warnings leave the verdict Accepted.
func Check(r io.Reader, o *CheckOptions) (*CheckReport, error) {
	if o == nil {
		o = &CheckOptions{}
	}
	c := &checker{r: NewReader(r, &o.Options), last: map[string]Number{}, refs: map[uint64]struct{}{}, seed: maphash.MakeSeed(), maxRefs: o.MaxRefs}
	if c.maxRefs <= 0 {
		c.maxRefs = 1000000
	}
	for k, n := range o.Last {
		c.last[k] = n
	}
	for c.r.NextStatement() {
		c.statement()
	}
	if err := c.r.Err(); err != nil {
		return nil, err
	}
	if !c.r.message.LastPage {
		c.add(rulePage, xmlscan.Position{})
	}
	c.report.Message, c.report.Last = c.r.message, c.last
	c.report.Verdict = finding.Judge(c.report.Findings)
	return &c.report, nil
}

type checker struct {
	r       *Reader
	report  CheckReport
	last    map[string]Number
	refs    map[uint64]struct{}
	seed    maphash.Seed
	maxRefs int
	many    bool
}

func (c *checker) add(rule finding.Rule, p xmlscan.Position) {
	if len(c.report.Findings) < 1000 {
		c.report.Findings = append(c.report.Findings, rule.At("", p.Line, p.Column, nil))
	}
}

func (c *checker) statement() {
	st := c.r.Statement()
	sum := Checked{ID: st.ID, Account: st.Account.Key(), Number: st.Number}
	c.number(st)
	opening, closing := st.balance("OPBD", "PRCD"), st.balance("CLBD")
	sum.Opening, sum.Closing = opening, closing
	currency := st.Account.Currency
	if opening != nil {
		currency = opening.Amount.Currency
	}
	all, allOK := int64(0), true
	for c.r.NextEntry() {
		e := c.r.Entry()
		if currency == "" {
			currency = e.Amount.Currency
		}
		if e.Amount.Currency != currency {
			c.add(ruleCurrency, e.Pos)
			allOK = false
		}
		var fits bool
		if all, fits = plus(all, e.Amount.Units); !fits {
			allOK = false
		}
		dst := &sum.Credit
		if e.Debit {
			dst = &sum.Debit
		}
		if e.Booked() {
			sum.Entries++
			if dst.Units, fits = plus(dst.Units, e.Amount.Units); !fits {
				allOK = false
			}
		} else {
			sum.Pending++
		}
		c.repeated(sum.Account, e)
		sum.Details += c.details(e)
	}
	sum.Credit.Currency, sum.Debit.Currency = currency, currency
	if c.r.Err() != nil {
		return
	}
	c.judge(st, &sum, all, allOK)
	if len(c.report.Statements) < maxStatements {
		c.report.Statements = append(c.report.Statements, sum)
	}
}

// balance returns the first balance of the first type that there is.
func (st *Statement) balance(types ...string) *Balance {
	for _, t := range types {
		for _, b := range st.Balances {
			if b.Type == t {
				return &b
			}
		}
	}
	return nil
}

func (c *checker) judge(st *Statement, sum *Checked, all int64, allOK bool) {
	if t := st.Totals; t != nil && allOK {
		n := sum.Entries + sum.Pending
		if t.Entries >= 0 && t.Entries != n || t.Units >= 0 && t.Units != all {
			c.add(ruleTotals, st.Pos)
		}
	}
	if c.r.message.Kind != StatementDay {
		return
	}
	if sum.Opening == nil || sum.Closing == nil {
		c.add(ruleUnbounded, st.Pos)
		return
	}
	want := signed(*sum.Opening) + sum.Credit.Units - sum.Debit.Units
	if sum.Closing.Amount.Currency != sum.Opening.Amount.Currency || !allOK || want != signed(*sum.Closing) {
		c.add(ruleBalance, st.Pos)
	}
}

func signed(b Balance) int64 {
	if b.Debit {
		return -b.Amount.Units
	}
	return b.Amount.Units
}

// number compares the statement's number with the one before.
func (c *checker) number(st *Statement) {
	if st.Number == 0 {
		return
	}
	now := Number{st.Number, st.Created}
	before, known := c.last[st.Account.Key()]
	c.last[st.Account.Key()] = now
	if !known {
		return
	}
	newYear := len(now.Created) >= 4 && len(before.Created) >= 4 && now.Created[:4] > before.Created[:4]
	switch {
	case now.Number == before.Number+1, newYear && now.Number == 1:
	case newYear && now.Number <= before.Number, now.Number > before.Number+1:
		c.add(ruleGap, st.Pos)
	default:
		c.last[st.Account.Key()] = before
		c.add(ruleBackward, st.Pos)
	}
}

// repeated looks for an entry with the same reference, direction and amount.
func (c *checker) repeated(account string, e *Entry) {
	if e.ServicerRef == "" {
		return
	}
	if len(c.refs) >= c.maxRefs {
		if !c.many {
			c.many = true
			c.add(ruleManyRefs, e.Pos)
		}
		return
	}
	var h maphash.Hash
	h.SetSeed(c.seed)
	for _, part := range []string{account, e.ServicerRef, e.Amount.Currency, e.Status} {
		h.WriteString(part)
		h.WriteByte(0)
	}
	for n := e.Amount.Units; n > 0; n >>= 8 {
		h.WriteByte(byte(n))
	}
	if e.Debit {
		h.WriteByte(0)
	}
	key := h.Sum64()
	if _, twice := c.refs[key]; twice {
		c.add(ruleTwice, e.Pos)
		return
	}
	c.refs[key] = struct{}{}
}

// details counts the details and compares their sum with the entry's amount
// where each gives one in the entry's currency.
func (c *checker) details(e *Entry) (n int64) {
	sum, known := int64(0), true
	for c.r.NextDetail() {
		n++
		d := c.r.Detail()
		if d.Amount == nil || d.Amount.Currency != e.Amount.Currency {
			known = false
			continue
		}
		units := d.Amount.Units
		if d.Debit != e.Debit {
			units = -units
		}
		var fits bool
		if sum, fits = plus(sum, units); !fits {
			known = false
		}
	}
	if n > 0 && known && sum != e.Amount.Units {
		c.add(ruleDetails, e.Pos)
	}
	return n
}
