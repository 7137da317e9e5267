// Signs and verifies with the npm package xml-crypto, as the peer of the tests of
// package signature. Reads jobs as JSON from standard input:
//   {"do": "verify", "file", "cert"} or {"do": "sign", "file", "out", "key", "cert", "method", "digest", "canonical"}
// and answers with a JSON list of "valid", "signed" or an error's text.
'use strict';
const fs = require('fs');
const path = require('path');
const root = process.env.EGOV_NODE_PEERS;
const { SignedXml } = require(path.join(root, 'node_modules', 'xml-crypto'));
const { DOMParser } = require(path.join(root, 'node_modules', '@xmldom', 'xmldom'));

function verify(job) {
  const text = fs.readFileSync(job.file, 'utf8');
  const doc = new DOMParser().parseFromString(text, 'text/xml');
  const all = doc.getElementsByTagNameNS('http://www.w3.org/2000/09/xmldsig#', 'Signature');
  const sig = new SignedXml({ publicCert: fs.readFileSync(job.cert, 'utf8'), getCertFromKeyInfo: () => null });
  sig.loadSignature(all[0]);
  return sig.checkSignature(text) ? 'valid' : 'invalid';
}

function sign(job) {
  const sig = new SignedXml({
    privateKey: fs.readFileSync(job.key, 'utf8'),
    publicCert: fs.readFileSync(job.cert, 'utf8'),
    signatureAlgorithm: job.method,
    canonicalizationAlgorithm: job.canonical,
  });
  sig.addReference({
    xpath: '/*',
    digestAlgorithm: job.digest,
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', job.canonical],
  });
  sig.computeSignature(fs.readFileSync(job.file, 'utf8'), { prefix: 'ds' });
  fs.writeFileSync(job.out, sig.getSignedXml());
  return 'signed';
}

const answers = JSON.parse(fs.readFileSync(0, 'utf8')).map((job) => {
  try {
    return job.do === 'verify' ? verify(job) : sign(job);
  } catch (e) {
    return 'error: ' + e.message;
  }
});
process.stdout.write(JSON.stringify(answers));
