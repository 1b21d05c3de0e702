import { plugin } from "../attempt.ts";

/** Names and times that are code, paths or endless. */
export default plugin({
  setup: `
    for (const [name, when] of [["../x", "* * * * *"], ["__proto__", "1,".repeat(1e5)], ["a", { cron: "* * * * *", timeZone: "../../etc/passwd" }]])
      try { bot.schedule(name, when, () => {}); } catch {}`,
  doesNotStart: /cannot be run/,
});
