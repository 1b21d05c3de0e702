import { ELSEWHERE } from "../stand-ins/crypto-elsewhere.ts";

const FILES = "There is no disk: keep data in bot.store or bot.database, and get files with bot.files.";
const REQUESTS = 'Make requests with fetch and the permission "network".';
const SOCKETS = `There are no sockets. ${REQUESTS}`;
const PROGRAMS = 'Run programs with bot.programs and the permission "programs".';
const THREADS = "There are no threads and no processes to start.";
const PACK = "A package in JavaScript, such as fflate, packs and unpacks.";
const MACHINE = "A plugin learns nothing about the machine it runs on.";

const INSTEAD: Record<string, string> = {
  ...{ fs: FILES, "fs/promises": FILES, http: REQUESTS, https: REQUESTS, http2: REQUESTS },
  ...{ net: SOCKETS, tls: SOCKETS, dgram: SOCKETS, dns: SOCKETS, "dns/promises": SOCKETS },
  ...{ child_process: PROGRAMS, worker_threads: THREADS, cluster: THREADS, zlib: PACK },
  ...{ os: MACHINE, tty: MACHINE, readline: "There is nobody at a terminal." },
  ...{ sqlite: "bot.database is a SQLite database." },
};

/** What a plugin does in place of using one of Node's modules, or a name of one that has a stand-in. */
export function insteadOf(module: string, name?: string): string {
  if (name !== undefined && module === "crypto" && Object.hasOwn(ELSEWHERE, name))
    return `Use ${ELSEWHERE[name]}.`;
  return (
    INSTEAD[module] ?? `Look for a package that does without ${name === undefined ? `"${module}"` : "it"}.`
  );
}
