import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { ProgramConfig } from "../config/config.ts";
import { eventually } from "../testing/eventually.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createPrograms } from "./programs.ts";
import { findSandbox, type SandboxMode } from "./sandbox.ts";

// Real programs on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const never = new AbortController().signal;
const PATH = process.env.PATH ?? "";

interface Run {
  timeoutMs?: number;
  maxOutputBytes?: number;
  signal?: AbortSignal;
  config?: Partial<ProgramConfig>;
}

/** Runs a shell script as the program of a plugin. */
function shell(mode: SandboxMode, script: string, more: Run = {}) {
  const { timeoutMs = 10_000, maxOutputBytes = 100_000, signal = never, config = {} } = more;
  const hostDir = temporaryDirectory();
  const dataDir = join(hostDir, "instances", "one");
  mkdirSync(dataDir, { recursive: true });
  const sandbox = findSandbox({ mode, path: PATH, dataDir: hostDir });
  const sh = configOf("/bin/sh", { always: ["-c", script, "sh"], ...config });
  const programs = createPrograms({ sh }, { mode, sandbox });
  return {
    ...{ hostDir, dataDir },
    result: programs.run({ name: "sh", args: [], timeoutMs, maxOutputBytes }, dataDir, signal),
  };
}

function configOf(path: string, more: Partial<ProgramConfig> = {}): ProgramConfig {
  return { path, always: [], options: {}, operands: [], env: {}, ...more };
}

let lastSleep = process.pid * 1_000;
/** A way to sleep that no other process on the machine has, to be found by it. */
function uniqueSleep(): string {
  return `sleep 1000.${++lastSleep}`;
}

/** The processes with this command line, wherever they are in the tree of processes. */
function processesOf(command: string): number[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8") === `${command.replaceAll(" ", "\0")}\0`
        ? [Number(pid)]
        : [];
    } catch {
      return [];
    }
  });
}
const running = (command: string) => eventually(`"${command}" to run`, () => processesOf(command).length > 0);

const here = await findSandbox({ mode: "auto", path: PATH, dataDir: "/nowhere" });
const MODES: { mode: SandboxMode; where: string }[] = [
  { mode: "off", where: "without a sandbox" },
  ...(here.bubblewrap ? [{ mode: "required" as const, where: "under bubblewrap" }] : []),
];

describe.each(MODES)("$where", ({ mode }) => {
  const run = (script: string, more: Run = {}) => shell(mode, script, more);

  test("a program's exit code and what it wrote come back", async () => {
    expect(await run("echo out; echo err >&2; exit 3").result).toEqual({
      ...{ exitCode: 3, stdout: "out\n", stderr: "err\n", timedOut: false, truncated: false },
    });
  });

  test("a program gets none of the host's environment", async () => {
    process.env.ROOKERY_TEST_SECRET = "hunter2";
    const { stdout } = await run("env").result;
    delete process.env.ROOKERY_TEST_SECRET;
    const names = stdout
      .trim()
      .split("\n")
      .map((line) => line.split("=")[0]);
    // The shell itself adds its folder and the like; the mark is for finding what it leaves behind.
    const ofTheShell = ["PWD", "SHLVL", "_", "OLDPWD", "ROOKERY_RUN"];
    expect(names.filter((name) => !ofTheShell.includes(name ?? "")).sort()).toEqual([
      ...["HOME", "LANG", "PATH", "TMPDIR"],
    ]);
  });

  test("a program runs in a folder of its own, readable by nobody else, and gone after", async () => {
    const { dataDir, result } = run(
      'pwd; ls -A; echo mine > file; cat file; ls -ld . | cut -c1-10; echo "$HOME" "$TMPDIR"',
    );
    const [cwd = "", mine, rights, homes] = (await result).stdout.trim().split("\n");
    expect(cwd).toContain(mode === "off" ? join(dataDir, "run-") : "/private");
    expect(mine).toBe("mine");
    expect(rights).toBe("drwx------");
    expect(homes).toBe(`${cwd} ${cwd}`);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test("no input is waited for", async () => {
    expect((await run("cat; echo done").result).stdout).toBe("done\n");
  });

  test("at the deadline the program ends, and so does all that it started", async () => {
    const sleep = uniqueSleep();
    const { dataDir, result } = run(`${sleep} & wait`, { timeoutMs: 1_000 });
    await running(sleep);
    expect(await result).toMatchObject({ timedOut: true, exitCode: null });
    await eventually("it to be dead", () => processesOf(sleep).length === 0);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test("what a program leaves in the background ends with it, and does not hold its answer up", async () => {
    const sleep = uniqueSleep();
    const { timedOut, exitCode } = await run(`${sleep} & echo started`).result;
    expect({ timedOut, exitCode }).toEqual({ timedOut: false, exitCode: 0 });
    await eventually("it to be dead", () => processesOf(sleep).length === 0);
  });

  test.each([
    ["the program ends", "", { timedOut: false, exitCode: 0 }],
    ["it is at its deadline", "; sleep 100", { timedOut: true, exitCode: null }],
  ])(
    "what left the group and its parents, and holds on to the output, is dead when %s",
    async (_when, after, expected) => {
      const sleep = uniqueSleep();
      // Forked twice, in sessions of their own, orphans.
      const script = `setsid sh -c '(setsid ${sleep} &) & ${sleep} &' & until [ -e go ]; do sleep 0.02; done; echo before`;
      const { dataDir, result } = run(script + after, { timeoutMs: after ? 2_000 : 20_000 });
      await eventually("both to run", () => processesOf(sleep).length === 2);
      for (const name of readdirSync(dataDir)) writeFileSync(join(dataDir, name, "go"), "");
      expect(await result).toMatchObject({ stdout: "before\n", ...expected });
      await eventually("both to be dead", () => processesOf(sleep).length === 0);
    },
  );

  test("a program ends when its instance does", async () => {
    const ending = new AbortController();
    const sleep = uniqueSleep();
    const { result } = run(`${sleep}`, { signal: ending.signal });
    await running(sleep);
    ending.abort();
    expect(await result).toMatchObject({ exitCode: null, timedOut: false });
    await eventually("it to be dead", () => processesOf(sleep).length === 0);
  });

  test("an instance that has ended starts nothing", async () => {
    const { dataDir, result } = run("echo hi", { signal: AbortSignal.abort(new Error("over")) });
    await expect(result).rejects.toThrow("over");
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test("output beyond its limit is cut, and the program ended", async () => {
    const { result } = run("while :; do echo 0123456789; done", { maxOutputBytes: 1_000 });
    const { stdout, truncated, exitCode } = await result;
    expect(stdout).toHaveLength(1_000);
    expect({ truncated, exitCode }).toEqual({ truncated: true, exitCode: null });
  });

  test("output of just the limit is whole", async () => {
    expect(await run("printf 0123456789", { maxOutputBytes: 10 }).result).toMatchObject({
      ...{ stdout: "0123456789", truncated: false, exitCode: 0 },
    });
  });

  test("a program that is not there says what to do", async () => {
    const config = { path: "/nowhere/yt-dlp" };
    await expect(run("", { config }).result).rejects.toMatchObject({
      ...{ code: "NO_SUCH_PROGRAM", message: expect.stringContaining("Check its path in the configuration") },
    });
  });

  test.runIf(here.prlimit)(
    "what a program may use is limited, and the limits are not its own to raise",
    async () => {
      const { stdout } = await run(
        "ulimit -H -v; ulimit -H -n; ulimit -H -c; ulimit -v unlimited 2>&1 || echo no",
        {
          config: { memoryMb: 256 },
        },
      ).result;
      const lines = stdout.trim().split("\n");
      expect(lines.slice(0, 3)).toEqual([String(256 * 1024), "1024", "0"]);
      // As root outside of a user namespace they are.
      if (process.getuid?.() !== 0 || mode !== "off") expect(lines.at(-1)).toBe("no");
    },
  );

  test.runIf(here.prlimit)("a program that wants more memory than it may have gets none", async () => {
    // dd takes a buffer of this size.
    const { exitCode, stderr } = await run("dd if=/dev/zero of=/dev/null bs=300M count=1", {
      config: { memoryMb: 128 },
    }).result;
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/memory/);
  });
});

describe.runIf(here.bubblewrap)("in the sandbox", () => {
  const run = (script: string, more: Run = {}) => shell("required", script, more);

  test("a program sees nothing of the host's data, of people's homes, or of the machine's secrets", async () => {
    const hostDir = temporaryDirectory();
    writeFileSync(join(hostDir, "secret.key"), "the key");
    const places = [
      hostDir,
      tmpdir(),
      homedir(),
      "/root",
      "/home",
      "/var",
      "/srv",
      "/opt",
      "/mnt",
      "/run",
      "/boot",
    ];
    const look = [...places, "/etc/shadow", "/etc/passwd", `${hostDir}/secret.key`].map(
      (place) => `ls -A ${place} 2>/dev/null; cat ${place} 2>/dev/null`,
    );
    // What is there of /run leads to what is bound.
    const { stdout } = await run(`${look.join("; ")}; echo end`).result;
    expect(stdout).toBe("end\n");
  });

  test("the data directory is hidden also in a folder that the program may read, unless a file of it is named", async () => {
    const parent = temporaryDirectory();
    mkdirSync(join(parent, "data"));
    for (const name of ["near", "data/secret.key", "data/ca.pem"])
      writeFileSync(join(parent, name), `${name}\n`);
    const dataDir = join(parent, "data");
    const sandbox = findSandbox({ mode: "required", path: PATH, dataDir });
    const script = `cat ${parent}/near; ls ${dataDir}; cat ${dataDir}/ca.pem`;
    const readable = [parent, join(dataDir, "ca.pem")];
    const sh = configOf("/bin/sh", { always: ["-c", script, "sh"], readable });
    const request = { name: "sh", args: [], timeoutMs: 10_000, maxOutputBytes: 1_000 };
    const { stdout } = await createPrograms({ sh }, { mode: "required", sandbox }).run(
      request,
      dataDir,
      never,
    );
    expect(stdout).toBe("near\nca.pem\ndata/ca.pem\n");
  });

  test("a program writes to its private folder and to memory, and nowhere else", async () => {
    const name = `written-${process.pid}`;
    const attempts = ["/usr", "/etc", "/", "/dev", "/proc/sys/kernel", "/tmp", "."].map(
      (folder) => `{ echo hi > ${folder}/${name}; } 2>/dev/null && echo ${folder}`,
    );
    const { stdout } = await run(
      `${attempts.join("; ")}; { echo hi > /proc/sys/kernel/domainname; } 2>/dev/null && echo sysctl; true`,
    ).result;
    expect(
      stdout
        .trim()
        .split("\n")
        .filter((line) => line !== "/dev"),
    ).toEqual(["/tmp", "."]);
    for (const folder of ["/usr", "/etc", "/", "/tmp", "/dev"])
      expect(existsSync(join(folder, name))).toBe(false);
  });

  test("a program sees no process of the machine", async () => {
    const { stdout } = await run(`ls -d /proc/[0-9]* | wc -l; cat /proc/${process.pid}/cmdline 2>/dev/null`)
      .result;
    expect(Number(stdout)).toBeLessThan(8);
  });

  test("what empties its environment and leaves everything behind is killed all the same", async () => {
    const sleep = uniqueSleep();
    const script = `setsid env -i sh -c '(setsid ${sleep} <&- >/dev/null 2>&1 &) &' & until [ -e go ]; do sleep 0.02; done`;
    const { dataDir, result } = run(script);
    await running(sleep);
    for (const name of readdirSync(dataDir)) writeFileSync(join(dataDir, name, "go"), "");
    expect(await result).toMatchObject({ exitCode: 0, timedOut: false });
    await eventually("it to be dead", () => processesOf(sleep).length === 0);
  });

  test("a program has the network, this machine's services too, unless the policy says otherwise", async () => {
    let contacts = 0;
    const server = createServer((_request, response) => response.end("hi"));
    server.on("connection", () => contacts++);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const script = `exec 3<>/dev/tcp/127.0.0.1/${port} && echo connected`;
    const bash = { path: "/bin/bash", always: ["-c", script] };
    expect((await run("", { config: bash }).result).stdout).toBe("connected\n");
    expect(contacts).toBe(1);
    const apart = await run("", { config: { ...bash, network: false } }).result;
    expect(apart.stdout).toBe("");
    expect(apart.stderr).toMatch(/refused|unreachable/);
    expect(contacts).toBe(1);
  });

  test("a program that lies elsewhere is found there, and by its link", async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, "tool"), "#!/bin/sh\necho it runs\n", { mode: 0o755 });
    symlinkSync(join(folder, "tool"), join(folder, "link"));
    for (const name of ["tool", "link"]) {
      const config = { path: join(folder, name), always: [] };
      expect((await run("", { config }).result).stdout).toBe("it runs\n");
    }
  });

  test("a program whose parts it may not read is said to be one that could not be run", async () => {
    const folder = temporaryDirectory();
    const interpreter = join(folder, "interpreter");
    copyFileSync("/bin/sh", interpreter);
    writeFileSync(join(folder, "tool"), `#!${interpreter}\necho it runs\n`, { mode: 0o755 });
    const config = { path: join(folder, "tool"), always: [] };
    await expect(run("", { config }).result).rejects.toMatchObject({
      ...{ code: "NO_SUCH_PROGRAM", message: expect.stringContaining("readable") },
    });
    const allowed = { ...config, readable: [interpreter] };
    expect((await run("", { config: allowed }).result).stdout).toBe("it runs\n");
  });
});

test.each<[SandboxMode, Partial<ProgramConfig>, string]>([
  ["required", {}, "bubblewrap is not installed"],
  ["auto", { network: false }, "bubblewrap is not installed"],
  ["off", { network: false }, "programSandbox: off"],
])("programSandbox: %s and the policy %j without bubblewrap run nothing", async (mode, config, why) => {
  const sandbox = findSandbox({ mode, path: "/nowhere", dataDir: "/nowhere" });
  const programs = createPrograms({ sh: configOf("/bin/sh", config) }, { mode, sandbox });
  const request = { name: "sh", args: [], timeoutMs: 1_000, maxOutputBytes: 10 };
  await expect(programs.run(request, temporaryDirectory(), never)).rejects.toMatchObject({
    ...{ code: "NO_SANDBOX", message: expect.stringContaining(why) },
  });
});

/** How programs of the policy below are run, which is no matter of the sandbox. */
const plain = {
  mode: "off" as const,
  sandbox: findSandbox({ mode: "off", path: PATH, dataDir: "/nowhere" }),
};
const yt = createPrograms(
  {
    yt: configOf("/bin/echo", {
      always: ["--ignore-config"],
      options: { "-J": false, "-f": true, "--cookies": "file" },
      operands: ["https://"],
      env: {},
    }),
  },
  plain,
);
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
  [["--cookies", "/etc/passwd"]],
  [["--cookies", "../store.db"]],
  [["--cookies", "jar"]],
  [["jar"]],
])("%j is refused, and nothing is run", async (args) => {
  await expect(run(...args)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
});

test("a program that is not set up, or is not there, says what to do", async () => {
  const programs = createPrograms({ gone: configOf("/nowhere/yt-dlp") }, plain);
  const call = (name: string) =>
    programs.run({ name, args: [], timeoutMs: 1_000, maxOutputBytes: 10 }, temporaryDirectory(), never);
  for (const name of ["yt-dlp", "toString", "__proto__"]) {
    await expect(call(name)).rejects.toMatchObject({ code: "NO_SUCH_PROGRAM" });
  }
  await expect(call("gone")).rejects.toMatchObject({
    ...{ code: "NO_SUCH_PROGRAM", message: expect.stringContaining("Check its path in the configuration") },
  });
});

test("what a program is handed lies in its folder, and what it makes is collected before that is gone", async () => {
  const folder = temporaryDirectory();
  const film = join(folder, "film");
  writeFileSync(film, "a film");
  const script = "cat jar in; echo small > out; echo changed > in; ln -s /etc/hostname link";
  const sh = configOf("/bin/sh", { always: ["-c", script, "sh"], options: { "-o": "file" }, files: true });
  const programs = createPrograms({ sh }, plain);
  let collected: string[] = [];
  const request = {
    ...{ name: "sh", args: ["-o", "out", "in"], timeoutMs: 5_000, maxOutputBytes: 1_000 },
    files: { jar: { text: "a cookie, " }, in: { path: film } },
    collect: {
      names: ["out"],
      take: async (directory: string) => {
        collected = readdirSync(directory).sort();
        return {};
      },
    },
  };
  expect(await programs.run(request, temporaryDirectory(), never)).toMatchObject({
    stdout: "a cookie, a film",
  });
  expect(collected).toEqual(["in", "jar", "link", "out"]);
  // It had a copy.
  expect(readFileSync(film, "utf8")).toBe("a film");
});
