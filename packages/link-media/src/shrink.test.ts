import { definePlugin } from "@rookery/plugin-sdk";
import type { TestRun } from "@rookery/plugin-sdk/testing";
import { createTestBot } from "@rookery/plugin-sdk/testing";
import { expect, test } from "vitest";
import { deadlineIn } from "./deadline.ts";
import { createShrinker } from "./shrink.ts";

const FILM = { type: "video/mp4", size: 80_000_000, durationMs: 60_000 };
const MAX = 20_000_000;

/** What is said of a film that is made smaller by this ffmpeg. */
async function shrunk(ffmpeg: ((args: string[]) => TestRun) | undefined, film: Partial<typeof FILM> = FILM) {
  const calls: string[][] = [];
  const plugin = definePlugin({
    setup(bot) {
      const shrinker = createShrinker(bot);
      bot.command("shrink", "", async (ctx) => {
        const file = await bot.files.fetch("https://cdn/film.mp4");
        const small = await shrinker.shrink(file, MAX, deadlineIn(10_000));
        await ctx.reply(`${await shrinker.isThere()} ${small?.size ?? "no"}`);
        await Promise.all([file.close(), small?.close()]);
      });
    },
  });
  const bot = await createTestBot(plugin, {
    download: () => ({ ...FILM, ...film }) as typeof FILM,
    programs: ffmpeg
      ? {
          ffmpeg(args) {
            if (args[0] === "-version") return {};
            calls.push(args);
            return ffmpeg(args);
          },
        }
      : {},
  });
  const [answer] = await bot.receive("!shrink");
  expect(bot.openFiles).toBe(0);
  return { said: answer?.text, calls, log: bot.log.map(({ message }) => message) };
}
const makes = (size: number) => () => ({ files: { "out.mp4": { type: "video/mp4", size } } });

test("a film becomes as large as it may be, by its duration", async () => {
  const { said, calls } = await shrunk(makes(19_000_000));
  expect(said).toBe("true 19000000");
  // 20 MB in a minute are 2.67 Mbit/s; a tenth less, and less the sound.
  expect(calls[0]?.join(" ")).toContain("-i in ");
  expect(calls[0]?.join(" ")).toContain("-b:v 2336k");
  expect(calls[0]?.at(-1)).toBe("out.mp4");
});

test("what is still too large, or came to nothing, is not sent, and the log says why", async () => {
  expect(await shrunk(makes(21_000_000))).toMatchObject({
    ...{ said: "true no", log: ["A film could not be made smaller: it is still too large."] },
  });
  expect(await shrunk(() => ({ exitCode: 1, stderr: "moov atom not found\n" }))).toMatchObject({
    ...{ said: "true no", log: ["A film could not be made smaller: moov atom not found."] },
  });
});

test("a film whose duration is not known, or that would be but a blur, is not tried", async () => {
  const hour = { durationMs: 3 * 60 * 60_000 };
  for (const film of [hour, { durationMs: undefined }] as Partial<typeof FILM>[]) {
    expect(await shrunk(makes(1), film)).toMatchObject({ said: "true no", calls: [], log: [] });
  }
});

test("where there is no ffmpeg, that is no trouble", async () => {
  expect(await shrunk(undefined)).toMatchObject({ said: "false no", log: [] });
});
