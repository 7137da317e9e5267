// An OpenID provider of the npm package oidc-provider with one account, for
// TestAnotherProvider. Arguments: redirect URI, "json" or "jwt". Prints its
// issuer once it listens.
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const [redirect, userinfo] = process.argv.slice(2);
const require = createRequire(process.env.EGOV_NODE_PEERS + '/');
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));
const account = {
  sub: 'erika-1', given_name: 'Erika', family_name: 'Mustermann', birthdate: '1964-08-12',
  email: 'erika.mustermann@example.org', email_verified: true,
  address: { street_address: 'Musterstraße 12a', postal_code: '99999', locality: 'Musterstadt', country: 'DE' },
};
const client = {
  client_id: 'parken', client_secret: 'geheim-geheim-geheim-geheim-geheim', redirect_uris: [redirect],
};
if (userinfo === 'jwt') client.userinfo_signed_response_alg = 'RS256';
const server = createServer();
await new Promise((listens) => server.listen(0, '127.0.0.1', listens));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: [client],
  acrValues: ['http://eidas.europa.eu/LoA/substantial', 'http://eidas.europa.eu/LoA/high'],
  claims: { openid: ['sub', 'acr', 'amr'], profile: ['given_name', 'family_name', 'birthdate'], email: ['email', 'email_verified'], address: ['address'] },
  features: { devInteractions: { enabled: false }, jwtUserinfo: { enabled: true } },
  findAccount: () => ({ accountId: account.sub, claims: () => account }),
  interactions: { url: (ctx, i) => `/interaction/${i.uid}` },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid profile email address');
    await grant.save();
    return grant;
  },
});
const callback = provider.callback();
server.on('request', async (req, res) => {
  if (!req.url.startsWith('/interaction/')) return callback(req, res);
  await provider.interactionDetails(req, res);
  await provider.interactionFinished(req, res, { login: { accountId: account.sub, acr: 'http://eidas.europa.eu/LoA/high', amr: ['eid'] } });
});
console.log(issuer);
