import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { ProgramConfig } from "../config/config.ts";
import { eventually } from "../testing/eventually.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createPrograms } from "./programs.ts";

const never = new AbortController().signal;

/** Runs a shell script as the program of a plugin. */
function shell(
  script: string,
  more: { timeoutMs?: number; maxOutputBytes?: number; signal?: AbortSignal } = {},
) {
  const { timeoutMs = 10_000, maxOutputBytes = 100_000, signal = never } = more;
  const programs = createPrograms({ sh: configOf("/bin/sh", { always: ["-c", script, "sh"] }) });
  const dataDir = temporaryDirectory();
  return {
    dataDir,
    result: programs.run({ name: "sh", args: [], timeoutMs, maxOutputBytes }, dataDir, signal),
  };
}

function configOf(path: string, more: Partial<ProgramConfig> = {}): ProgramConfig {
  return { path, always: [], options: {}, operands: [], env: {}, ...more };
}

/** Whether a process still does something; a dead one that nobody waited for does not. */
async function isAlive(pid: number): Promise<boolean> {
  const found = await promisify(execFile)("ps", ["-o", "stat=", "-p", String(pid)]).catch(() => null);
  return found !== null && !found.stdout.startsWith("Z");
}

async function pidIn(dataDir: string): Promise<number> {
  return eventually("the background process to say who it is", () => {
    const [run] = readdirSync(dataDir);
    const text =
      run && readdirSync(join(dataDir, run)).includes("pid")
        ? readFileSync(join(dataDir, run, "pid"), "utf8")
        : "";
    return text.endsWith("\n") && Number(text);
  });
}

test("a program's exit code and what it wrote come back", async () => {
  expect(await shell("echo out; echo err >&2; exit 3").result).toEqual({
    ...{ exitCode: 3, stdout: "out\n", stderr: "err\n", timedOut: false, truncated: false },
  });
});

test("a program gets none of the host's environment", async () => {
  process.env.ROOKERY_TEST_SECRET = "hunter2";
  const { stdout } = await shell("env").result;
  delete process.env.ROOKERY_TEST_SECRET;
  const names = stdout
    .trim()
    .split("\n")
    .map((line) => line.split("=")[0]);
  // The shell itself adds its folder and the like.
  expect(names.filter((name) => !["PWD", "SHLVL", "_", "OLDPWD"].includes(name ?? "")).sort()).toEqual([
    ...["HOME", "LANG", "PATH", "TMPDIR"],
  ]);
});

test("a program runs in a folder of its own, readable by nobody else, and gone after", async () => {
  const { dataDir, result } = shell(
    'pwd; ls -A; echo mine > file; ls -ld . | cut -c1-10; echo "$HOME" "$TMPDIR"',
  );
  const [cwd = "", mode, homes] = (await result).stdout.trim().split("\n");
  expect(cwd).toContain(join(dataDir, "run-"));
  expect(mode).toBe("drwx------");
  expect(homes).toBe(`${cwd} ${cwd}`);
  expect(readdirSync(dataDir)).toEqual([]);
});

test("no input is waited for", async () => {
  expect((await shell("cat; echo done").result).stdout).toBe("done\n");
});

test("at the deadline the program ends, and so does all that it started", async () => {
  const { dataDir, result } = shell("sleep 1000 & echo $! > pid; wait", { timeoutMs: 300 });
  const grandchild = await pidIn(dataDir);
  expect(await result).toMatchObject({ timedOut: true, exitCode: null });
  await eventually("the grandchild to be dead", async () => !(await isAlive(grandchild)));
  expect(readdirSync(dataDir)).toEqual([]);
});

test("what a program leaves in the background ends with it, and does not hold its answer up", async () => {
  const { result } = shell("sleep 1000 & echo $!");
  const { stdout, timedOut, exitCode } = await result;
  expect({ timedOut, exitCode }).toEqual({ timedOut: false, exitCode: 0 });
  await eventually("the background process to be dead", async () => !(await isAlive(Number(stdout))));
});

test("at the deadline the answer comes, though something left the group and holds on to the output", async () => {
  const script = "setsid sleep 5 & echo before; wait";
  const start = performance.now();
  expect(await shell(script, { timeoutMs: 300 }).result).toMatchObject({
    stdout: "before\n",
    timedOut: true,
  });
  expect(performance.now() - start).toBeLessThan(3_000);
});

test("a program ends when its instance does", async () => {
  const ending = new AbortController();
  const { dataDir, result } = shell("echo $$ > pid; sleep 1000", { signal: ending.signal });
  const pid = await pidIn(dataDir);
  ending.abort();
  expect(await result).toMatchObject({ exitCode: null, timedOut: false });
  expect(await isAlive(pid)).toBe(false);
});

test("an instance that has ended starts nothing", async () => {
  const { dataDir, result } = shell("echo hi", { signal: AbortSignal.abort(new Error("over")) });
  await expect(result).rejects.toThrow("over");
  expect(readdirSync(dataDir)).toEqual([]);
});

test("output beyond its limit is cut, and the program ended", async () => {
  const { result } = shell("while :; do echo 0123456789; done", { maxOutputBytes: 1_000 });
  const { stdout, truncated, exitCode } = await result;
  expect(stdout).toHaveLength(1_000);
  expect({ truncated, exitCode }).toEqual({ truncated: true, exitCode: null });
});

test("output of just the limit is whole", async () => {
  expect(await shell("printf 0123456789", { maxOutputBytes: 10 }).result).toMatchObject({
    ...{ stdout: "0123456789", truncated: false, exitCode: 0 },
  });
});

const yt = createPrograms({
  yt: configOf("/bin/echo", {
    always: ["--ignore-config"],
    options: { "-J": false, "-f": true },
    operands: ["https://"],
    env: {},
  }),
});
const run = (...args: string[]) =>
  yt.run({ name: "yt", args, timeoutMs: 5_000, maxOutputBytes: 1_000 }, temporaryDirectory(), never);

test("a program is called with the operator's arguments first, then those that the policy allows", async () => {
  const { stdout } = await run("-J", "-f", "best", "--", "https://a.example/", "https://b.example/");
  expect(stdout).toBe("--ignore-config -J -f best -- https://a.example/ https://b.example/\n");
});

test.each([
  [["--exec", "rm -rf /"]],
  [["--exec=rm"]],
  [["-Jx"]],
  [["-f"]],
  [["-f", "--exec"]],
  [["-f=best"]],
  [["https://a.example/"]],
  [["-J", "https://a.example/", "--exec", "x"]],
  [["--", "--exec"]],
  [["--", "/etc/passwd"]],
  [["--", "https://a.example/", "file:///etc/passwd"]],
  [["--", "--", "https://a.example/"]],
  [["toString"]],
  [["__proto__"]],
  [[""]],
])("%j is refused, and nothing is run", async (args) => {
  await expect(run(...args)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
});

test("a program that is not set up, or is not there, says what to do", async () => {
  const programs = createPrograms({ gone: configOf("/nowhere/yt-dlp") });
  const call = (name: string) =>
    programs.run({ name, args: [], timeoutMs: 1_000, maxOutputBytes: 10 }, temporaryDirectory(), never);
  for (const name of ["yt-dlp", "toString", "__proto__"]) {
    await expect(call(name)).rejects.toMatchObject({ code: "NO_SUCH_PROGRAM" });
  }
  await expect(call("gone")).rejects.toMatchObject({
    ...{ code: "NO_SUCH_PROGRAM", message: expect.stringContaining("Check its path in the configuration") },
  });
});
