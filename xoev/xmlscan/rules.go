package xmlscan

import (
	"slices"

	"github.com/bausteine/egov/xoev/finding"
)

// rule is an index into the catalogue.
type rule uint8

const (
	ruleNoRoot rule = iota
	ruleEnd
	ruleOutsideRoot
	ruleSecondRoot
	ruleUTF8
	ruleChar
	ruleEncoding
	ruleDeclaration
	ruleVersion
	ruleDoctype
	ruleEntity
	ruleReference
	ruleCharReference
	ruleTextEnd
	ruleCommentDashes
	ruleTargetXML
	ruleTargetColon
	ruleProcInst
	ruleMarkup
	ruleName
	ruleAttrSpace
	ruleAttrEquals
	ruleAttrQuote
	ruleAttrLess
	ruleAttrTwice
	ruleEndTagMatch
	ruleEndTagForm
	ruleStartTagForm
	ruleQName
	rulePrefixUnbound
	ruleExpandedTwice
	ruleXmlnsReserved
	ruleXMLReserved
	rulePrefixUndeclared
	ruleNamespaceURI
	ruleMaxBytes
	ruleMaxDepth
	ruleMaxAttrs
	ruleMaxTokenBytes
	ruleMaxNames
	ruleMaxNameLen
	ruleMaxNamespaces
	ruleSimpleContent
	ruleTextLength
)

const (
	xml10 = "XML 1.0 (Fifth Edition), "
	ns10  = "Namespaces in XML 1.0 (Third Edition), "
	own   = "xmlscan, Options."
)

// catalogue holds every rule, in the order of the constants above. Codes are
// stable; a code that is withdrawn is not used again.
var catalogue = [...]finding.Rule{
	ruleNoRoot:           {Code: "XML-001", Source: xml10 + "2.1 [1]", Message: "the document has no root element"},
	ruleEnd:              {Code: "XML-002", Source: xml10 + "2.1 [1]", Message: "the input ends inside the document"},
	ruleOutsideRoot:      {Code: "XML-003", Source: xml10 + "2.1 [1], 2.8 [27]", Message: "only comments, processing instructions and white space may stand outside the root element"},
	ruleSecondRoot:       {Code: "XML-004", Source: xml10 + "2.1 [1]", Message: "an element follows the root element"},
	ruleUTF8:             {Code: "XML-005", Source: xml10 + "4.3.3", Message: "the bytes are not UTF-8"},
	ruleChar:             {Code: "XML-006", Source: xml10 + "2.2 [2]", Message: "the character is not allowed in XML"},
	ruleEncoding:         {Code: "XML-007", Source: xml10 + "4.3.3 (narrowed to UTF-8)", Message: "the document is declared or marked to be in an encoding other than UTF-8"},
	ruleDeclaration:      {Code: "XML-008", Source: xml10 + "2.8 [23]", Message: "the XML declaration is malformed"},
	ruleVersion:          {Code: "XML-009", Source: xml10 + "2.8 [26] (narrowed to 1.0)", Message: "the XML version is not 1.0"},
	ruleDoctype:          {Code: "XML-010", Source: xml10 + "2.8 [28] (refused)", Message: "document type declarations are refused"},
	ruleEntity:           {Code: "XML-011", Source: xml10 + "4.1, Entity Declared; 4.6", Message: "the entity is not one of amp, lt, gt, apos, quot"},
	ruleReference:        {Code: "XML-012", Source: xml10 + "2.4; 4.1 [66] [68]", Message: "an ampersand does not begin a well-formed reference"},
	ruleCharReference:    {Code: "XML-013", Source: xml10 + "4.1, Legal Character", Message: "the character reference names a character that is not allowed in XML"},
	ruleTextEnd:          {Code: "XML-014", Source: xml10 + "2.4 [14]", Message: "the characters ]]> stand in text"},
	ruleCommentDashes:    {Code: "XML-015", Source: xml10 + "2.5 [15]", Message: "two hyphens stand inside a comment"},
	ruleTargetXML:        {Code: "XML-016", Source: xml10 + "2.6 [17], 2.8", Message: "a processing instruction has the reserved target xml; an XML declaration stands at the very start only"},
	ruleTargetColon:      {Code: "XML-017", Source: ns10 + "7", Message: "the target of a processing instruction holds a colon"},
	ruleProcInst:         {Code: "XML-018", Source: xml10 + "2.6 [16]", Message: "the processing instruction is malformed"},
	ruleMarkup:           {Code: "XML-019", Source: xml10 + "2.5 [15], 2.7 [18]", Message: "after <! there is neither a comment nor a CDATA section"},
	ruleName:             {Code: "XML-020", Source: xml10 + "2.3 [4] [4a] [5]", Message: "a name is missing or holds a character not allowed there"},
	ruleAttrSpace:        {Code: "XML-021", Source: xml10 + "3.1 [40]", Message: "white space is missing between attributes"},
	ruleAttrEquals:       {Code: "XML-022", Source: xml10 + "2.8 [25], 3.1 [41]", Message: "an attribute has no equals sign"},
	ruleAttrQuote:        {Code: "XML-023", Source: xml10 + "2.3 [10], 3.1 [41]", Message: "an attribute value is not quoted"},
	ruleAttrLess:         {Code: "XML-024", Source: xml10 + "3.1, No < in Attribute Values", Message: "the character < stands in an attribute value"},
	ruleAttrTwice:        {Code: "XML-025", Source: xml10 + "3.1, Unique Att Spec", Message: "an attribute occurs twice in a start tag"},
	ruleEndTagMatch:      {Code: "XML-026", Source: xml10 + "3, Element Type Match", Message: "an end tag does not match the start tag"},
	ruleEndTagForm:       {Code: "XML-027", Source: xml10 + "3.1 [42]", Message: "an end tag is malformed"},
	ruleStartTagForm:     {Code: "XML-028", Source: xml10 + "3.1 [40] [44]", Message: "a start tag is malformed"},
	ruleQName:            {Code: "XML-029", Source: ns10 + "4 [7]; 7", Message: "a name has a colon in the wrong place"},
	rulePrefixUnbound:    {Code: "XML-030", Source: ns10 + "5, Prefix Declared", Message: "a namespace prefix is not declared"},
	ruleExpandedTwice:    {Code: "XML-031", Source: ns10 + "6.3, Attributes Unique", Message: "two attributes of an element have the same namespace name and local name"},
	ruleXmlnsReserved:    {Code: "XML-032", Source: ns10 + "3, Reserved Prefixes and Namespace Names", Message: "the prefix xmlns or its namespace name is declared or used for an element"},
	ruleXMLReserved:      {Code: "XML-033", Source: ns10 + "3, Reserved Prefixes and Namespace Names", Message: "the prefix xml is bound to another namespace name, or its namespace name to another prefix"},
	rulePrefixUndeclared: {Code: "XML-034", Source: ns10 + "5, No Prefix Undeclaring", Message: "a prefix is declared with an empty namespace name"},
	ruleNamespaceURI:     {Code: "XML-035", Source: ns10 + "2, 2.2 (relative references refused); RFC 3986, 3", Message: "a namespace name is not an absolute URI"},
	ruleMaxBytes:         {Code: "XML-040", Source: own + "MaxBytes", Message: "the document is larger than allowed"},
	ruleMaxDepth:         {Code: "XML-041", Source: own + "MaxDepth", Message: "elements are nested deeper than allowed"},
	ruleMaxAttrs:         {Code: "XML-042", Source: own + "MaxAttrs", Message: "a start tag has more attributes than allowed"},
	ruleMaxTokenBytes:    {Code: "XML-043", Source: own + "MaxTokenBytes", Message: "a tag, comment or processing instruction is longer than allowed"},
	ruleMaxNames:         {Code: "XML-044", Source: own + "MaxNames", Message: "the document has more distinct names than allowed"},
	ruleMaxNameLen:       {Code: "XML-045", Source: own + "MaxNameLen", Message: "a name or reference is longer than allowed"},
	ruleMaxNamespaces:    {Code: "XML-046", Source: own + "MaxNamespaces", Message: "more namespace declarations are in scope than allowed"},
	ruleSimpleContent:    {Code: "XML-050", Source: "xmlscan, Scanner.ElementText", Message: "an element that must hold text only has a child element"},
	ruleTextLength:       {Code: "XML-051", Source: "xmlscan, Scanner.ElementText", Message: "the text of an element is longer than allowed"},
}

// Rules returns the catalogue: every rule that a [*SyntaxError] of this
// package can name, ordered by code. The slice is the caller's.
func Rules() []finding.Rule { return slices.Clone(catalogue[:]) }
