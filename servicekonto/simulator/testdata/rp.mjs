// A relying party of the npm package openid-client, for TestAnotherClient.
// Arguments: issuer, redirect URI, "basic" or "post". Prints the claims.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [issuer, redirect, auth] = process.argv.slice(2);
const require = createRequire(process.env.EGOV_NODE_PEERS + '/');
const client = await import(pathToFileURL(require.resolve('openid-client')));
const method = auth === 'basic' ? client.ClientSecretBasic('geheim+/=') : client.ClientSecretPost('geheim+/=');
const config = await client.discovery(new URL(issuer), 'parken', undefined, method, { execute: [client.allowInsecureRequests] });
client.enableNonRepudiationChecks(config); // verify the ID token's signature too
const verifier = client.randomPKCECodeVerifier();
const expectedState = client.randomState();
const expectedNonce = client.randomNonce();
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: redirect, scope: 'openid profile email address organisation', state: expectedState, nonce: expectedNonce, max_age: '300',
  code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
});
const page = await (await fetch(url)).text();
const form = new URLSearchParams({ anfrage: /name="anfrage" value="([^"]+)"/.exec(page)[1], konto: 'muster-gmbh', niveau: 'hoch', aktion: 'anmelden' });
const answer = await fetch(new URL('anmelden', issuer + '/'), { method: 'POST', body: form, redirect: 'manual' });
const tokens = await client.authorizationCodeGrant(config, new URL(answer.headers.get('location')), { pkceCodeVerifier: verifier, expectedState, expectedNonce, maxAge: 300, idTokenExpected: true });
const claims = tokens.claims();
const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
console.log(JSON.stringify({ acr: claims.acr, account_type: claims.account_type, name: info.organisation.name, family_name: info.family_name }));
