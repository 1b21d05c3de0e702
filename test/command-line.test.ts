import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { buildPlugin } from "@rookery/cli/build";
import { startDevHomeserver } from "@rookery/dev-homeserver";
import type {
  Account,
  DatabaseRows,
  Delivery,
  Instance,
  LogLine,
  Playground,
  Plugin,
} from "@rookery/host/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleOf } from "./hostile/plugins.ts";
import { createPerson } from "./matrix/person.ts";
import { remindersBundle, weatherBundle } from "./page/plugins.ts";
import { OPERATOR, type Rookery, startRookery } from "./rookery/rookery.ts";

/** A secret setting, of which the log may have the end. */
const KEEPER = `
import { definePlugin, Type } from "@rookery/plugin-sdk";

export default definePlugin({
  config: Type.Object({ secret: Type.String({ format: "secret" }) }),
  setup(bot) {
    bot.log.info("The secret ends in " + bot.config.secret.slice(-4) + ".");
    bot.command("keep", "Keep it", () => {});
  },
});`;

const PROGRAM = join(import.meta.dirname, "../packages/cli/bin/rookery.mjs");
const NO_BUNDLE = join(import.meta.dirname, "README.md");

describe("the command line, at a host", () => {
  let rookery: Rookery;
  let home: string;

  beforeAll(async () => {
    rookery = await startRookery({ args: ["--playground"] });
    await rookery.until("hello", ({ status }) => status === "running");
    home = await mkdtemp(join(tmpdir(), "rookery-home-"));
  });
  afterAll(async () => {
    await rookery?.dispose();
    await rm(home, { recursive: true, force: true });
  });

  function start(args: string[], env: Record<string, string> = {}) {
    const more = { PATH: process.env.PATH ?? "", HOME: home, ROOKERY_DATA_DIR: rookery.dataDir, ...env };
    return spawn(process.execPath, [PROGRAM, ...args], { cwd: home, env: more });
  }

  /** Runs it to its end, as a script would. */
  async function run(args: string[], input = "", env: Record<string, string> = {}) {
    const child = start(args, env);
    child.stdin.end(input);
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close") as Promise<[number]>,
    ]);
    return { out, err, code };
  }
  const json = async <T>(...args: string[]) => JSON.parse((await run([...args, "--json"])).out) as T;

  const logIn = (password: string) => run(["login", rookery.url, "--user", OPERATOR.name], `${password}\n`);

  it("asks nobody before somebody is logged in, and says how", async () => {
    expect(await run(["ps"])).toEqual({
      ...{ out: "", code: 1 },
      err: 'Which host? Log in at one first: "rookery login http://127.0.0.1:29316".\n',
    });
    expect((await run(["ps", "--host", rookery.url])).err).toContain(`rookery login ${rookery.url}`);
    expect((await run(["ps", "--host", "127.0.0.1:1"], "", { ROOKERY_TOKEN: "x" })).err).toMatch(
      /^http:\/\/127\.0\.0\.1:1 cannot be reached \(.+\)\. Does the host run/,
    );
  });

  it("logs in with the password for a token that only its owner can read, and again for another", async () => {
    expect(await logIn("wrong")).toMatchObject({
      code: 1,
      err: expect.stringContaining("password is wrong"),
    });
    expect(await logIn(OPERATOR.password)).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^You are logged in at http.+ as admin \(admin\), until \d{4}-\d\d-\d\d\.\n$/,
      ),
    });
    await logIn(OPERATOR.password);
    const file = join(home, ".config/rookery/hosts.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).not.toContain(OPERATOR.password);
    expect(await json<unknown[]>("tokens", "list")).toHaveLength(1);
    // Its own session ended with it.
    expect(await rookery.api<unknown[]>("GET", "/sessions")).toHaveLength(1);
  });

  it("shows what runs, and stops and starts it", async () => {
    expect((await run(["ps"])).out).toMatch(/^INSTANCE +STATUS .*\nhello +running +org\.rookery\.hello +@/m);
    expect(await run(["stop", "hello"])).toEqual({ out: "hello: stopped\n", err: "", code: 0 });
    expect((await rookery.instance("hello")).status).toBe("stopped");
    expect((await run(["start", "hello"])).out).toBe("hello: running\n");
    const [restarted] = await json<Instance[]>("restart", "hello");
    expect(restarted?.status).toBe("running");
    expect(await run(["stop", "nobody"])).toMatchObject({ code: 1, err: expect.stringContaining("nobody") });
  });

  it("uploads a bundle, says what it asks for, and grants it where told", async () => {
    const file = join(home, "weather.mbp");
    await writeFile(file, await weatherBundle());
    const uploaded = await run(["upload", file]);
    expect(uploaded.err).toMatch(
      /It asks for what was not granted yet:\n {2}connect to .+\nGrant all of it/s,
    );
    const granted = await json<Plugin>("upload", file, "--grant");
    expect([granted.missing, granted.granted]).toEqual([{}, granted.requested]);
    expect(await run(["upload", NO_BUNDLE])).toMatchObject({ code: 1, err: expect.stringMatching(/zip/) });
  });

  it("shows the log of an instance, and goes on with what comes", async () => {
    const accounts = await json<Account[]>("accounts", "list");
    expect(accounts.map(({ instances }) => instances)).toContainEqual(["hello"]);
    const plugin = await rookery.addPlugin(await remindersBundle());
    await rookery.addInstance({
      ...{ id: "reminders", pluginId: plugin.id, accountId: accounts[0]?.id ?? "" },
      config: { zone: "Atlantis" },
    });
    const following = start(["logs", "reminders", "-f", "--level", "error", "--json"]);
    const lines = createInterface(following.stdout)[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value ?? "null") as LogLine;
    const before = await next();
    await rookery.api("POST", "/instances/reminders/restart");
    const after = await next();
    await rookery.kill();
    await rookery.start();
    const restarted = await next();
    following.kill("SIGINT");
    await once(following, "close");
    for (const { message, stack } of [before, after, restarted]) {
      expect([message, stack]).toEqual([
        expect.stringContaining("Atlantis"),
        expect.stringContaining("src/index.ts"),
      ]);
    }
    expect(Date.parse(after.at)).toBeGreaterThan(Date.parse(before.at));
    expect((await run(["logs", "reminders"])).out).toMatch(/^\d\d:\d\d:\d\d\.\d{3} error .*Atlantis/m);
    expect((await run(["logs", "reminders", "--level", "loud"])).code).toBe(2);
    expect(await run(["restart", "reminders"])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^Not running/),
    });
  });

  it("shows an account's rooms, answers its invitations, and sets how it is called and whether it is online", async () => {
    const [account] = await json<Account[]>("accounts", "list");
    const bot = account?.userId ?? "";
    const { basePath, userId, accessToken } =
      (await rookery.api<Playground>("GET", "/playground")) ?? expect.unreachable();
    const you = await createPerson(
      rookery.url + basePath,
      { userId, accessToken },
      { cookie: rookery.cookie },
    );
    expect((await run(["accounts", "set", bot, "--autojoin", "never", "--prefix", "#"])).out).toMatch(
      / # +never /,
    );
    const [one, two] = [await you.createRoom([bot]), await you.createRoom([bot])];
    const shown = await run(["accounts", "rooms", bot]);
    expect(shown.out).toMatch(/^ROOM +NAME +MEMBERS$/m);
    expect(shown.out).toMatch(new RegExp(`^${one} +invited by ${userId}$`, "m"));
    expect(await run(["accounts", "accept", bot, one])).toEqual({
      out: `It is in ${one} now.\n`,
      err: "",
      code: 0,
    });
    expect(await json("accounts", "reject", bot, two)).toEqual({ roomId: two });
    type Rooms = { rooms: { roomId: string }[]; invites: unknown[] };
    const { rooms, invites } = await json<Rooms>("accounts", "rooms", bot);
    expect([rooms.some(({ roomId }) => roomId === one), invites]).toEqual([true, []]);
    expect((await run(["accounts", "leave", bot, one])).out).toBe(`It has left ${one}.\n`);

    await run(["accounts", "set", bot, "--room", one, "--prefix", "?"]);
    await run(["accounts", "set", bot, "--autojoin", "@*:example.org, *.example.com"]);
    expect((await json<Account[]>("accounts", "list"))[0]).toMatchObject({
      ...{ prefix: "#", roomPrefixes: { [one]: "?" } },
      autojoin: { policy: "allow-list", allow: ["@*:example.org", "*.example.com"] },
    });
    const unset = await json<Account>("accounts", "set", bot, "--room", one, "--prefix", "");
    expect(unset.roomPrefixes).toEqual({});
    expect((await run(["accounts", "offline", bot])).out).toMatch(/ offline +#/);
    expect((await json<Account>("accounts", "online", bot)).enabled).toBe(true);
    expect(await run(["accounts", "rooms", "@nobody:here"])).toMatchObject({
      ...{ code: 1, err: expect.stringContaining("The host has no account @nobody:here") },
    });
    for (const wrong of [
      ["set", bot],
      ["online", bot, "--prefix", "#"],
      ["set", bot, "--room", one],
      ["accept", bot],
    ])
      expect((await run(["accounts", ...wrong])).code).toBe(2);
    await run(["accounts", "set", bot, "--autojoin", "always", "--prefix", "!"]);
  });

  it("looks whether the machine has what a host needs", async () => {
    const port = new URL(rookery.url).port;
    const well = await run(["doctor"], "", { ROOKERY_PORT: port });
    expect(well.out).toContain(`✓ Host            It is ready at ${rookery.url}`);
    expect(well.out).toMatch(/✓ Homeserver {6}http:\S+ answers, and the clocks agree/);
    const ill = await run(["doctor", "--homeserver", "http://127.0.0.1:1"], "", { ROOKERY_PORT: "1" });
    expect([ill.code, ill.err]).toEqual([1, "One thing is wrong.\n"]);
    expect(ill.out).toMatch(
      /✗ Homeserver {6}http:\/\/127\.0\.0\.1:1 cannot be used: .+\n +Is the address right/,
    );
  });

  it("has completions that bash understands", async () => {
    const { out } = await run(["completions", "bash"]);
    const script = `${out}\nCOMP_WORDS=(rookery users ""); COMP_CWORD=2; _rookery; echo "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)("bash", ["-c", script]);
    expect(stdout).toBe("list add role remove link --config --json --help\n");
  });

  it("trace says why an event got no answer, and what became of one that did", async () => {
    const ground = await rookery.api<Playground>("GET", "/playground");
    const { basePath, roomId, accessToken } = ground ?? { basePath: "", roomId: "", accessToken: "" };
    const room = `${basePath}/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}`;
    await fetch(`${rookery.url}${room}/send/m.room.message/trace`, {
      method: "PUT",
      headers: { cookie: rookery.cookie, authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({ msgtype: "m.text", body: "!hello" }),
    });
    const done = () => json<Delivery[]>("trace", "hello", "--state", "done");
    await expect.poll(async () => (await done()).length, { timeout: 20_000 }).toBe(1);
    const deliveries = await done();
    const { out } = await run(["trace", "hello", "-n", "500"]);
    expect(out).toMatch(/^ID +TIME +STATE +SENDER +WHAT +TOOK +WHY\n/);
    const [one] = deliveries;
    const whole = (await run(["trace", "hello", String(one?.id)])).out;
    expect(whole).toMatch(/^Delivery +\d+, done\nEvent +\$/);
    expect(await json("trace", "hello", String(one?.id))).toEqual(one);
    expect((await run(["trace", "hello", "--state", "lost"])).code).toBe(2);
    expect((await run(["trace", "nobody"])).err).toBe('There is no instance "nobody".\n');
  });

  it("looks into an instance's database, and changes it where told", async () => {
    const { bundle } = await buildPlugin(join(import.meta.dirname, "../plugins/examples/database"));
    const [account] = await json<Account[]>("accounts", "list");
    const plugin = await rookery.addPlugin(bundle);
    await rookery.addInstance({ id: "stored", pluginId: plugin.id, accountId: account?.id ?? "" });
    await rookery.until("stored", ({ status }) => status === "running");
    expect((await run(["sql", "stored"])).out).toMatch(
      /^TABLE +KIND +ROWS +COLUMNS\nstored +table +0 +key TEXT, value TEXT, creator TEXT\n$/,
    );
    const made = await run(["sql", "stored", "CREATE TABLE note (id INTEGER, text)", "--write"]);
    expect([made.code, made.err]).toEqual([0, "0 rows were changed.\n"]);
    const many = "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 501)";
    const insert = `INSERT INTO note ${many} SELECT i, 'a, b' FROM n`;
    expect((await run(["sql", "stored", insert])).err).toContain("was to read only");
    expect((await run(["sql", "stored", insert, "--write"])).err).toBe("501 rows were changed.\n");
    const shown = await run(["sql", "stored", "SELECT * FROM note"]);
    expect(shown.out).toMatch(/^id +text\n1 +a, b\n/);
    expect(shown.err).toBe("There are more rows. --csv prints all of them.\n");
    const { out } = await run(["sql", "stored", "SELECT * FROM note", "--csv"]);
    expect(out.split("\r\n")).toHaveLength(503);
    expect(await json("sql", "stored", "SELECT 1 AS one")).toMatchObject({ rows: [[1]] });
  });

  it("duplicates an instance with its data, and takes one through a file", async () => {
    const rows = async (id: string) =>
      (await json<DatabaseRows>("sql", id, "SELECT count(*) FROM note")).rows;
    expect((await run(["duplicate", "stored", "twin", "--data"])).out).toBe("twin: stopped\n");
    expect(await rows("twin")).toEqual([[501]]);
    const file = join(home, "stored.tar.gz");
    expect((await run(["export", "stored", "-o", file])).out).toBe(`stored is in ${file}.\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const [account] = await json<Account[]>("accounts", "list");
    const imported = await run(["import", file, "--account", account?.id ?? "", "--id", "third", "--start"]);
    expect([imported.err, imported.out]).toEqual(["", "third: running\n"]);
    expect(await rows("third")).toEqual([[501]]);
    expect((await run(["import", file])).code).toBe(2);
    const refused = await run(["import", NO_BUNDLE, "--account", account?.id ?? ""]);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("no file that Rookery exported") });
  });

  it("takes an instance's secrets along under a passphrase from the standard input, and not without", async () => {
    const [account] = await json<Account[]>("accounts", "list");
    const accountId = account?.id ?? "";
    const { id: pluginId } = await rookery.addPlugin(await bundleOf("keeper", KEEPER));
    const secret = "what the operator keeps to himself 1234";
    await rookery.addInstance({ id: "keeper", pluginId, accountId, config: { secret } });
    const file = join(home, "keeper.tar.gz");
    const taken = await run(["export", "keeper", "-o", file, "--secrets"], "a long passphrase\n");
    expect(taken).toEqual({ code: 0, err: "", out: `keeper is in ${file}.\n` });
    expect(gunzipSync(await readFile(file)).includes(secret)).toBe(false);

    const bring = (id: string, more: string[], passphrase = "") =>
      run(["import", file, "--account", accountId, "--id", id, ...more], passphrase);
    const wrong = await bring("wrong", ["--secrets"], "another passphrase\n");
    expect([wrong.code, wrong.err]).toEqual([1, "Its secrets do not open with this passphrase.\n"]);
    expect(await bring("without", [])).toMatchObject({
      code: 1,
      err: expect.stringContaining("sealed with a passphrase"),
    });
    const brought = await bring("brought", ["--secrets", "--start"], "a long passphrase\n");
    expect(brought).toEqual({ code: 0, err: "", out: "brought: running\n" });
    expect((await run(["logs", "brought"])).out).toContain("The secret ends in 1234.");
    expect((await bring("bare", ["--without-secrets"])).out).toBe("bare: stopped\n");
    expect((await rookery.instance("brought")).secrets).toHaveProperty("/secret");
    expect((await rookery.instance("bare")).secrets).toEqual({});
    const short = await run(["export", "keeper", "-o", file, "--secrets"], "short\n");
    expect(short).toMatchObject({ code: 1, err: expect.stringContaining("passphrase") });
  });

  it("registers an account with a token from the standard input, and says why where it is refused", async () => {
    const registration = { tokens: ["a registration token"] };
    const homeserver = await startDevHomeserver({ dataDir: join(home, "homeserver"), registration });
    try {
      const add = (user: string, token: string) =>
        run(["accounts", "add", "--registration-token", homeserver.url, user], `${token}\n`);
      const refused = await add("new-bot", "a guess");
      expect(refused).toMatchObject({
        code: 1,
        out: "",
        err: expect.stringContaining("did not take the registration token"),
      });
      const { out, err } = await add("new-bot", "a registration token");
      expect([err, out]).toEqual(["", expect.stringMatching(/^@new-bot:\S+ is account \S+\.\n$/)]);
      const [, userId = "", id] = /^(\S+) is account (\S+)\.$/m.exec(out) ?? [];
      const added = (await json<Account[]>("accounts", "list")).find((each) => each.id === id);
      expect(added).toMatchObject({ userId, homeserverUrl: homeserver.url, enabled: true });
      expect((await run(["accounts", "remove", userId])).out).toContain(userId);
    } finally {
      await homeserver.close();
    }
  });

  it("logs out, and the token is nobody's any more", async () => {
    const { hosts } = JSON.parse(await readFile(join(home, ".config/rookery/hosts.json"), "utf8"));
    expect((await run(["logout"])).out).toBe(`You are logged out at ${rookery.url}.\n`);
    const authorization = `Bearer ${hosts[0].token}`;
    expect((await fetch(`${rookery.url}/api/v1/session`, { headers: { authorization } })).status).toBe(401);
    expect((await run(["ps"])).code).toBe(1);
  });
});
