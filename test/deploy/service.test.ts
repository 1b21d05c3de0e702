import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDevHomeserver } from "@rookery/dev-homeserver";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { eventually } from "../../packages/host/src/testing/eventually.ts";
import { temporaryDirectory } from "../../packages/host/src/testing/temporary-directory.ts";
import { describeWith } from "../describe-with.ts";
import { fencedIn } from "../documents/blocks.ts";
import { createPerson } from "../matrix/person.ts";
import { register } from "../matrix/register.ts";
import { bootSystemd, findSystemd, findSystemdAnalyze, type Systemd } from "./systemd.ts";

const ROOT = join(import.meta.dirname, "../..");
const UNIT = join(ROOT, "deploy/rookery.service");
const PORT = 29_417;
const HOST = `http://127.0.0.1:${PORT}`;
const CONFIG = { port: PORT, programSandbox: "required" };
/** Of 10, as systemd counts. What is left: networks, namespaces and mounts for bubblewrap, V8's compiler. */
const MOST_EXPOSED = 2.2;

describeWith([findSystemdAnalyze()], "the systemd unit", () => {
  it("is one that systemd has nothing to say against", () => {
    const text = readFileSync(UNIT, "utf8").replaceAll(
      "/opt/rookery/node_modules/.bin/node",
      process.execPath,
    );
    const file = join(temporaryDirectory(), "rookery.service");
    writeFileSync(file, text);
    const said = execFileSync("systemd-analyze", ["verify", "--man=no", file], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(said).toBe("");
  });

  it("is still one with what docs/operating.md has an operator add to it", () => {
    const folder = temporaryDirectory();
    const addition =
      fencedIn("docs/operating.md").find(({ language, about }) => language === "ini" && about === "")
        ?.content ?? "";
    const text = readFileSync(UNIT, "utf8").replaceAll(
      "/opt/rookery/node_modules/.bin/node",
      process.execPath,
    );
    const file = join(folder, "rookery.service");
    const exposed = (unit: string) => {
      writeFileSync(file, unit);
      const said = execFileSync("systemd-analyze", ["security", "--offline=true", "--no-pager", file], {
        encoding: "utf8",
      });
      return Number(/Overall exposure level for rookery.service: ([\d.]+)/.exec(said)?.[1]);
    };
    // As a drop-in, of which `security --offline` reads none.
    const changed = text.replace("[Install]", `${addition}\n[Install]`);
    expect(exposed(changed)).toBeLessThanOrEqual(1.2);
    const said = execFileSync("systemd-analyze", ["verify", "--man=no", file], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(said).toBe("");
  });

  it(`is exposed by ${MOST_EXPOSED} of 10 at most`, () => {
    const said = execFileSync("systemd-analyze", ["security", "--offline=true", "--no-pager", UNIT], {
      encoding: "utf8",
    });
    const level = Number(/Overall exposure level for rookery.service: ([\d.]+)/.exec(said)?.[1]);
    expect(level).toBeGreaterThan(0);
    expect(level).toBeLessThanOrEqual(MOST_EXPOSED);
  });
});

describeWith([findSystemd()], "under a real systemd, the host", () => {
  let systemd: Systemd;
  beforeAll(async () => {
    const key = Buffer.alloc(32, 7).toString("base64");
    systemd = await bootSystemd(
      {
        "secret.key": `${key}\n`,
        "rookery.yaml": JSON.stringify(CONFIG),
        "bot-password": "the password of bot",
      },
      "WatchdogSec=3\nTimeoutAbortSec=1\nLoadCredential=bot-password:/etc/rookery/bot-password\n",
    );
    await systemd.systemctl("start", "rookery");
  });
  afterAll(() => systemd?.end());

  it("counts as started when it answers", async () => {
    expect((await fetch(`${HOST}/readyz`)).status).toBe(200);
    expect(await systemd.property("SubState")).toBe("running");
  });

  it("is a user of its own without any right, and writes nowhere but to its state", async () => {
    const pid = await systemd.property("MainPID");
    const status = await systemd.run("cat", `/proc/${pid}/status`);
    const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(status)?.[1];
    expect(Number(field("Uid"))).toBeGreaterThan(60_000);
    expect(["CapEff", "CapPrm", "CapBnd"].map(field)).toEqual(Array(3).fill("0000000000000000"));
    expect([field("NoNewPrivs"), field("Seccomp")]).toEqual(["1", "2"]);
    const writable = (await systemd.run("cat", `/proc/${pid}/mounts`)).split("\n").flatMap((line) => {
      const [, path = "", , options = ""] = line.split(" ");
      return options.startsWith("rw,") ? [path] : [];
    });
    const ofItsOwn = /^\/(dev|proc|run|sys|tmp|var\/tmp)(\/|$)/;
    expect(writable.filter((path) => !ofItsOwn.test(path))).toEqual(["/var/lib/private/rookery"]);
  });

  it("keeps its state for itself, and the key that seals it elsewhere", async () => {
    const files = await systemd.run("ls", "-A", "/var/lib/rookery/");
    expect(files).toContain("rookery.db");
    expect(files).not.toContain("secret.key");
    expect(await systemd.run("stat", "-c", "%a", "/var/lib/private/rookery")).toBe("700");
  });

  it("runs programs in bubblewrap's sandbox", async () => {
    await eventually("the sandbox", () => systemd.output().includes("Programs run under bubblewrap"));
  });

  it("takes a bot from its configuration when it is reloaded, with a credential for its password, and again when it is restarted", async () => {
    const homeserver = await startDevHomeserver({ dataDir: temporaryDirectory(), serverName: "test" });
    onTestFinished(() => homeserver.close());
    const bot = await register(homeserver.url, "bot");
    const ada = await createPerson(homeserver.url, await register(homeserver.url, "ada"));
    const bundle = "packages/host/dist/bundles/hello.mbp";
    const sha256 = createHash("sha256")
      .update(readFileSync(join(ROOT, bundle)))
      .digest("hex");
    const declared = {
      accounts: { bot: { userId: bot.userId, homeserver: homeserver.url, passwordFile: "bot-password" } },
      plugins: { "org.rookery.hello": { path: `/opt/rookery/${bundle}`, sha256 } },
      instances: { hello: { plugin: "org.rookery.hello", account: "bot" } },
    };
    // JSON is YAML.
    await systemd.write("/etc/rookery/rookery.yaml", JSON.stringify({ ...CONFIG, ...declared }));
    await systemd.systemctl("reload", "rookery");
    // What was said before there was a bot is not answered.
    await eventually("the bot", () => systemd.output().includes("instances.hello: applied."));
    const room = await ada.createRoom([bot.userId]);
    await ada.joined(room, bot.userId);
    const answers = (count: number) =>
      ada.until(
        room,
        (events) =>
          events.filter(({ sender, type }) => sender === bot.userId && type === "m.room.message").length ===
          count,
      );
    await ada.say(room, "!hello");
    await answers(1);

    await systemd.systemctl("restart", "rookery");
    await ada.say(room, "!hello");
    await answers(2);
  });

  it("is ended by the watchdog when it stands still, and started anew", async () => {
    const pid = await systemd.property("MainPID");
    await systemd.run("kill", "-STOP", pid);
    const next = await eventually("a new process", async () => {
      const [now, state] = [await systemd.property("MainPID"), await systemd.property("SubState")];
      return state === "running" && now !== pid && now;
    });
    expect(next).not.toBe(pid);
    expect(await systemd.property("NRestarts")).toBe("1");
    expect((await fetch(`${HOST}/healthz`)).status).toBe(200);
  });

  it("leaves no process behind when it is stopped", async () => {
    await systemd.systemctl("stop", "rookery");
    expect(await systemd.property("Result")).toBe("success");
    expect(await systemd.property("TasksCurrent")).toBe("[not set]");
  });
});
