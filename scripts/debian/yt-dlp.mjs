import { readFileSync, writeFileSync } from "node:fs";
import { StepError } from "../setup/step.mjs";
import { aptCandidate, aptInstall, aptUpdate, system } from "./apt.mjs";
import { onPath } from "./on-path.mjs";

/** Instagram's extractor was rewritten in mid-2026; older ones fail. */
const OLDEST = "2026.08.19";

/** Debian releases whose own archive holds an older one, and the archive that holds a new one. */
const BACKPORTS = { bookworm: "trixie-backports", trixie: "trixie-backports" };

/** Where yt-dlp is, and that it is new enough. */
export async function findYtDlp() {
  const path = onPath("yt-dlp");
  if (!path) return { available: false, reason: "not on the PATH" };
  const version = (await system(path, "--version")).trim();
  if (isNewEnough(version)) return { available: true, path, version };
  return { available: false, reason: `version ${version} is older than ${OLDEST}` };
}

/** Installs it from the machine's own archive if that one is new enough, else yt-dlp alone from backports. */
export async function installYtDlp() {
  if (isNewEnough((await aptCandidate("yt-dlp")) ?? "")) return aptInstall("yt-dlp");
  const codename = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "";
  const backports = BACKPORTS[codename];
  if (!backports) throw new StepError(`this system's archive has no yt-dlp ${OLDEST} or newer`);
  await addBackports(codename, backports);
  await aptUpdate();
  await aptInstall("yt-dlp");
}

/** Versions are dates, YYYY.MM.DD, which sort as text; Debian appends its own revision. */
function isNewEnough(version) {
  return version.slice(0, OLDEST.length) >= OLDEST;
}

/** A second archive, from the same mirror, out of which nothing but yt-dlp is ever installed or upgraded. */
async function addBackports(codename, backports) {
  const known = await archives();
  if (!known.some(({ release }) => release === backports)) {
    const own = known.find(({ label, release }) => label === "Debian" && release === codename);
    if (!own) throw new StepError(`apt knows no archive of Debian ${codename} to take ${backports} from`);
    writeFileSync(
      "/etc/apt/sources.list.d/rookery-yt-dlp.sources",
      [
        `# Made by Rookery's npm test: a newer yt-dlp than Debian ${codename} has.`,
        "Types: deb",
        `URIs: ${own.uri}`,
        `Suites: ${backports}`,
        "Components: main",
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg",
        "",
      ].join("\n"),
    );
    pin("rookery-yt-dlp-others", "*", backports, -10);
  }
  pin("rookery-yt-dlp", "yt-dlp", backports, 600);
}

async function archives() {
  const format = "$(LABEL) $(RELEASE) $(REPO_URI)";
  const lines = (await system("apt-get", "indextargets", "--format", format, "Created-By: Packages")).trim();
  return lines.split("\n").map((line) => {
    const [label, release, uri] = line.split(" ");
    return { label, release, uri };
  });
}

function pin(file, name, release, priority) {
  const text = `Package: ${name}\nPin: release n=${release}\nPin-Priority: ${priority}\n`;
  writeFileSync(`/etc/apt/preferences.d/${file}`, text);
}
