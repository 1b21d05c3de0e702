import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { getPriority } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findAssets } from "../assets.ts";
import { eventually } from "../testing/eventually.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { pluginCode, startTestWorker } from "../testing/worker.ts";
import { toAnswer } from "./databases.ts";
import type { WorkerEnd, WorkerProcessOptions } from "./worker-process.ts";

/** The channel to the host, as the worker's own file opens it, with `send(batch)`; what comes is written to the output. */
const CHANNEL = `
  import { Socket } from "node:net";
  const channel = new Socket({ fd: 3 });
  channel.on("data", (data) => console.log(data.toString()));
  const sendText = (text) => { const length = Buffer.alloc(4); length.writeUInt32LE(Buffer.byteLength(text)); channel.write(Buffer.concat([length, Buffer.from(text)])); };
  const send = (batch) => sendText(JSON.stringify(batch));`;

/** A worker that runs this in place of the worker's own file: what plugin code could do if it got out of its compartment. */
function startBare(script: string, more: Partial<WorkerProcessOptions> = {}) {
  const file = join(temporaryDirectory(), "worker.mjs");
  writeFileSync(file, script);
  return { file, ...startTestWorker("", { file, ...more }) };
}

test("the process itself has no files but its own, no processes, no threads, no network and no environment", async () => {
  process.env.ROOKERY_TEST_SECRET = "hunter2";
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    delete process.env.ROOKERY_TEST_SECRET;
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { output, exit } = startBare(`
    import { readFileSync, writeFileSync, readdirSync } from "node:fs";
    import { spawnSync } from "node:child_process";
    import { Worker } from "node:worker_threads";
    import { connect } from "node:net";
    const attempts = {
      own: () => readFileSync(new URL(import.meta.url)) && "read",
      passwd: () => readFileSync("/etc/passwd"),
      list: () => readdirSync("/"),
      write: () => writeFileSync(new URL(import.meta.url), "x"),
      spawn: () => spawnSync("/bin/true"),
      worker: () => new Worker("1", { eval: true }),
      addon: () => process.dlopen({ exports: {} }, "/x.node"),
    };
    const results = { env: JSON.stringify(process.env), argv: process.argv.length, sqlite: typeof process.getBuiltinModule("node:sqlite") };
    for (const [name, attempt] of Object.entries(attempts)) {
      try { results[name] = String(attempt()); } catch (error) { results[name] = error.code; }
    }
    results.network = await new Promise((resolve) => {
      try {
        connect(${port}, "127.0.0.1").on("connect", () => resolve("connected")).on("error", (error) => resolve(error.code));
      } catch (error) { resolve(error.code); }
    });
    console.log(JSON.stringify(results));
    process.exit();`);
  await exit;
  const denied = "ERR_ACCESS_DENIED";
  expect(JSON.parse(output.join(""))).toMatchObject({
    ...{ env: "{}", own: "read", passwd: denied, list: denied, write: denied, spawn: denied, worker: denied },
    ...{ sqlite: "undefined", network: denied, addon: expect.stringMatching(/ERR_ACCESS_DENIED|ERR_DLOPEN/) },
  });
});

test("an endless loop is ended, and the reason told", async () => {
  const worker = startTestWorker(pluginCode('bot.command("loop", "", () => { while (true) {} });'), {
    ...{ pingIntervalMs: 50, pingDeadlineMs: 1_000 },
  });
  await worker.start();
  worker.say(1, "!loop");
  expect(await worker.exit).toBe("Its worker did not answer for 1 s (an endless loop?).");
  await expect(worker.ping()).rejects.toMatchObject({ code: "CLOSED" });
});

test("a worker that gets no processor is neither ended for a late answer nor put behind the others", async () => {
  const worker = startTestWorker(pluginCode(""), { pingIntervalMs: 20, pingDeadlineMs: 500 });
  await worker.start();
  const { pid = 0 } = worker.process;
  const priority = getPriority(pid);
  process.kill(pid, "SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(getPriority(pid)).toBe(priority);
  process.kill(pid, "SIGCONT");
  await worker.ping();
});

test("a worker that never gets any is ended after all", async () => {
  const worker = startTestWorker(pluginCode(""), { pingIntervalMs: 20, pingDeadlineMs: 100 });
  await worker.start();
  process.kill(worker.process.pid ?? 0, "SIGSTOP");
  expect(await worker.exit).toBe("Its worker did not answer for 0.6 s (too little of the processor?).");
});

test("a worker that computes and lets a ping wait yields to all others", async () => {
  const worker = startTestWorker(pluginCode('bot.command("loop", "", () => { while (true) {} });'), {
    ...{ pingIntervalMs: 20, pingDeadlineMs: 10_000 },
  });
  await worker.start();
  worker.say(1, "!loop");
  await eventually("the lowest priority", () => getPriority(worker.process.pid) === 19);
});

test("a worker that asks its database on and on is ended, and told to pause", async () => {
  const code =
    'bot.command("fill", "", async () => { while (true) await bot.database.run("INSERT INTO row DEFAULT VALUES"); });';
  const worker = startTestWorker(pluginCode(code), {
    ...{ pingIntervalMs: 50, pingDeadlineMs: 1_000 },
    database: async () => toAnswer({ ok: { changes: 1, lastInsertRowid: 1 } }),
  });
  await worker.start();
  worker.say(1, "!fill");
  expect(await worker.exit).toMatch(
    /^Its worker did not answer for 1 s, and asked its database \d{2,} times meanwhile\. What asks that much has to await a timer in between\.$/,
  );
});

test("a loop in setup is ended, too, and the start told why", async () => {
  const worker = startTestWorker(pluginCode("while (true) {}"), {
    pingIntervalMs: 50,
    pingDeadlineMs: 1_000,
  });
  await expect(worker.start()).rejects.toThrow("did not answer");
});

test("a worker that works long, but answers, lives", async () => {
  const worker = startTestWorker(
    pluginCode(
      'bot.command("work", "", async (ctx) => { for (let i = 0; i < 120; i++) { const end = Date.now() + 10; while (Date.now() < end); await new Promise((go) => setTimeout(go)); } });',
    ),
    { pingIntervalMs: 20, pingDeadlineMs: 1_000 },
  );
  await worker.start();
  worker.say(1, "!work");
  await eventually("the work to be done", () => worker.outcomes.length > 0);
  expect(worker.outcomes).toMatchObject([{ status: "done" }]);
});

test.each([
  ["objects", "const kept = []; while (true) kept.push({ a: [1, 2, 3] });"],
  ["promises", "while (true) Promise.resolve().then(() => undefined);"],
  // Each of these jumps over V8's own limit, and V8 ends its own process.
  ["properties", "const kept = {}; for (let i = 0; ; i++) kept['k' + i] = i;"],
  ["one large list", "Array.from({ length: 1e8 });"],
  ["one large text", "JSON.parse('[' + '1,'.repeat(5e7) + '1]');"],
  ["a list that V8 has no length for", "JSON.parse('[' + '0,'.repeat(14e7) + '0]');"],
  ["a text cut into more parts than V8 counts", "'x'.repeat(2 ** 29 - 30).split('');"],
  ["buffers", "const kept = []; while (true) kept.push(new Uint8Array(64 << 20).fill(1));"],
])(
  "a flood of %s ends the worker, not the host",
  async (_what, code) => {
    const worker = startTestWorker(pluginCode(`bot.command("bomb", "", () => { ${code} });`), {
      ...{ memoryMb: 32, pingIntervalMs: 50, pingDeadlineMs: 20_000 },
    });
    await worker.start();
    worker.say(1, "!bomb");
    expect(await worker.exit).toBe("Its worker ran out of memory (32 MB).");
  },
  30_000,
);

test("what the worker writes past the logs is told", async () => {
  const { output, exit } = startBare(
    'console.log("to stdout"); console.error("to stderr"); process.exitCode = 0;',
  );
  await exit;
  expect(output.sort()).toEqual(["to stderr\n", "to stdout\n"]);
});

test("a worker that ends by itself says how", async () => {
  const { exit } = startBare("process.exit(7);");
  expect(await exit).toBe("Its worker ended by itself (exit code 7).");
});

test("a worker that fails says why", async () => {
  const { exit } = startBare('throw new Error("no such thing");');
  expect(await exit).toBe("Its worker failed: no such thing");
});

test.each(["'junk'", "['junk']", "[[9, 1]]", "[[3, 'one', 'no.such.notice', null]]"])(
  "a worker that sends %s is ended",
  async (message) => {
    const { exit } = startBare(`${CHANNEL} send(${message});`);
    expect(await exit).toContain("It sent a message that is not of the protocol's form");
  },
);

test.each([
  ["text that is no JSON", 'sendText("junk")'],
  ["a message that says it is longer than any may be", "channel.write(Buffer.alloc(4, 0xff))"],
])("a worker that sends %s is ended", async (_what, script) => {
  const { exit } = startBare(`${CHANNEL} ${script};`);
  expect(await exit).toContain("It sent a message that is not of the protocol's form");
});

test("a worker that does not take what it is told is ended before that fills the host", async () => {
  const {
    process: worker,
    output,
    exit,
  } = startBare(`${CHANNEL} channel.pause(); console.log("up"); setInterval(() => {}, 1_000);`);
  await eventually("it to be up", () => output.length > 0);
  const delivery = { id: 1, roomId: "!a:test", event: "x".repeat(1024 * 1024), senderName: null };
  worker.rpc.notify(
    "one",
    "delivery.run",
    Array.from({ length: 70 }, () => delivery),
  );
  expect(await exit).toBe("Its worker does not take what it asked for.");
});

test("a call of a method that is not there is refused", async () => {
  const { output } = startBare(`
    ${CHANNEL}
    send([[0, 1, "one", "__proto__", null], [0, 2, "one", "constructor", null]]);`);
  const answers = await eventually(
    "both answers",
    () => output.join("").match(/UNKNOWN_METHOD/g)?.length === 2 && output.join(""),
  );
  expect(answers).not.toContain("stack");
});

test("who ends a worker says why, and waits until it is gone", async () => {
  const worker = startTestWorker(pluginCode(""));
  await worker.start();
  await worker.process.terminate("No instance needs it.");
  expect(await worker.exit).toBe("No instance needs it.");
});

test("a worker that sends more messages than it may is not listened to for a while, and loses none", async () => {
  const begin = performance.now();
  const { logs } = startBare(
    `${CHANNEL}
    const line = (n) => [3, "one", "log.write", { level: "info", message: "line " + n }];
    send(Array.from({ length: 2_500 }, (_, n) => line(n)));
    setTimeout(() => send([line("after")]), 100);`,
    { messagesPerSecond: 1_000 },
  );
  await eventually("all lines", () => logs.length === 2_501);
  expect(logs.at(-1)?.message).toBe("line after");
  expect(performance.now() - begin).toBeGreaterThan(1_400);
});

test("a worker that floods the host is ended", async () => {
  const { exit } = startBare(
    `${CHANNEL} send(Array(9_000).fill([3, "one", "log.write", { level: "info", message: "x" }]));`,
    { messagesPerSecond: 1_000 },
  );
  expect(await exit).toBe("Its worker floods the host: it may send 1000 messages a second.");
});

test.skipIf(process.platform !== "linux")(
  "a worker that uses more of a processor than it may is slowed down, and goes on",
  async () => {
    const slowed: string[] = [];
    const worker = startTestWorker(
      pluginCode(`let working = true;
      bot.command("work", "", async () => {
        while (working) {
          const end = Date.now() + 10;
          while (Date.now() < end);
          await new Promise((go) => setTimeout(go));
        }
      });
      bot.command("rest", "", () => { working = false; });`),
      {
        cpuPercent: 10,
        onSlowed: (reason) => void slowed.push(reason),
        pingIntervalMs: 100,
        pingDeadlineMs: 5_000,
      },
    );
    await worker.start();
    worker.say(1, "!work");
    await eventually("the kernel to hold it", () => stateOf(worker.process.pid) === "T");
    await eventually("it to go on, and be slowed down again", () => slowed.length > 1);
    worker.say(2, "!rest");
    await eventually("both to end", () => worker.outcomes.length === 2);
    expect(slowed[0]).toBe("It used more than 10 % of a processor for a minute and is slowed down.");
  },
  60_000,
);

test.skipIf(process.platform !== "linux")(
  "a worker in the middle of an endless loop ends with a host that is killed",
  async () => {
    const script = `
      import { startWorkerProcess } from ${JSON.stringify(join(import.meta.dirname, "worker-process.ts"))};
      const worker = startWorkerProcess({
        file: ${JSON.stringify(findAssets().worker)}, pluginId: "org.example.test", memoryMb: 32,
        code: ${JSON.stringify(pluginCode('bot.log.info("looping"); bot.log.info("now"); setTimeout(() => { for (;;); });'))},
        methods: { "log.write": ({ message }) => { if (message === "now") setTimeout(() => console.log(worker.pid), 200); } },
        database: () => new Promise(() => {}), onOutput: console.error, onExit: console.error,
      });
      worker.rpc.call("one", "instance.start", { config: {}, userId: "@bot:test", permissions: { network: [], programs: [] } });`;
    const host = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void host.kill("SIGKILL"));
    const [said] = (await once(host.stdout, "data")) as [Buffer];
    const pid = Number(said.toString());
    expect(isAlive(pid)).toBe(true);

    host.kill("SIGKILL");

    await eventually("the worker to be gone", () => !isAlive(pid));
  },
);

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function stateOf(pid: number | undefined): string | undefined {
  return /\) (.) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.each([
  ["exit", "process.exit(0);"],
  ["bad-message", `${CHANNEL} sendText("no JSON"); setInterval(() => {}, 1_000);`],
  ["out-of-memory", 'console.error("FATAL ERROR: JavaScript heap out of memory"); process.exit(134);'],
  ["unresponsive", `${CHANNEL} send([]); setInterval(() => {}, 1_000);`],
  ["flood", `${CHANNEL} send(Array(9_000).fill([3, "one", "log.write", {}])); setInterval(() => {}, 1_000);`],
  ["stopped", null],
])("that a worker ended by %s is told in one word, too", async (end, script) => {
  const ended = Promise.withResolvers<WorkerEnd>();
  const worker = startBare(script ?? "setInterval(() => {}, 1_000);", {
    ...{ messagesPerSecond: 1_000, pingIntervalMs: 20, pingDeadlineMs: 100 },
    onExit: (_reason, end) => ended.resolve(end),
  });
  if (script === null) await worker.process.terminate("The test stops it.");
  expect(await ended.promise).toBe(end);
});

test("what a worker uses is told while it runs, and what it used when it is gone", async () => {
  const ended = Promise.withResolvers<void>();
  const worker = startTestWorker(pluginCode(""), { onExit: () => ended.resolve() });
  await worker.start();
  const { residentBytes, cpuSeconds } = worker.process.usage();
  expect(residentBytes).toBeGreaterThan(10_000_000);
  expect(cpuSeconds).toBeGreaterThan(0);
  await worker.process.terminate("The test stops it.");
  await ended.promise;
  const after = worker.process.usage();
  expect(after.residentBytes).toBeNull();
  expect(after.cpuSeconds).toBeGreaterThanOrEqual(cpuSeconds);
});
