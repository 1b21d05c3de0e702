#!/usr/bin/env node
// Plain JavaScript for any Node there may be: what follows is TypeScript and needs a recent one.
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";

const OLDEST = 24;
/**
 * What a host's process is started with, so that its memory comes back after a flood or a large bundle: V8's young
 * generation stays small, and glibc returns large pieces to the system instead of keeping them in one arena per thread.
 * (What is read from a socket comes in pieces of 64 KiB: given back each time, they would double the time of an echo.)
 */
const FLAGS = ["--max-semi-space-size=4", "--disable-warning=ExperimentalWarning"];
const ENVIRONMENT = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: "69632",
  MALLOC_TRIM_THRESHOLD_: "65536",
};
const isHost = process.argv[2] === "serve";
const root = fileURLToPath(new URL("../../..", import.meta.url));
const ownNode = fileURLToPath(new URL("../../../node_modules/.bin/node", import.meta.url));

if (Number(process.versions.node.split(".")[0]) >= OLDEST) {
  if (isHost) becomeHost();
  nodeModule.enableCompileCache(
    fileURLToPath(new URL("../../../node_modules/.cache/compile", import.meta.url)),
  );
  // Run by the wrapper below, it ends with it, also where that one is killed.
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
  const { main } = await import("../src/main.ts");
  process.exitCode = await main(process.argv.slice(2));
} else if (existsSync(ownNode) && realpathSync(ownNode) !== realpathSync(process.execPath)) {
  runUnder(ownNode);
} else {
  process.stderr.write(
    `Rookery needs Node ${OLDEST} or newer, and this is Node ${process.versions.node}. Run "npm install" in ${root}, which brings a fitting Node along, or use a newer one.\n`,
  );
  process.exitCode = 1;
}

/** Both are read when a process begins, so this one begins once more, with the same ID, if it lacks them. */
function becomeHost() {
  if (process.env.MALLOC_ARENA_MAX !== undefined || process.channel || process.platform === "win32") return;
  const flags = FLAGS.filter((flag) => !process.execArgv.includes(flag));
  const args = [process.execPath, ...flags, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, args, { ...ENVIRONMENT, ...process.env });
}

/** Runs the same command under another Node and ends as it ends. */
function runUnder(node) {
  const script = fileURLToPath(import.meta.url);
  // Before there is a child: a signal that comes while it is started must not end this process alone.
  let child;
  // A terminal sends Ctrl+C to the child as well; everything else reaches only this process.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  child = spawn(node, [...(isHost ? FLAGS : []), script, ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...(isHost ? ENVIRONMENT : {}), ...process.env },
  });
  child.on("error", (error) => {
    process.stderr.write(`${node} could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 1;
    if (signal !== null) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}
