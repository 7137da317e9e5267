package lint

import "strings"

// PrefixList names the code list behind [KnownPrefix] with its version.
const PrefixList = "urn:xoev-de:bund:bmi:bit:codeliste:dvdv.praefix_51"

// knownPrefixes are the prefixes of [PrefixList], in the order of bytes: 118
// of them.
const knownPrefixes = `
MELDID ag ags aik alp ane art asb asl asy azr bab bap bet bgs bnd bqa bqp bta btg bth btk bto btw
bty bwb bza dbs dmb dsc eap ebb egs ehp eid eip ent fap feb fep fib fin fsp fss gaa gab gba ghb gka
gru gsb gst hwk hza iga ihk jab jga kat kka kop kos lap las lfu lic lvb mad mbp mrh omp opt ora pab
pap pbp pbs pdb pdl pfg pin psb psw rel sap sbb sfd soa sop sps stb stk svb tpg töj ubb ufb unb upo
usv uvs uwp vbe vma vps vsb wab wap wbs wgb wgp whp wku wrb xga zfd zla zlp
`

// KnownPrefix reports whether a category of authorities ("psw", "ags") is in
// [PrefixList], the version of the DVDV's list that this library knows. The
// list grows: a prefix that is missing here may be in a later one.
func KnownPrefix(prefix string) bool {
	for known := range strings.FieldsSeq(knownPrefixes) {
		if known == prefix {
			return true
		}
	}
	return false
}
