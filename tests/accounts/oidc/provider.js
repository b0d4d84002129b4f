// A real identity provider for the tests, on this machine: node provider.js PORT REDIRECT_URI SECRET
// Whoever types a name is that person, with a verified address at lindewaard.nl; "los" has no verified one.
import Provider from "oidc-provider";

const [port, redirect, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: "kompas", client_secret: secret, redirect_uris: [redirect] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["only for tests"] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@lindewaard.nl`, email_verified: id !== "los", name: `${id} van elders` }),
  }),
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
