import { parseArgs } from "node:util";
import type { Account } from "@rookery/host/api";
import { loadConfig } from "@rookery/host/config";
import { type Output, type RunCommand, UsageError } from "../command.ts";
import { dataDirectory } from "../doctor/data-directory.ts";
import type { Finding } from "../doctor/finding.ts";
import { homeserver } from "../doctor/homeserver.ts";
import { nodeVersion } from "../doctor/node-version.ts";
import { programs } from "../doctor/programs.ts";
import { configuredHost, runningHost } from "../doctor/running-host.ts";
import { printable } from "../printable.ts";
import { openApi } from "../remote/api.ts";
import { knownHostsFile, readKnownHosts } from "../remote/known-hosts.ts";

/** `rookery doctor`: looks at what Rookery needs on this machine. It fails where something is wrong. */
export const doctor: RunCommand = async (args, output) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      config: { type: "string" },
      homeserver: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
    },
  });
  if (positionals.length > 0) throw new UsageError("It looks at everything, and takes no names.");
  const findings = await look(values.config, values.homeserver);
  if (values.json) output.out.write(`${JSON.stringify(findings)}\n`);
  else show(findings, output);
  const wrong = findings.filter(({ state }) => state === "wrong").length;
  if (wrong > 0) throw new Error(`${wrong === 1 ? "One thing is" : `${wrong} things are`} wrong.`);
};

async function look(file: string | undefined, named: readonly string[]): Promise<Finding[]> {
  const first = [nodeVersion()];
  const what = "Configuration";
  let config: ReturnType<typeof loadConfig>;
  try {
    config = loadConfig({ file, env: process.env, cwd: process.cwd() });
  } catch (error) {
    const remedy = "Mend it, and look again; docs/operating.md lists what there is.";
    return [...first, { what, state: "wrong", found: (error as Error).message, remedy }];
  }
  const url = configuredHost(config);
  const homeservers = new Set([...named, ...(await homeserversOf(url))]);
  const [directory, found, host, ...servers] = await Promise.all([
    dataDirectory(config.dataDir),
    programs(config.programs["yt-dlp"]?.path),
    runningHost(url),
    ...[...homeservers].map((server) => homeserver(server)),
  ]);
  return [...first, { what, state: "well", found: "valid" }, ...directory, ...found, ...host, ...servers];
}

/** Those of the accounts, where somebody here is logged in at the host. */
async function homeserversOf(url: string | undefined): Promise<string[]> {
  const known = (await readKnownHosts(knownHostsFile(process.env))).find((host) => host.url === url);
  if (!known) return [];
  const api = openApi(known.url, { authorization: `Bearer ${known.token}` });
  // That it does not run, or that the login has ended, is found elsewhere.
  const accounts = await api.get<Account[]>("/accounts").catch((): Account[] => []);
  return accounts.map(({ homeserverUrl }) => homeserverUrl);
}

const MARKS = { well: "✓", note: "·", wrong: "✗" } as const;

function show(findings: readonly Finding[], { out }: Output): void {
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const { what, state, found, remedy } of findings) {
    out.write(printable(`${MARKS[state]} ${what.padEnd(width)}  ${found}\n`));
    if (remedy !== undefined) out.write(printable(`  ${" ".repeat(width)}  ${remedy}\n`));
  }
}
