// What the end-to-end tests need of the machine: finds it, and as root on Debian installs what is missing.
// `node scripts/debian.mjs` prints the result as JSON. Nothing here fails a test run: tests whose part is absent are
// skipped, with the reason.
import { pathToFileURL } from "node:url";
import { aptInstall, aptUpdate, canInstall } from "./debian/apt.mjs";
import { onPath } from "./debian/on-path.mjs";
import { installPromtool } from "./debian/promtool.mjs";
import { findSynapse, makeSynapse } from "./debian/synapse.mjs";
import { findYtDlp, installYtDlp } from "./debian/yt-dlp.mjs";
import { lastLines, run, step } from "./setup/step.mjs";

/** In this order: the later ones are made with the earlier ones. */
const PARTS = [
  { name: "Chromium", ...program(["chromium", "chromium-browser", "google-chrome"], ["chromium"]) },
  {
    name: "fonts with emoji",
    find: findFonts,
    install: () => aptInstall("fonts-liberation", "fonts-noto-color-emoji"),
  },
  { name: "bubblewrap", ...program(["bwrap"], ["bubblewrap"]) },
  { name: "systemd", ...program(["systemd-analyze"], ["systemd"]) },
  { name: "Nix", ...program(["nix-instantiate"], ["nix-bin"]) },
  { name: "promtool", ...program(["promtool"], []), install: installPromtool },
  { name: "OpenSSL", ...program(["openssl"], ["openssl"]) },
  { name: "age", ...program(["age"], ["age"]) },
  { name: "yt-dlp", find: findYtDlp, install: installYtDlp },
  {
    name: "Synapse",
    find: findSynapse,
    async install() {
      if (!onPath("debootstrap", "../sbin/debootstrap")) await aptInstall("debootstrap");
      await makeSynapse();
    },
  },
];

function program(programs, packages) {
  return {
    find() {
      const path = onPath(...programs);
      return path ? { available: true, path } : { available: false, reason: `no ${programs[0]} on the PATH` };
    },
    install: () => aptInstall(...packages),
  };
}

/** A page shows boxes where a font with emoji is missing. */
async function findFonts() {
  const program = onPath("fc-list");
  const path = program && (await run(program, [":lang=und-zsye", "file"])).split(":")[0].trim();
  return path ? { available: true, path } : { available: false, reason: "fc-list finds none" };
}

/**
 * Finds or installs every part. Never throws.
 *
 * @returns {Promise<Record<string, {available: true, path: string, version?: string} | {available: false, reason: string}>>}
 */
export async function prepareTestMachine() {
  const results = {};
  const missing = [];
  for (const part of PARTS) {
    results[part.name] = await settle(part.find);
    if (!results[part.name].available) missing.push(part);
  }
  if (missing.length === 0 || !canInstall()) return results;

  const updated = await settle(() => step("updating apt's lists", aptUpdate));
  for (const part of missing) {
    const installed = await settle(() => step(`installing ${part.name}`, part.install));
    results[part.name] = await settle(part.find);
    if (!results[part.name].available) {
      results[part.name].reason += [installed, updated]
        .map(({ reason }) => (reason ? `; ${reason}` : ""))
        .join("");
    }
  }
  return results;
}

/** The result of `work`, or why there is none. */
async function settle(work) {
  try {
    return (await work()) ?? {};
  } catch (error) {
    return {
      available: false,
      reason: [error.message, lastLines(error.output ?? "")].filter(Boolean).join(": "),
    };
  }
}

/** The parts in a line; and a line for each that is absent, with what to do. */
export function describeTestMachine(results) {
  const entries = Object.entries(results);
  const there = entries.filter(([, part]) => part.available).map(([name]) => name);
  const lines = [`  the tests find ${there.join(", ") || "no other programs"}`];
  for (const [name, part] of entries) {
    if (!part.available) lines.push(`  absent: ${name} (${part.reason}); tests with it are skipped`);
  }
  if (there.length < entries.length && !canInstall()) {
    lines.push("  (as root on Debian, npm test installs all of them by itself)");
  }
  return lines.join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  console.log(JSON.stringify(await prepareTestMachine(), undefined, 2));
}
