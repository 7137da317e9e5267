/* What libxml2 and libxmlsec1 take for the work that BenchmarkPeers of
 * xoev/signature does: the processor time of one time, in microseconds, as the
 * mean of as many as fill a third of a second. See README.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libxml/SAX2.h>
#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <openssl/evp.h>
#include <xmlsec/crypto.h>
#include <xmlsec/keys.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

static char *doc;
static int doc_len;
static xmlSecKeyPtr key;

static void die(const char *why) {
	fprintf(stderr, "xmlbench: %s\n", why);
	exit(1);
}

static void load(const char *file) {
	FILE *f = fopen(file, "rb");
	if (f == NULL) die("cannot open the file");
	fseek(f, 0, SEEK_END);
	doc_len = (int)ftell(f);
	rewind(f);
	doc = malloc(doc_len);
	if (doc == NULL || fread(doc, 1, doc_len, f) != (size_t)doc_len) die("cannot read the file");
	fclose(f);
}

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

/* sax: events that nobody looks at */
static void start(void *c, const xmlChar *l, const xmlChar *p, const xmlChar *u, int n, const xmlChar **ns,
                  int na, int nd, const xmlChar **at) {}
static void end(void *c, const xmlChar *l, const xmlChar *p, const xmlChar *u) {}
static void text(void *c, const xmlChar *t, int n) {}

static void sax(void) {
	xmlSAXHandler h;
	memset(&h, 0, sizeof h);
	h.initialized = XML_SAX2_MAGIC;
	h.startElementNs = start;
	h.endElementNs = end;
	h.characters = h.ignorableWhitespace = text;
	xmlParserCtxtPtr c = xmlCreateMemoryParserCtxt(doc, doc_len);
	xmlCtxtUseOptions(c, XML_PARSE_HUGE | XML_PARSE_NONET);
	*c->sax = h;
	c->sax2 = 1;
	if (xmlParseDocument(c) != 0) die("not well-formed");
	xmlFreeParserCtxt(c);
}

/* tree, exclusive C14N, SHA-256 */
static int hash_write(void *c, const char *b, int n) { return EVP_DigestUpdate(c, b, n) ? n : -1; }
static int hash_close(void *c) { return 0; }

static void c14n(void) {
	xmlDocPtr d = xmlReadMemory(doc, doc_len, "x", NULL, XML_PARSE_HUGE | XML_PARSE_NONET);
	EVP_MD_CTX *h = EVP_MD_CTX_new();
	EVP_DigestInit_ex(h, EVP_sha256(), NULL);
	xmlOutputBufferPtr o = xmlOutputBufferCreateIO(hash_write, hash_close, h, NULL);
	if (d == NULL || xmlC14NDocSaveTo(d, NULL, XML_C14N_EXCLUSIVE_1_0, NULL, 0, o) < 0) die("no canonical form");
	xmlOutputBufferClose(o);
	unsigned char sum[32];
	EVP_DigestFinal_ex(h, sum, NULL);
	EVP_MD_CTX_free(h);
	xmlFreeDoc(d);
}

/* libxmlsec1 gets the key itself, so it looks at no certificate. */
static xmlDocPtr parse(xmlNodePtr *signature) {
	xmlDocPtr d = xmlReadMemory(doc, doc_len, "x", NULL, XML_PARSE_HUGE | XML_PARSE_NONET);
	if (d == NULL) die("not well-formed");
	xmlNodePtr root = xmlDocGetRootElement(d);
	xmlAttrPtr id = xmlHasProp(root, BAD_CAST "ID");
	if (id != NULL) {
		xmlChar *value = xmlNodeListGetString(d, id->children, 1);
		xmlAddID(NULL, d, value, id);
		xmlFree(value);
	}
	*signature = xmlSecFindNode(root, xmlSecNodeSignature, xmlSecDSigNs);
	if (*signature == NULL) die("no signature");
	return d;
}

static void verify(void) {
	xmlNodePtr s;
	xmlDocPtr d = parse(&s);
	xmlSecDSigCtxPtr c = xmlSecDSigCtxCreate(NULL);
	c->signKey = xmlSecKeyDuplicate(key);
	if (xmlSecDSigCtxVerify(c, s) < 0 || c->status != xmlSecDSigStatusSucceeded) die("the signature is wrong");
	xmlSecDSigCtxDestroy(c);
	xmlFreeDoc(d);
}

static void sign(void) {
	xmlNodePtr s;
	xmlDocPtr d = parse(&s);
	xmlSecDSigCtxPtr c = xmlSecDSigCtxCreate(NULL);
	c->signKey = xmlSecKeyDuplicate(key);
	if (xmlSecDSigCtxSign(c, s) < 0) die("cannot sign");
	xmlChar *out;
	int n;
	xmlDocDumpMemory(d, &out, &n);
	xmlFree(out);
	xmlSecDSigCtxDestroy(c);
	xmlFreeDoc(d);
}

int main(int argc, char **argv) {
	void (*work)(void) = NULL;
	if (argc < 3) die("usage: xmlbench sax|c14n FILE; xmlbench verify FILE CERT; xmlbench sign TEMPLATE KEY");
	xmlInitParser();
	xmlSecInit();
	xmlSecCryptoAppInit(NULL);
	xmlSecCryptoInit();
	load(argv[2]);
	if (strcmp(argv[1], "sax") == 0) work = sax;
	if (strcmp(argv[1], "c14n") == 0) work = c14n;
	if (argc > 3) {
		int signs = strcmp(argv[1], "sign") == 0;
		key = xmlSecCryptoAppKeyLoad(argv[3], signs ? xmlSecKeyDataFormatPem : xmlSecKeyDataFormatCertPem, NULL, NULL, NULL);
		if (key == NULL) die("cannot load the key");
		work = signs ? sign : verify;
	}
	if (work == NULL) die("unknown work");
	work();
	double from = now(), took;
	int n = 0;
	do {
		work();
		n++;
	} while ((took = now() - from) < 333e3);
	printf("%.2f\n", took / n);
	return 0;
}
