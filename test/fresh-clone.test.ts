import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Playground } from "@rookery/host/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Availability } from "./available.ts";
import { describeWith } from "./describe-with.ts";
import { blocksUnder } from "./documents/blocks.ts";
import { createReader, type Reader } from "./documents/reader.ts";
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

const LINK = /http:\/\/127\.0\.0\.1:\d+\/welcome#token=\S+/;
const REAPED_MS = 1_000;

describeWith([checkout], "a fresh clone with an empty HOME", () => {
  let folder: string;
  let host: ChildProcess | undefined;
  let reader: Reader;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rookery-clone-"));
    const [root, home] = [join(folder, "some where"), join(folder, "home")];
    await mkdir(root);
    await mkdir(home);
    reader = await createReader(root, [["<this repository>", `"${ROOT}"`]], {
      ...{ PATH: machinePath, HOME: home, ROOKERY_PORT: "0" },
      NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS,
    });
  });

  afterAll(async () => {
    if (host?.pid !== undefined && groupRuns(host.pid)) process.kill(-host.pid, "SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  it("comes up as the front page says, under whatever Node the machine has, and its bot answers in the playground", async () => {
    const [clone, npmStart] = blocksUnder("README.md", "## Try it");
    expect(blocksUnder("docs/onboarding.md", "## 0:00 A look at it")).toEqual([clone, npmStart]);
    await reader.follow(clone);
    const start = performance.now();
    const { process, found, output } = await reader.start(npmStart, LINK);
    host = process;
    const [link] = found;
    const installing = Number(/\(npm ci\) … ([\d.]+) s/.exec(output())?.[1] ?? 0);
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
    // A minute; on a slower machine no longer for building and starting than for npm alone, which takes a third more on any.
    expect(seconds).toBeLessThan(Math.max(60, 2 * installing));
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

  it("runs without a playground as docs/operating.md says, and is made ready without a start as authors have it", async () => {
    const [, install] = blocksUnder("docs/writing-plugins.md", "## From nothing to a bot in ten minutes");
    await reader.follow(install);
    const [asBefore, serve] = blocksUnder("docs/operating.md", "## Start it");
    expect(asBefore).toMatchObject({ line: expect.stringMatching(/^npm start +#/) });
    const { found, end } = await reader.start(serve, LINK);
    const page = await fetch(new URL(found[0]).origin);
    expect(await page.text()).toContain("<title>Rookery");
    await end();
  }, 120_000);
});

/** Whether any process of the group is there. */
function groupRuns(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}
