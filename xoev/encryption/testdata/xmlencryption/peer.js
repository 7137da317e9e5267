// Encrypts and decrypts with npm's xml-encryption, as the peer of the tests of
// package encryption: reads a list of jobs as JSON, answers with a list of
// {ok, text}. How often a job is to run is its field times; the answer has the
// milliseconds that all took.
'use strict';
const path = require('path');
const fs = require('fs');
const xmlenc = require(path.join(process.env.EGOV_NODE_PEERS, 'node_modules', 'xml-encryption'));

function once(job) {
  return new Promise((resolve) => {
    const done = (err, text) => resolve(err ? { ok: false, text: String(err) } : { ok: true, text: String(text) });
    if (job.op === 'decrypt') {
      xmlenc.decrypt(job.text, { key: job.key, disallowDecryptionWithInsecureAlgorithm: !job.insecure, warnInsecureAlgorithm: false }, done);
      return;
    }
    const options = {
      rsa_pub: job.public, pem: job.cert,
      encryptionAlgorithm: job.algorithm, keyEncryptionAlgorithm: job.transport, keyEncryptionDigest: job.digest,
      disallowEncryptionWithInsecureAlgorithm: !job.insecure, warnInsecureAlgorithm: false,
    };
    if (job.mgf) options.keyEncryptionMgf = job.mgf;
    if (job.label) options.keyEncryptionOaepParams = job.label;
    xmlenc.encrypt(job.text, options, done);
  });
}

(async () => {
  const answers = [];
  for (const job of JSON.parse(fs.readFileSync(0, 'utf8'))) {
    const start = process.hrtime.bigint();
    let answer;
    for (let i = 0; i < (job.times || 1); i++) answer = await once(job);
    answer.ms = Number(process.hrtime.bigint() - start) / 1e6;
    answers.push(answer);
  }
  process.stdout.write(JSON.stringify(answers));
})();
