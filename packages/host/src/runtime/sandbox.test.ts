import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test, vi } from "vitest";
import { findProgram } from "../config/find-program.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { describeSandbox, findSandbox } from "./sandbox.ts";

// Real programs on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const PATH = process.env.PATH ?? "";
const bwrap = findProgram("bwrap", PATH);
const dataDir = "/nowhere";

/** A bubblewrap of the machine's that refuses what the shell pattern matches, as some machines do. */
function refusing(pattern: string): string {
  const folder = temporaryDirectory();
  const script = `#!/bin/sh\ncase "$*" in ${pattern}) echo "bwrap: Operation not permitted" >&2; exit 1;; esac\nexec ${bwrap ?? "false"} "$@"\n`;
  writeFileSync(join(folder, "bwrap"), script, { mode: 0o755 });
  return `${folder}${delimiter}${PATH}`;
}

test("where nothing is installed there is nothing, and why is told", async () => {
  const found = await findSandbox({ mode: "auto", path: "/nowhere", dataDir });
  expect(found).toEqual({ bubblewrap: null, prlimit: null, missing: "bubblewrap is not installed." });
  expect(describeSandbox(found)).toBe(
    "Programs run without a sandbox, with no limits on memory (prlimit is not installed). bubblewrap is not installed.",
  );
});

test("an operator who wants none has none, and is not told again", async () => {
  const found = await findSandbox({ mode: "off", path: PATH, dataDir });
  expect(found).toMatchObject({ bubblewrap: null, missing: null });
});

test("a bubblewrap that does not work is as none, and what it said is told", async () => {
  const found = await findSandbox({ mode: "auto", path: refusing("*--ro-bind*"), dataDir });
  expect(found).toMatchObject({
    bubblewrap: null,
    missing: "bubblewrap does not work on this machine: bwrap: Operation not permitted",
  });
});

test.runIf(bwrap).each([
  ["nested user namespaces cannot be forbidden", "*--disable-userns*", "--unshare-user", true],
  ["there is no /proc to give", '*"--proc /proc"*', "--proc", false],
  ["nothing is refused", "nothing", "--disable-userns", true],
])("where %s, the sandbox is as good as can be", async (_what, pattern, option, isThere) => {
  const found = await findSandbox({ mode: "required", path: refusing(pattern), dataDir });
  expect(found.missing).toBeNull();
  const command = found.bubblewrap?.enclose({
    ...{ program: "/bin/sh", directory: "/usr", readable: [], network: true },
  });
  expect(command?.includes(option)).toBe(isThere);
  expect(describeSandbox(found)).toMatch(/^Programs run under bubblewrap, with /);
});
