import { createHash, randomInt } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type DevHomeserver, startDevHomeserver } from "@rookery/dev-homeserver";
import type { Account, AuditEntry, CreatedApiToken, Difference, Instance, Notice } from "@rookery/host/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isChromiumAvailable } from "./chromium/chromium.ts";
import { describeWith } from "./describe-with.ts";
import { blocksUnder } from "./documents/blocks.ts";
import { createReader, type Reader } from "./documents/reader.ts";
import { barriersOn } from "./page/axe.ts";
import { openVisit, signIn } from "./page/visit.ts";
import { type Rookery, startRookery } from "./rookery/rookery.ts";

const HELLO = join(import.meta.dirname, "../packages/host/dist/bundles/hello.mbp");
const TOKEN = "a registration token";

describe("rookery.yaml with bots in it, as docs/operating.md has it", () => {
  let root: string;
  let homeserver: DevHomeserver;
  let reader: Reader;
  let rookery: Rookery;
  let printed: string[];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "rookery-declared-"));
    const dataDir = join(root, "homeserver");
    homeserver = await startDevHomeserver({ dataDir, serverName: "example.org" });
    const sha256 = createHash("sha256")
      .update(await readFile(HELLO))
      .digest("hex");
    reader = await createReader(root, [
      ["https://matrix.example.org", homeserver.url],
      [/\b[0-9a-f]{64}\b/g, sha256],
    ]);
    const etc = (name: string) => reader.at(`/etc/rookery/${name}`);
    await mkdir(etc(""), { recursive: true });
    await copyFile(HELLO, etc("hello.mbp"));
    await writeFile(etc("registration-token"), `${TOKEN}\n`);
    await writeFile(etc("greeter-password"), "correct horse\n");
    await writeFile(etc("rookery.yaml"), "{}");
    rookery = await startRookery({ env: { ROOKERY_CONFIG: etc("rookery.yaml"), ROOKERY_LOG_LEVEL: "info" } });
    // What the unit's ExecReload= does.
    await reader.program("systemctl", `[ "$*" = "reload rookery" ] && kill -HUP ${rookery.pid}`);
  });
  afterAll(async () => {
    await rookery?.dispose();
    await homeserver?.close();
    await rm(root, { recursive: true, force: true });
  });

  const differences = () => rookery.api<Difference[]>("GET", "/configuration/differences");
  async function until<T>(what: string, look: () => Promise<T | false>): Promise<T> {
    for (const begin = Date.now(); Date.now() - begin < 30_000; ) {
      const found = await look();
      if (found !== false) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`${what} did not come to be; the log: ${rookery.log()}`);
  }
  const applied = () => until("all as declared", async () => (await differences()).length === 0);
  const accounts = () => rookery.api<Account[]>("GET", "/accounts");

  it("is written, checked, compared and applied by the commands that stand there", async () => {
    printed = [];
    for (const block of blocksUnder("docs/operating.md", "## Bots in git")) {
      printed.push(await reader.follow(block));
    }
    const [, inspected, , checked, compared] = printed;
    expect(inspected).toMatch(/^sha256 +[0-9a-f]{64}$/m);
    expect(JSON.parse(await readFile(reader.at("/etc/rookery/rookery.schema.json"), "utf8")).title).toBe(
      "rookery.yaml",
    );
    expect(checked).toBe(`${reader.at("/etc/rookery/rookery.yaml")} is valid.\n`);
    expect(compared?.match(/^[+~!-] .*$/gm)).toEqual([
      ...["+ users.grace", "+ plugins.org.rookery.hello", "+ accounts.greeter", "+ instances.hello"],
    ]);
    await applied();
    const hello = await rookery.until("hello", ({ status }) => status === "running");
    expect(hello).toMatchObject({
      ...{ config: { greeting: "Good day" }, managed: { entry: "instances.hello" } },
    });
    expect(await accounts()).toMatchObject([{ userId: "@greeter:example.org", status: "syncing" }]);
  });

  describeWith([isChromiumAvailable()], "the page", () => {
    it("shows what is managed, says where it is changed, and has nothing there to change it with", async () => {
      await using visit = await openVisit();
      const { page } = visit;
      await signIn(page, rookery);
      const badge = page.getByText("Managed by rookery.yaml");
      const told = (entry: string) =>
        page.getByText(`managed by ${reader.at("/etc/rookery/rookery.yaml")}: change ${entry} there`);

      await page.goto(`${rookery.url}/instances/hello/config`);
      await badge.waitFor();
      await told("instances.hello").waitFor();
      expect(await page.getByRole("button", { name: "Stop hello" }).isDisabled()).toBe(true);
      expect(await page.getByRole("button", { name: "Restart hello" }).isEnabled()).toBe(true);
      expect(await page.getByLabel("greeting").isDisabled()).toBe(true);
      expect(await barriersOn(page)).toEqual([]);
      await page.goto(`${rookery.url}/instances/hello/settings`);
      await told("instances.hello").waitFor();
      expect(await page.getByRole("button", { name: /^Delete/ }).count()).toBe(0);

      const [account] = await accounts();
      await page.goto(`${rookery.url}/accounts/${account?.id}/settings`);
      await told("accounts.greeter").waitFor();
      expect(await page.getByRole("switch", { name: "Online" }).isDisabled()).toBe(true);
      expect(await page.getByRole("button", { name: /^Log out/ }).count()).toBe(0);

      await page.goto(`${rookery.url}/plugins/org.rookery.hello`);
      await told("plugins.org.rookery.hello").waitFor();
      expect(await page.getByRole("button", { name: /^Uninstall/ }).count()).toBe(0);

      await page.goto(`${rookery.url}/settings/users`);
      const grace = page.getByRole("row").filter({ hasText: "grace" });
      await grace.getByText("Managed by rookery.yaml").waitFor();
      expect(await grace.getByRole("combobox").isDisabled()).toBe(true);
      expect(visit.complaints).toEqual([]);
    });
  });

  it("killed with -9 in the midst of applying, at whatever step, it is whole after the next start, and no step was made twice", async () => {
    const file = reader.at("/etc/rookery/rookery.yaml");
    const before = await readFile(file, "utf8");
    const { deviceId } = (await accounts())[0] as Account;
    const names = Array.from({ length: 6 }, (_, n) => `bot-${n}`);
    const more = names.map((name) => `  ${name}: { plugin: org.rookery.hello, account: greeter }`);
    let declared = before;
    const signs = ["The configuration was read anew", "instances.bot-2: applied", "at random"];
    let wholeMs = 0;
    for (const [n, sign] of signs.entries()) {
      declared = `${declared}${more.slice(2 * n, 2 * n + 2).join("\n")}\n`;
      await writeFile(file, declared.replace("Good day", `Good day ${n}`));
      const logged = rookery.log().length;
      const begun = performance.now();
      process.kill(rookery.pid, "SIGHUP");
      if (sign === "at random") await delay(randomInt(2 * Math.ceil(wholeMs)));
      else await until(sign, async () => rookery.log().slice(logged).includes(sign));
      wholeMs = performance.now() - begun;
      await rookery.kill();
      await rookery.start();
      await applied();
    }
    const instances = await rookery.api<Instance[]>("GET", "/instances");
    expect(instances.map(({ id }) => id).sort()).toEqual([...names, "hello"].sort());
    for (const { id } of instances) await rookery.until(id, ({ status }) => status === "running");
    expect((await rookery.instance("hello")).config).toEqual({ greeting: "Good day 2" });
    expect((await accounts()).map((account) => account.deviceId)).toEqual([deviceId]);
    const log = await rookery.api<AuditEntry[]>("GET", "/audit-log?action=configuration.apply&limit=100");
    for (const name of names) {
      expect(log.filter(({ target }) => target === `instances.${name}`).length).toBeLessThanOrEqual(1);
    }
    await reader.program("systemctl", `[ "$*" = "reload rookery" ] && kill -HUP ${rookery.pid}`);
  });

  it("is compared in words a person reads, here and by asking the host, and nothing is changed by that", async () => {
    const file = reader.at("/etc/rookery/rookery.yaml");
    const before = await readFile(file, "utf8");
    await writeFile(file, before.replace("Good day 2", "Ahoy").replace(/^ {2}bot-5:.*\n/m, ""));
    const token = { name: "diff", role: "admin", days: 1 };
    const made = await rookery.api<CreatedApiToken>("POST", "/tokens", token);
    const asked = `ROOKERY_TOKEN=${made.token} rookery config diff --host ${rookery.url}`;
    const here = `ROOKERY_DATA_DIR=${rookery.dataDir} rookery config diff ${file}`;
    for (const line of [asked, here]) {
      expect(await reader.follow({ kind: "command", line })).toBe(
        [
          "- instances.bot-5 is declared no more: it is stopped and kept",
          "    enabled: true → false",
          "~ instances.hello",
          "    config.greeting: Good day 2 → Ahoy",
          "",
        ].join("\n"),
      );
    }
    await writeFile(file, before);
    expect(await reader.follow({ kind: "command", line: asked })).toBe("All is as the configuration says.\n");
  });

  it("keeps what held when the file is broken, says why, and the command line says on which line", async () => {
    const file = reader.at("/etc/rookery/rookery.yaml");
    const before = await readFile(file, "utf8");
    await writeFile(file, before.replace("account: greeter\n    config", "acount: greeter\n    config"));
    await reader.follow({ kind: "command", line: "systemctl reload rookery" });
    const broken = await until("the notice", async () => {
      const notices = await rookery.api<Notice[]>("GET", "/notices");
      return notices.find(({ id }) => id === "configuration-broken") ?? false;
    });
    const line = before.split("\n").findIndex((each) => each.startsWith("    account: greeter")) + 1;
    const wrong = `line ${line}: instances.hello.acount is not a setting that Rookery knows (did you mean account?)`;
    expect(broken.message).toContain(wrong);
    expect(await rookery.instance("hello")).toMatchObject({ status: "running" });
    const check = reader.follow({ kind: "command", line: `rookery config check ${file}` });
    await expect(check).rejects.toThrow(wrong);

    await writeFile(file, before.replace(/sha256: \w/, "sha256: 0"));
    const other = reader.follow({ kind: "command", line: `rookery config check ${file}` });
    await expect(other).rejects.toThrow(/rookery\.yaml:\d+: plugins\.org\.rookery\.hello: The SHA-256 of/);
    const alone = { kind: "command", line: `rookery config check ${file} --no-files` } as const;
    expect(await reader.follow(alone)).toContain("is valid.");
    await writeFile(file, before.replace("account: greeter\n    config", "account: stranger\n    config"));
    await expect(reader.follow(alone)).rejects.toThrow(
      /:\d+: instances\.hello: There is no account stranger\./,
    );
    await writeFile(file, before);
  });
});
