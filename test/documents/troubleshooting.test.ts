import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fencedIn, textOf } from "./blocks.ts";

const ROOT = join(import.meta.dirname, "../..");
const DOCUMENT = "docs/troubleshooting.md";
const HOST = "packages/host/src";

/** The test that meets the symptom and does what the row says; or why none does. */
type Shown = [file: string, title: string] | { not: string };

const INSTALLED = "test/deploy/documents.test.ts";
const WORKER = `${HOST}/runtime/worker-process.test.ts`;
const AWAY = "test/crash/away.test.ts";
const DISK = "test/storage/storage.test.ts";
const LAST_GASP: Shown = [WORKER, "that a worker ended by %s is told in one word, too"];

/** By a row's first cell; by its heading, where a section has no table. */
const SHOWN: Record<string, Shown> = {
  "# When something is wrong": [INSTALLED, "sees what it does and how it is"],

  "`is not a valid configuration`": [
    `${HOST}/config/load.test.ts`,
    "all that is wrong is told at once, each on its line, and nothing twice",
  ],
  "`Another Rookery runs with`": [INSTALLED, "finds the host that somebody started by hand"],
  "`on 127.0.0.1 is in use`": [INSTALLED, "moves it where its port is taken"],
  "`was written by a newer Rookery`": [
    "test/documents.test.ts",
    "goes back from a newer version, which the older one names, with the copy that it made",
  ],
  "`The secret key cannot be read`, `must hold 32 bytes as base64`": [
    `${HOST}/config/secret-key.test.ts`,
    "%j is no key, and stays as it is",
  ],
  "`cannot be read with the key in use`": [
    INSTALLED,
    "goes on without its key where that is lost, and its bot once it is logged in again",
  ],
  "`cannot write to its data directory`": [
    DISK,
    "when it is read-only: a clear error at the start, and all is there when it is not any more",
  ],
  "`A service manager waits at NOTIFY_SOCKET`": {
    not: "It takes a Node older than 26.1, which the tests do not have; `Type=exec` is verified in test/deploy/service.test.ts.",
  },
  "systemd: `status=243/CREDENTIALS`": [INSTALLED, "makes a key where there is none"],
  "### The key is missing": [INSTALLED, "makes a key where there is none"],
  "### The key is lost": [
    INSTALLED,
    "goes on without its key where that is lost, and its bot once it is logged in again",
  ],
  "### The port is taken": [INSTALLED, "moves it where its port is taken"],
  "### Another one runs": [INSTALLED, "finds the host that somebody started by hand"],

  "## Nobody can sign in": [INSTALLED, "gets in again when nobody can sign in"],

  "`stopped`": [`${HOST}/api/life-cycle.test.ts`, "an instance is stopped, started, restarted and changed"],
  "`blocked`, its account": [
    AWAY,
    "waits as blocked when its login is revoked, and goes on with the next one where it was",
  ],
  "`blocked`, its plugin": [
    `${HOST}/runtime/supervisor.test.ts`,
    "a plugin that was not granted what it asks for is blocked and says what, until it is",
  ],
  "`crashed`": ["test/page/trouble.test.ts", "says why an instance crashed, and restarts it"],
  "running, and the message is not in its trace": [
    "test/documents/at-a-host.test.ts",
    "an account's rooms and invitations are seen and answered",
  ],
  "the trace says _too old_": [
    `${HOST}/api/deliveries.test.ts`,
    "an instance has a catch-up age of its own: what is older when the host is back is counted and gets no answer",
  ],
  "the trace says _failed_": [
    `${HOST}/api/deliveries.test.ts`,
    "what failed is listed with its event and its error, and is run again by hand",
  ],
  "it answers late": [AWAY, "answers 30 commands in order although the server lets it send four a second"],
  "the inbox is full": [
    "test/load/full-inbox.test.ts",
    "refuses what comes beyond the bound of an inbox, counted and told, and answers all else, across kill -9",
  ],

  "`exit`": LAST_GASP,
  "`out-of-memory`": LAST_GASP,
  "`unresponsive`": LAST_GASP,
  "`flood`": LAST_GASP,
  "`bad-message`": LAST_GASP,
  "`unread`": [WORKER, "a worker that does not take what it is told is ended before that fills the host"],
  "`not-started`": [
    `${HOST}/runtime/child-stream.test.ts`,
    "a worker that has no file descriptors to start with is told as not started",
  ],

  "## An account does not sync": [AWAY, "is back within two seconds of its homeserver's return"],

  "`yt-dlp is not installed`, `is too old to read Instagram`": [
    `${HOST}/services/notices.test.ts`,
    "a yt-dlp that is missing, too old or broken is told, where a plugin wants it",
  ],
  "`bubblewrap is not installed`": [
    `${HOST}/services/notices.test.ts`,
    "that programs have no sandbox is told, where a plugin wants one and the operator did not say off",
  ],
  "`bubblewrap does not work on this machine`": [
    `${HOST}/runtime/sandbox.test.ts`,
    "a bubblewrap that does not work is as none, and what it said is told",
  ],

  "## Memory, disk, and a host that is slow": [
    DISK,
    "when its disk is full: health says so, nothing is lost, and it goes on by itself",
  ],
  "## Back to yesterday": [
    "test/documents.test.ts",
    "makes a backup, verifies it, and restores it with what was there before beside it",
  ],
};

/** The first cell of each row; the heading of each section that says something else than a table. */
function symptoms(): string[] {
  const fenced = new Set(fencedIn(DOCUMENT).flatMap(({ content }) => content.split("\n")));
  const lines = textOf(DOCUMENT)
    .split("\n")
    .filter((line) => line !== "" && !fenced.has(line));
  const sections: { heading: string; rows: string[] }[] = [];
  for (const [at, line] of lines.entries()) {
    if (/^#+ /.test(line)) sections.push({ heading: line, rows: [] });
    const isRow = line.startsWith("|") && !line.startsWith("| -") && !lines[at + 1]?.startsWith("| -");
    if (isRow) sections.at(-1)?.rows.push(line.split("|")[1]?.trim() ?? "");
  }
  return sections.flatMap(({ heading, rows }) => (rows.length > 0 ? rows : [heading]));
}

it("each symptom in docs/troubleshooting.md has a test that does what is to be done, or says why not", () => {
  expect(symptoms()).toEqual(Object.keys(SHOWN));
  for (const [symptom, shown] of Object.entries(SHOWN)) {
    if ("not" in shown) continue;
    const [file, title] = shown;
    const source = readFileSync(join(ROOT, file), "utf8");
    expect(source.includes(`"${title}"`), `${symptom}: "${title}" in ${file}`).toBe(true);
  }
});
