// A certified OpenID provider on loopback: node provider.js PORT REDIRECT_URI. Anybody may sign in as any of PEOPLE.
import { Provider } from 'oidc-provider';

const [port, redirect] = process.argv.slice(2);
const PEOPLE = {
  'sub-ada': { name: 'Ada Board', groups: ['cx-board'] },
  'sub-bo': { name: 'Bo Billing', groups: ['cx-owners', 'cx-billing'] },
  'sub-cy': { name: 'Cy Insight', groups: ['cx-insight'] },
  'sub-di': { name: 'Di Steward', groups: ['cx-data'] },
  'sub-ed': { name: '<b>Ed</b> *Nobody*', groups: ['canteen'] },
};

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'bellwether',
    client_secret: 'a-secret-of-the-tests-alone-0123456789',
    redirect_uris: [redirect],
    post_logout_redirect_uris: [redirect],
    grant_types: ['authorization_code'],
    response_types: ['code'],
  }],
  claims: { openid: ['sub'], profile: ['name', 'groups'] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  ttl: { IdToken: Number(process.env.TOKEN_SECONDS || 3600) },
  cookies: { keys: ['tests'] },
  findAccount: (_, id) => PEOPLE[id] && { accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
