import { existsSync } from "node:fs";
import { run } from "../setup/step.mjs";

const env = {
  ...process.env,
  DEBIAN_FRONTEND: "noninteractive",
  LC_ALL: "C.UTF-8",
  PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin`, // a root without a login shell may lack them
};

/** apt-get that waits for another apt's lock, and gives up on a network that does not answer. */
export const APT_OPTIONS = [
  "-q",
  "-oDPkg::Lock::Timeout=300",
  "-oAcquire::Retries=2",
  "-oAcquire::http::Timeout=20",
  "-oAcquire::https::Timeout=20",
];

/** May packages be installed here? */
export function canInstall() {
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

/** Runs a program of the system as root does. Resolves with its output. */
export function system(program, ...args) {
  return run(program, args, { env });
}

export function aptUpdate() {
  return system("apt-get", ...APT_OPTIONS, "update");
}

export function aptInstall(...packages) {
  return system("apt-get", ...APT_OPTIONS, "install", "-y", "--no-install-recommends", ...packages);
}

/** The version that `apt-get install` would give; undefined if there is none. */
export async function aptCandidate(name) {
  const policy = await system("apt-cache", "policy", name);
  const version = /Candidate: (\S+)/.exec(policy)?.[1];
  return version === "(none)" ? undefined : version;
}
