import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Playground } from "@rookery/host/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Availability } from "./available.ts";
import { describeWith } from "./describe-with.ts";
import { createPerson } from "./matrix/person.ts";

const ROOT = join(import.meta.dirname, "..");
const checkout: Availability = existsSync(join(ROOT, ".git"))
  ? { available: true }
  : { available: false, reason: "this is no git checkout" };

/** What the machine itself has, without the Node that the repository brought along. */
const machinePath = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .join(delimiter);

/** To build and to start. */
const OURS_SECONDS = 20;
const REAPED_MS = 1_000;

describeWith([checkout], "a fresh clone with an empty HOME", () => {
  let folder: string;
  let host: ChildProcess | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rookery-clone-"));
  });

  afterAll(async () => {
    if (host?.pid !== undefined && groupRuns(host.pid)) process.kill(-host.pid, "SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  it("comes up with npm start, under whatever Node the machine has, and its bot answers in the playground", async () => {
    const clone = join(folder, "some where", "the clone");
    const home = join(folder, "home");
    await mkdir(home);
    execFileSync("git", ["clone", "--quiet", ROOT, clone]);
    const start = performance.now();
    host = spawn("npm", ["start"], {
      cwd: clone,
      detached: true,
      env: {
        PATH: machinePath,
        HOME: home,
        ROOKERY_PORT: "0",
        NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { link, installing } = await printedLink(host);
    const seconds = (performance.now() - start) / 1000;
    console.log(
      `npm start on a bare clone printed its link after ${seconds.toFixed(1)} s, of which npm ci took ${installing} s`,
    );

    const { origin, hash } = new URL(link);
    const signedIn = await fetch(`${origin}/api/v1/session/one-time`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: hash.slice("#token=".length) }),
    });
    const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
    const answer = await fetch(`${origin}/api/v1/playground`, { headers: { cookie } });
    const entry = (await answer.json()) as NonNullable<Playground>;
    const you = await createPerson(origin + entry.basePath, entry, { cookie });
    const id = await you.say(entry.roomId, "!hello");
    const events = await you.until(entry.roomId, (seen) =>
      seen.some(({ content }) => content["m.relates_to"]?.["m.in_reply_to"]?.event_id === id),
    );
    expect(events.at(-1)?.content.body).toBe("Hello, you!");
    // A minute; where npm alone takes most of that, what comes after it may still take no longer than it would have.
    expect(seconds).toBeLessThan(Math.max(60, installing + OURS_SECONDS));
  }, 180_000);

  it("ends where npm alone is told to end, and leaves no process behind", async () => {
    const pid = host?.pid ?? 0;
    const closed = once(host as ChildProcess, "close");
    process.kill(pid, "SIGTERM");
    await closed;
    // Whose parent was gone before it is the system's to take away, which may be after its output was closed.
    const deadline = Date.now() + REAPED_MS;
    while (groupRuns(pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(groupRuns(pid)).toBe(false);
  }, 30_000);
});

/** Whether any process of the group is there. */
function groupRuns(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

/** The one-time link, and how many seconds npm took to install. */
async function printedLink(host: ChildProcess): Promise<{ link: string; installing: number }> {
  let output = "";
  host.stderr?.on("data", (chunk) => (output += String(chunk)));
  return await new Promise((resolve, reject) => {
    host.stdout?.on("data", (chunk) => {
      output += String(chunk);
      const found = /http:\/\/127\.0\.0\.1:\d+\/welcome#token=\S+/.exec(output)?.[0];
      const installing = Number(/\(npm ci\) … ([\d.]+) s/.exec(output)?.[1] ?? 0);
      if (found) resolve({ link: found, installing });
    });
    host.once("exit", (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
  });
}
