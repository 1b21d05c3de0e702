import { createTestBot, type TestBot, type TestProgram } from "@rookery/plugin-sdk/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import instagram from "../src/index.ts";
import { recorded } from "./recorded.ts";

const CANARY = "https://www.instagram.com/p/canary/";
const jar = (expires: number) =>
  `# Netscape HTTP Cookie File\n.instagram.com\tTRUE\t/\tTRUE\t${expires}\tsessionid\tabc\n`;

let bot: TestBot;
const store = new Map<string, string>();

interface Program {
  version?: string;
  targets?: string;
  answer?: TestProgram;
}

async function start({ version = "2026.10.26", targets = "", answer }: Program, config: object = {}) {
  bot = await createTestBot(instagram, {
    ...{ config, store },
    programs: {
      "yt-dlp"(args, files) {
        if (args[0] === "--version") return { stdout: `${version}\n` };
        if (args[0] === "--list-impersonate-targets") return { stdout: targets };
        return answer?.(args, files) ?? { stdout: recorded("picture") };
      },
    },
    download: () => ({ type: "image/jpeg", size: 1000 }),
  });
  // It looks by itself when it starts, and nobody waits for that.
  await vi.waitUntil(() => bot.health.has("yt-dlp"), { interval: 1 });
}

beforeEach(() => vi.stubGlobal("fetch", async () => new Response("<html>private</html>")));
afterEach(() => {
  expect(bot.openFiles).toBe(0);
  bot.stop();
  store.clear();
  vi.unstubAllGlobals();
});

test.each([
  ["good", {}, true, /^yt-dlp 2026\.10\.26 is there\. It has no TLS impersonation/],
  ["one that can impersonate", { targets: "Chrome-133   Macos-15   curl_cffi\n" }, true, /is there\.$/],
  [
    "one that could, if it had what it needs",
    { targets: "Chrome-133   Macos-15   curl_cffi (unavailable)\n" },
    true,
    /no TLS impersonation/,
  ],
  ["too old", { version: "2026.07.01" }, false, /too old\. Install yt-dlp 2026\.08\.19 or newer/],
  ["broken", { version: "" }, false, /does not run/],
])("the operator reads that yt-dlp is %s", async (_what, program, ok, message) => {
  await start(program);
  expect(bot.health.get("yt-dlp")).toEqual({ ok, message: expect.stringMatching(message) });
});

test("the canary is fetched once a day, and its result outlives a restart", async () => {
  await start({}, { canary: CANARY });
  expect(bot.health.get("canary")).toBeUndefined();
  await bot.runSchedule("watch");
  const well = { ok: true, message: expect.stringContaining(`${CANARY} was fetched on `) };
  expect(bot.health.get("canary")).toEqual(well);
  bot.stop();
  await start({}, { canary: CANARY });
  await vi.waitUntil(() => bot.health.has("canary"), { interval: 1 });
  expect(bot.health.get("canary")).toEqual(well);
});

test("a canary that does not come twice in a row is an alert with what to look at, over a restart, until it comes", async () => {
  let isBroken = true;
  const answer: TestProgram = () =>
    isBroken
      ? { exitCode: 1, stderr: "ERROR: [Instagram] x: Unable to extract LSD token" }
      : { stdout: recorded("picture") };
  await start({ answer }, { canary: CANARY });
  await bot.runSchedule("watch");
  expect(bot.health.get("canary")).toEqual({
    ok: true,
    message: expect.stringMatching(/^It did not come once/),
  });
  bot.stop();
  await start({ answer }, { canary: CANARY });
  await bot.runSchedule("canary");
  expect(bot.health.get("canary")).toEqual({
    ok: false,
    message: expect.stringMatching(/could not be fetched on .*needs an update.*Is there a newer yt-dlp/),
  });
  isBroken = false;
  await bot.runSchedule("canary");
  expect(bot.health.get("canary")).toMatchObject({ ok: true });
});

test("a canary that fails once and comes an hour later is no alert, and is left alone until the next day", async () => {
  let fetched = 0;
  const answer: TestProgram = () =>
    ++fetched === 1 ? { exitCode: 1, stderr: "ERROR: Unable to extract x" } : { stdout: recorded("picture") };
  await start({ answer }, { canary: CANARY });
  await bot.runSchedule("watch");
  const seen = [bot.health.get("canary")?.ok];
  await bot.runSchedule("canary");
  const before = fetched;
  await bot.runSchedule("canary");
  seen.push(bot.health.get("canary")?.ok);
  expect(seen).toEqual([true, true]);
  expect(fetched).toBe(before);
});

test("a canary that is no post is told at once", async () => {
  await start({}, { canary: "https://www.instagram.com/" });
  expect(bot.health.get("canary")).toMatchObject({
    ok: false,
    message: expect.stringContaining("is no post"),
  });
});

test("a way that breaks is an alert as soon as somebody meets it, and none any more when it works", async () => {
  let isBroken = true;
  await start({
    answer: () =>
      isBroken ? { exitCode: 1, stderr: "ERROR: Unable to extract x" } : { stdout: recorded("picture") },
  });
  await bot.receive("https://www.instagram.com/p/aaa/");
  expect(bot.health.get("by yt-dlp")).toMatchObject({ ok: false });
  isBroken = false;
  await bot.receive("https://www.instagram.com/p/bbb/");
  expect(bot.health.get("by yt-dlp")).toMatchObject({ ok: true });
});

test("cookies are looked at when they are set; those that expired are not used", async () => {
  const calls: string[][] = [];
  const answer: TestProgram = (args) => {
    calls.push(args);
    return { exitCode: 1, stderr: "ERROR: [Instagram] x: You need to log in" };
  };
  await start({ answer }, { cookies: jar(1_700_000_000) });
  expect(bot.health.get("cookies")).toEqual({
    ok: false,
    message: expect.stringContaining("expired on 2023-11-14"),
  });
  await bot.receive("https://www.instagram.com/p/aaa/");
  expect(calls.filter((args) => args.includes("--cookies"))).toEqual([]);
  bot.stop();

  await start({ answer }, { cookies: jar(4_000_000_000) });
  expect(bot.health.get("cookies")).toMatchObject({ ok: true });
  await bot.receive("https://www.instagram.com/p/aaa/");
  expect(calls.filter((args) => args.includes("--cookies"))).toHaveLength(1);
});

test("cookies without a session are refused where they are set", async () => {
  await expect(start({}, { cookies: "csrftoken=1" })).rejects.toThrow("does not fit");
  await start({});
});
