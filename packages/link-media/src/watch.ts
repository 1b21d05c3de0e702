import type { Bot, Health } from "@rookery/plugin-sdk";
import type { Chain } from "./chain.ts";
import { type Cookies, cookieHealth } from "./cookies.ts";
import { deadlineIn } from "./deadline.ts";
import { FetchFailure } from "./failures.ts";
import type { Link, Site } from "./site.ts";

type WatchingBot = Pick<Bot<unknown>, "health" | "schedule" | "store" | "programs" | "files" | "log">;

export interface WatchOptions {
  /** The oldest yt-dlp that can be of use: `2026.08.19`. */
  oldestYtDlp: string;
  /** A public post that is fetched once a day, and every hour after it did not come; `""`: none. */
  canary: string;
  chain: Chain;
  timeoutMs: number;
  cookies?: { all: Cookies; domain: string; needed: string };
}

const CANARY = "canary";
/** So often in a row it has to fail before it is told: sites hiccup. */
const FAILURES = 2;
/** Where the last result stands, so that a restart does not lose it. */
const KEY = "health/canary";

/** What became of the canary: what was told, and how often in a row it did not come. */
interface Fetched extends Health {
  canary: string;
  failures: number;
}

const MAX_MESSAGE = 500;

/** Looks once a day whether posts can be fetched still, and tells the operator. */
export function watch(bot: WatchingBot, site: Site, options: WatchOptions): void {
  const { canary, chain, timeoutMs, cookies } = options;
  const tell = (check: string, { ok, message }: Health) =>
    bot.health(check, { ok, message: message.slice(0, MAX_MESSAGE) });

  async function look(): Promise<void> {
    tell("yt-dlp", await ytDlpHealth(bot, options.oldestYtDlp));
    if (cookies) tell("cookies", cookieHealth(cookies.all, cookies));
  }

  async function fetchPost(link: Link): Promise<Health> {
    try {
      const deadline = deadlineIn(timeoutMs);
      const post = await chain.fetch(link, deadline);
      const first = post.items.find((item) => item !== null);
      const file =
        first?.file ??
        (await bot.files.fetch(first?.url ?? "", {
          headers: site.headers ?? {},
          timeoutMs: deadline.left() || 1,
        }));
      await file.close();
      return { ok: true, message: `${link.url} was fetched on ${today()}.` };
    } catch (error) {
      const why = error instanceof FetchFailure ? error.failure.sentence : (error as Error).message;
      const message = `${link.url} could not be fetched on ${today()}: ${why} Is there a newer yt-dlp, and does ${site.name} let this machine in?`;
      return { ok: false, message };
    }
  }

  async function lastFetched(): Promise<Fetched | undefined> {
    const last = await bot.store.get<Fetched>(KEY);
    return last?.canary === canary ? last : undefined;
  }

  async function fetchCanary(link: Link): Promise<void> {
    const last = await lastFetched();
    const { ok, message } = await fetchPost(link);
    const failures = ok ? 0 : (last?.failures ?? 0) + 1;
    const isTold = failures >= FAILURES;
    const health =
      ok || isTold
        ? { ok, message }
        : { ok: true, message: `It did not come once, and is tried again within an hour. ${message}` };
    tell(CANARY, health);
    await bot.store.set(KEY, { ...health, canary, failures });
  }

  void look().catch((error: unknown) => bot.log.error("The fetcher could not be looked at.", error));
  const address = URL.parse(canary);
  const link = address && site.readLink(address);
  if (link) {
    void lastFetched().then((last) => {
      if (last) tell(CANARY, last);
    });
  } else if (canary !== "") {
    tell(CANARY, { ok: false, message: `The canary ${canary} is no post of ${site.name}: set another one.` });
  }

  bot.schedule("watch", "17 5 * * *", async () => {
    await look();
    if (link) await fetchCanary(link);
  });
  bot.schedule("canary", "47 * * * *", async () => {
    if (link && (await lastFetched())?.failures) await fetchCanary(link);
  });
}

const today = () => new Date().toISOString().slice(0, 10);

async function ytDlpHealth({ programs }: Pick<WatchingBot, "programs">, oldest: string): Promise<Health> {
  const remedy = `Install yt-dlp ${oldest} or newer.`;
  try {
    const { stdout, exitCode } = await programs.run("yt-dlp", ["--version"]);
    const version = stdout.trim();
    if (exitCode !== 0 || version === "") return { ok: false, message: `yt-dlp does not run. ${remedy}` };
    if (version < oldest) return { ok: false, message: `yt-dlp ${version} is too old. ${remedy}` };
    const targets = await programs.run("yt-dlp", ["--list-impersonate-targets"]);
    const without = /curl_cffi(?!.*unavailable)/.test(targets.stdout)
      ? ""
      : " It has no TLS impersonation (curl_cffi), so that sites may refuse it more often.";
    return { ok: true, message: `yt-dlp ${version} is there.${without}` };
  } catch (error) {
    return { ok: false, message: `yt-dlp cannot be run: ${(error as Error).message} ${remedy}` };
  }
}
