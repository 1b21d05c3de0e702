import { createHash, type KeyObject } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "@rookery/plugin-sdk/manifest";
import { stringify } from "yaml";
import type { Difference } from "../api/contract.ts";
import { createTestHttp, register, startTestHomeserver } from "./homeserver.ts";
import { startTestHost } from "./host.ts";
import { bundleOf, PLUGIN } from "./plugin-host.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

// biome-ignore lint/suspicious/noExplicitAny: a configuration as a person writes it, right or wrong
export type Yaml = Record<string, any>;

const MORE: Partial<Manifest> = {
  permissions: { network: ["api.example.org"], webhooks: true },
  configSchema: {
    type: "object",
    properties: {
      greeting: { type: "string", default: "Hello" },
      token: { type: "string", format: "secret" },
    },
    additionalProperties: false,
  },
};
const GREETS =
  'bot.command("hello", "Greet", (ctx) => ctx.reply(bot.config.greeting + ", " + (bot.config.token ?? "nobody")))';

/** A folder with a `rookery.yaml`, the files that it names, and a homeserver on which its account lives. */
export async function declaredFolder(options: Parameters<typeof startTestHomeserver>[0] = {}) {
  const folder = temporaryDirectory();
  const homeserver = await startTestHomeserver(options);
  const http = createTestHttp();
  const [ada, bot] = [await register(homeserver, http, "ada"), await register(homeserver, http, "bot")];
  const write = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  /** @returns what `plugins` has of it */
  const bundle = (version: string, more: Partial<Manifest> = {}, signWith?: KeyObject) => {
    const bytes = bundleOf(version, GREETS, { ...MORE, ...more }, signWith);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { path: write(`test-${version}.mbp`, bytes), sha256 };
  };
  const base: Yaml = {
    users: { grace: { role: "deployer" } },
    plugins: {
      [PLUGIN]: { ...bundle("1.0.0"), grants: { network: ["api.example.org"] }, refused: { webhooks: true } },
    },
    accounts: {
      greeter: {
        ...{ userId: bot.userId, homeserver: homeserver.url },
        passwordFile: write("password", `${bot.password}\n`),
      },
    },
    instances: {
      hello: {
        ...{ plugin: PLUGIN, account: "greeter", config: { greeting: "Good day" } },
        secretFiles: { "/token": write("token", "hunter2\n") },
      },
    },
  };
  const configFile = join(folder, "rookery.yaml");
  const declare = (yaml: Yaml | string) =>
    writeFileSync(configFile, typeof yaml === "string" ? yaml : stringify(yaml));
  declare(base);
  return { folder, homeserver, ada, bot, write, bundle, base, configFile, declare };
}

const ADMIN = { name: "admin", password: "correct horse" };

/** A host with such a configuration; all of it is applied. */
export async function startDeclaredHost(
  { configFile }: { configFile: string },
  dataDir = join(temporaryDirectory(), "data"),
) {
  const host = await startTestHost({ configFile, dataDir });
  await host.host.applied();
  const signedIn = await host.send("POST", "/api/v1/session", { body: ADMIN });
  let cookie = String(signedIn.headers["set-cookie"]).split(";")[0] ?? "";
  const call: typeof host.call = (method, path, more = {}) =>
    host.send(method, `/api/v1${path}`, { ...more, headers: { cookie } });
  if (signedIn.status !== 200) {
    cookie = String((await host.signIn()).headers["set-cookie"]).split(";")[0] ?? "";
    await call("PUT", "/session/password", { body: ADMIN });
  }
  /** What `GET /configuration/differences` says, each as one line. */
  const differences = async () => {
    const { body } = await call("GET", "/configuration/differences");
    return (body as Difference[]).map(
      ({ action, kind, name, changes, problem }) =>
        `${action} ${kind} ${name}: ${changes.map(({ field }) => field).join(", ")}${problem === null ? "" : ` (${problem})`}`,
    );
  };
  const notices = async (id: string) =>
    ((await call("GET", "/notices")).body as { id: string; message: string; remedy: string }[]).filter(
      (notice) => notice.id.startsWith(id),
    );
  return { ...host, call, dataDir, differences, notices };
}
