import {
  Answer,
  aboutPost,
  FetchFailure,
  known,
  type Post,
  readAnswer,
  runYtDlp,
  type Source,
  type YtDlpOptions,
} from "@rookery/link-media";
import { parse } from "@rookery/plugin-sdk";

const FILE = "media";

/**
 * The call that downloads, too: sites have their files anywhere, and only yt-dlp knows where. The generic extractor,
 * which would take any page, is left out.
 *
 * @param maxBytes what the site says to be larger is not begun with
 */
export function downloadArgs(maxBytes: number): string[] {
  return [
    ...["-J", "--no-simulate", "--no-progress", "--no-warnings", "--no-playlist"],
    ...["--ies", "all,-generic"],
    ...["-I", "1", "-f", "b[ext=mp4]/b/bv*"],
    ...["--match-filters", "!is_live"],
    ...["--max-filesize", String(maxBytes)],
    ...["--no-part", "--no-mtime", "--fixup", "never"],
    ...["--socket-timeout", "10", "--retries", "1", "--extractor-retries", "1"],
    ...["-o", FILE],
  ];
}

/** yt-dlp, as a way to learn what a link leads to and to have it at once. */
export function downloadSource(options: Omit<YtDlpOptions, "args">, maxBytes: number): Source {
  const { failures } = options;
  return {
    name: "yt-dlp",
    async fetch(link, deadline): Promise<Post> {
      const run = { ...options, args: downloadArgs(maxBytes) };
      const { stdout, files } = await runYtDlp(run, link, deadline, { collect: [FILE] });
      const file = files[FILE];
      try {
        const answer = readAnswer(options, link, stdout, (text) => parse(Answer, JSON.parse(text)));
        const entry = answer.entries?.find((each) => each) ?? answer;
        if (!file && (answer.is_live || entry.is_live)) throw new FetchFailure(failures.live);
        const { width, height, duration } = entry;
        const info = known({ width, height, durationMs: duration ? duration * 1000 : undefined });
        const { author: _author, text: _text, ...about } = aboutPost(answer);
        return {
          ...about,
          id: FILE,
          author: undefined,
          text: entry.title ?? "",
          items: [
            {
              kind: "either",
              url: entry.url ?? "",
              cover: undefined,
              info,
              ...(file ? { file } : { isTooLarge: true }),
            },
          ],
        };
      } catch (error) {
        await file?.close();
        throw error;
      }
    },
  };
}
