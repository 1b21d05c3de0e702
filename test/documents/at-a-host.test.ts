import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DevHomeserver, startDevHomeserver } from "@rookery/dev-homeserver";
import type { Account, CreatedApiToken, Instance, User } from "@rookery/host/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { onPath } from "../available.ts";
import { bundleOf } from "../hostile/plugins.ts";
import { createPerson } from "../matrix/person.ts";
import { register } from "../matrix/register.ts";
import { OPERATOR, type Rookery, startRookery } from "../rookery/rookery.ts";
import { blocksUnder, fencedIn, textOf } from "./blocks.ts";
import { createReader, type Reader } from "./reader.ts";

const TOKEN = "for new bots";
const REMINDERS = `
import { definePlugin } from "@rookery/plugin-sdk";
export default definePlugin({
  migrations: ["CREATE TABLE reminder (text TEXT NOT NULL) STRICT", "INSERT INTO reminder VALUES ('Water the plants.')"],
  setup: (bot) => bot.log.info("It reminds."),
});`;

let root: string;
let homeserver: DevHomeserver;
let rookery: Rookery;
let reader: Reader;
let loggedIn: Record<string, string>;
/** What the documents have only as an example, and what it is here. */
const told: [string | RegExp, string][] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "rookery-documents-"));
  homeserver = await startDevHomeserver({
    ...{ dataDir: join(root, "homeserver"), serverName: "example.org" },
    registration: { tokens: [TOKEN] },
  });
  rookery = await startRookery({ args: ["--playground"] });
  const hello = await rookery.instance("hello");
  await rookery.addInstance({ id: "weather", pluginId: hello.pluginId, accountId: hello.accountId });
  const bundle = await bundleOf("reminders", REMINDERS);
  await writeFile(join(root, "weather.mbp"), bundle);
  const { id: pluginId } = await rookery.addPlugin(bundle);
  await rookery.addInstance({ id: "reminders", pluginId, accountId: hello.accountId });
  await rookery.until("reminders", ({ status }) => status === "running");

  const token = await rookery.api<CreatedApiToken>("POST", "/tokens", { name: "x", role: "admin", days: 1 });
  told.push(
    ["http://127.0.0.1:29316", rookery.url],
    ["rookery_…", token.token],
    // It logs something.
    ["logs instagram", "logs reminders"],
    ["--user ada", `--user ${OPERATOR.name}`],
    ['"name": "ada", "password": "…"', `"name": "${OPERATOR.name}", "password": "${OPERATOR.password}"`],
    ["link ada", `link ${OPERATOR.name}`],
    ["<id>", hello.accountId],
    [/(https:\/\/)?example\.org (?=bot|new-bot)/g, `${homeserver.url} `],
    ["node packages/cli/bin/rookery.mjs", "rookery"],
  );
  loggedIn = { ROOKERY_HOST: rookery.url, ROOKERY_TOKEN: token.token };
  reader = await createReader(root, told, { TOKEN: token.token, ROOKERY_DATA_DIR: rookery.dataDir });
  // What this machine has may have become too old for doctor.
  await reader.program("yt-dlp", "date +%Y.%m.%d");
  if (!onPath("jq")) await reader.program("jq", `node -p 'JSON.parse(fs.readFileSync(0, "utf8"))${"'"}"$2"`);
  if (!onPath("uuidgen")) await reader.program("uuidgen", `node -p 'crypto.randomUUID()'`);
});
afterAll(async () => {
  await rookery?.dispose();
  await homeserver?.close();
  await rm(root, { recursive: true, force: true });
});

it("users and tokens are made with curl", async () => {
  const [add] = blocksUnder("docs/operating.md", "## Users");
  expect(JSON.parse(await reader.follow(add))).toMatchObject({ name: "bob", role: "deployer" });
  const users = await rookery.api<User[]>("GET", "/users");
  expect(users.map(({ name }) => name)).toContain("bob");

  const [signIn, create, use] = blocksUnder("docs/operating.md", "### Tokens for scripts");
  await reader.follow(signIn);
  expect(JSON.parse(await reader.follow(create))).toMatchObject({ name: "backup", role: "viewer" });
  const instances: Instance[] = JSON.parse(await reader.follow(use));
  expect(instances.map(({ id }) => id)).toContain("reminders");
});

it("the command line does all that stands there", async () => {
  const printed = new Map<string, string>();
  const typed: Record<string, string> = {
    login: OPERATOR.password,
    "accounts add h": "the password of bot",
    "accounts add -": TOKEN,
  };
  await register(homeserver.url, "bot", TOKEN);
  for (const block of blocksUnder("docs/operating.md", "### The command line")) {
    const line = block.kind === "command" ? block.line.replace("rookery ", "") : "";
    if (line.includes("-f ")) await (await reader.start(block, /It reminds/)).end();
    const answer = Object.entries(typed).find(([begin]) => line.startsWith(begin))?.[1];
    if (!line.includes("-f ")) printed.set(line.split(/\s{2,}/)[0] ?? "", await reader.follow(block, answer));
  }
  expect(printed.get("ps")).toMatch(/^reminders +running/m);
  expect(printed.get("sql reminders 'SELECT * FROM reminder'")).toContain("Water the plants.");
  expect(await readdir(root)).toEqual(expect.arrayContaining(["weather.tar.gz"]));
  const users = (await rookery.api<Account[]>("GET", "/accounts")).map(({ userId }) => userId);
  expect(users).toEqual(expect.arrayContaining(["@bot:example.org", "@new-bot:example.org"]));
});

it("scripts change what nobody else changed meanwhile, create once, and hear of what happens", async () => {
  const [set, read, change, create, listen] = blocksUnder("docs/operating.md", "### Writing against the API");
  await reader.follow(set);
  await reader.follow(read);
  expect(JSON.parse(await reader.follow(change))).toMatchObject({ config: { greeting: "Hi" } });
  expect(JSON.parse(await reader.follow(create))).toMatchObject({ name: "ci" });
  await (await reader.start(listen, /^event: open$/m)).end();
});

it("scripts read what the last days were like", async () => {
  for (const block of blocksUnder("docs/operating.md", "### The last days")) {
    expect(JSON.parse(await reader.follow(block))).not.toHaveProperty("code");
  }
});

it("Prometheus has nothing to say against the metrics, each of which is in the table", async () => {
  const answer = await fetch(`${rookery.url}/metrics`, {
    headers: { authorization: `Bearer ${loggedIn.ROOKERY_TOKEN}` },
  });
  const metrics = await answer.text();
  const text = textOf("docs/operating.md");
  const isTold = (name: string) =>
    text.includes(`\`${name}\``) ||
    text.includes(`…_${/^rookery_instance_events_(\w+)_total$/.exec(name)?.[1]}_…`);
  const names = [...metrics.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !isTold(name))).toEqual([]);
  if (!onPath("promtool")) return;
  const lint = spawnSync("promtool", ["check", "metrics"], { input: metrics, encoding: "utf8" });
  expect([lint.status, lint.stdout, lint.stderr]).toEqual([0, "", ""]);
  const scrape = fencedIn("docs/operating.md").find(({ about }) => about === "of=Prometheus")?.content ?? "";
  await writeFile(join(root, "prometheus.yml"), scrape);
  const file = spawnSync("promtool", ["check", "config", "--syntax-only", join(root, "prometheus.yml")]);
  expect([file.status, String(file.stderr)]).toEqual([0, ""]);
});

it("an account's rooms and invitations are seen and answered", async () => {
  const ada = await createPerson(homeserver.url, await register(homeserver.url, "ada", TOKEN));
  const bot = async () =>
    (await rookery.api<Account[]>("GET", "/accounts")).find(({ userId }) => userId === "@bot:example.org");
  const { id = "" } = (await bot()) ?? {};
  await rookery.api("PATCH", `/accounts/${id}`, { autojoin: { policy: "never" } });
  const room = await ada.createRoom(["@bot:example.org"]);
  const [rooms, set, accept, offline] = blocksUnder("docs/operating.md", "## Accounts");
  // Whose invitations it takes by itself are not Ada's, so that hers waits to be accepted.
  const here: typeof told = [...told, ["!room:example.org", room], ["@*:example.org", "@*:example.net"]];
  const operator = await createReader(root, here, loggedIn);
  await operator.follow(set);
  await operator.follow(accept);
  expect(await operator.follow(rooms)).toContain(room);
  await operator.follow(offline);
  expect(await bot()).toMatchObject({
    ...{ enabled: false, prefix: "#" },
    autojoin: { policy: "allow-list", allow: ["@*:example.net"] },
  });
});

it("an account's encryption is set up, recovered and reset", async () => {
  const { id } =
    (await rookery.api<Account[]>("GET", "/accounts")).find(({ userId }) => userId === "@bot:example.org") ??
    {};
  await rookery.api("PATCH", `/accounts/${id}`, { enabled: true });
  const [show, setUp, recover, verify, reset] = blocksUnder("docs/operating.md", "### Encryption");
  const operator = await createReader(root, told, loggedIn);
  expect(await operator.follow(show)).toContain("not in use");
  const keyIn = (printed: string) => /^ {2}(Es[\w ]{50,})$/m.exec(printed)?.[1] ?? "";
  const recoveryKey = keyIn(await operator.follow(setUp));
  expect(await operator.follow(recover, recoveryKey)).toContain("Its device is verified.");
  expect(await operator.follow(verify)).toContain("Waiting for @bot:example.org");
  const next = keyIn(await operator.follow(reset, "the password of bot"));
  expect([next === "", next === recoveryKey]).toEqual([false, false]);
  expect(await operator.follow(show)).toMatch(/^identity +on this host$/m);
});

it("where nobody can sign in any more, the machine makes a link", async () => {
  await rookery.stop();
  const [, list, link] = blocksUnder("docs/operating.md", "## Users");
  expect(await reader.follow(list)).toMatch(/^bob +deployer/m);
  expect(await reader.follow(link)).toContain("#token=");
});
