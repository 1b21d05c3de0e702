import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDevHomeserver } from "@rookery/dev-homeserver";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { eventually } from "../../packages/host/src/testing/eventually.ts";
import { temporaryDirectory } from "../../packages/host/src/testing/temporary-directory.ts";
import { describeWith } from "../describe-with.ts";
import { createPerson } from "../matrix/person.ts";
import { register } from "../matrix/register.ts";
import { bootSystemd, findSystemd, findSystemdAnalyze, type Systemd } from "./systemd.ts";

const ROOT = join(import.meta.dirname, "../..");
const UNIT = join(ROOT, "deploy/rookery.service");
const PORT = 29_417;
const HOST = `http://127.0.0.1:${PORT}`;
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
    const config = `port: ${PORT}\nprogramSandbox: required\n`;
    systemd = await bootSystemd(
      { "secret.key": `${key}\n`, "rookery.yaml": config },
      "WatchdogSec=3\nTimeoutAbortSec=1\n",
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

  it("runs a bot that answers, also after it was ended and started", async () => {
    const homeserver = await startDevHomeserver({ dataDir: temporaryDirectory(), serverName: "test" });
    onTestFinished(() => homeserver.close());
    const bot = await register(homeserver.url, "bot");
    const ada = await createPerson(homeserver.url, await register(homeserver.url, "ada"));
    const token = /#token=(\S+)/.exec(systemd.output())?.[1];
    const session = await post("/session/one-time", JSON.stringify({ token }));
    const cookie = session.headers.get("set-cookie")?.split(";")[0] ?? "";
    await post("/plugins", readFileSync(join(ROOT, "packages/host/dist/bundles/hello.mbp")), cookie);
    const login = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
    const account = (await (await post("/accounts", JSON.stringify(login), cookie)).json()) as { id: string };
    const instance = { id: "hello", pluginId: "org.rookery.hello", accountId: account.id };
    await post("/instances", JSON.stringify(instance), cookie);
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
    await post("/instances/hello/stop", "", cookie);
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

async function post(path: string, body: string | Buffer, cookie = ""): Promise<Response> {
  const type = typeof body === "string" ? "application/json" : "application/octet-stream";
  const headers = { cookie, ...(body === "" ? {} : { "content-type": type }) };
  const answer = await fetch(`${HOST}/api/v1${path}`, {
    method: "POST",
    headers,
    ...(body === "" ? {} : { body: typeof body === "string" ? body : new Uint8Array(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}
