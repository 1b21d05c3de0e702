import { type BotFile, HostError, type Log, type Programs } from "@rookery/plugin-sdk";
import type { Deadline } from "./deadline.ts";

/** Makes films smaller, where there is ffmpeg. */
export interface Shrinker {
  /** Whether there is any use in asking. Never rejects. */
  isThere(): Promise<boolean>;
  /** A smaller film of at most so many bytes; `null` where that did not work. The given one stays as it is. */
  shrink(film: BotFile, maxBytes: number, deadline: Deadline): Promise<BotFile | null>;
}

const [IN, OUT] = ["in", "out.mp4"];
const AUDIO_KBITS = 64;
/** Below this nobody can see what it shows. */
const LEAST_KBITS = 150;
/** The encoder meets what it is told roughly. */
const SAFETY = 0.9;

export function createShrinker(bot: { programs: Programs; log: Log }): Shrinker {
  const found = bot.programs.run("ffmpeg", ["-version"]).then(
    ({ exitCode }) => exitCode === 0,
    // It was not granted, or is not there: who set it up so knows.
    () => false,
  );

  return {
    isThere: () => found,
    async shrink(film, maxBytes, deadline) {
      const { durationMs } = film;
      if (durationMs === undefined || deadline.left() === 0 || !(await found)) return null;
      const kbits = Math.floor((maxBytes * 8 * SAFETY) / durationMs) - AUDIO_KBITS;
      if (kbits < LEAST_KBITS) return null;
      const args = [
        ...["-i", IN, "-vf", "scale='min(720,iw)':-2", "-c:v", "libx264", "-preset", "veryfast"],
        ...["-b:v", `${kbits}k`, "-maxrate", `${kbits}k`, "-bufsize", `${kbits}k`, "-pix_fmt", "yuv420p"],
        ...["-c:a", "aac", "-b:a", `${AUDIO_KBITS}k`, "-movflags", "+faststart", "-f", "mp4", OUT],
      ];
      try {
        const options = { timeoutMs: deadline.left(), files: { [IN]: film }, collect: [OUT] };
        const { exitCode, stderr, files, timedOut } = await bot.programs.run("ffmpeg", args, options);
        const small = files[OUT];
        if (exitCode === 0 && small && small.size <= maxBytes) return small;
        await small?.close();
        const why = timedOut
          ? "it took too long"
          : (stderr.trim().split("\n").at(-1) ?? `exit code ${exitCode}`);
        bot.log.warn(`A film could not be made smaller: ${small ? "it is still too large" : why}.`);
        return null;
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        bot.log.warn("A film could not be made smaller.", error);
        return null;
      }
    },
  };
}
