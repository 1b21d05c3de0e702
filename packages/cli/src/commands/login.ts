import { hostname, userInfo } from "node:os";
import { parseArgs } from "node:util";
import type { ApiToken, CreatedApiToken, Role, Session } from "@rookery/host/api";
import { type RunCommand, UsageError } from "../command.ts";
import { printable } from "../printable.ts";
import { type Api, openApi, requestOf } from "../remote/api.ts";
import { ask, askSecret } from "../remote/ask.ts";
import { hostUrl } from "../remote/chosen-host.ts";
import { knownHostsFile, readKnownHosts, writeKnownHosts } from "../remote/known-hosts.ts";

const DAYS = 90;

/** `rookery login <address>`: signs in once, for a token that the other commands use. The password is not kept. */
export const login: RunCommand = async (args, { out }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      user: { type: "string" },
      days: { type: "string", default: String(DAYS) },
      json: { type: "boolean", default: false },
    },
  });
  const [address, ...more] = positionals;
  if (address === undefined || more.length > 0) throw new UsageError("Say at which host, by its address.");
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 1 || days > 365) {
    throw new UsageError("--days is how many days the login holds: 1 to 365.");
  }
  const url = hostUrl(address);
  if (values.user === undefined && !process.stdin.isTTY) throw new UsageError("Say who you are with --user.");
  const name = values.user ?? (await ask(`Name at ${url}: `));
  const password = await askSecret(`Password of ${name}: `);

  const signedIn = await requestOf(url, "POST", "/session", {}, { name, password });
  const { user, mustSetPassword } = (await signedIn.json()) as Session;
  const cookie = signedIn.headers.getSetCookie().map((line) => line.split(";")[0]);
  const session = openApi(url, { cookie: cookie.join("; ") });
  if (mustSetPassword) throw new Error(`Set a password on the page first: ${url}`);
  const token = await takeToken(session, { role: user.role, days });
  await session.send("DELETE", "/session");

  const file = knownHostsFile(process.env);
  const others = (await readKnownHosts(file)).filter((host) => host.url !== url);
  const facts = { url, user: user.name, role: user.role, expiresAt: token.expiresAt };
  await writeKnownHosts(file, [{ ...facts, token: token.token, tokenId: token.id }, ...others]);
  const text = `You are logged in at ${url} as ${user.name} (${user.role}), until ${token.expiresAt.slice(0, 10)}.\n`;
  out.write(values.json ? `${JSON.stringify(facts)}\n` : printable(text));
};

/** One for this person on this machine, in place of the one that an earlier login left. */
async function takeToken(session: Api, wanted: { role: Role; days: number }): Promise<CreatedApiToken> {
  const name = `rookery of ${userInfo().username} on ${hostname()}`.slice(0, 64);
  const tokens = await session.get<ApiToken[]>("/tokens");
  const before = tokens.find((token) => token.name === name);
  if (before) await session.send("DELETE", `/tokens/${before.id}`);
  return await session.send<CreatedApiToken>("POST", "/tokens", { name, ...wanted });
}
