import { expect, test } from "vitest";
import { CRAWL } from "../testing/crawl.ts";
import { eventually } from "../testing/eventually.ts";
import { pluginCode, startTestWorker } from "../testing/worker.ts";

/** What these expressions are inside of a compartment: their value as JSON, or what they throw. */
async function evaluate(expressions: string[], network: string[] = []): Promise<unknown[]> {
  const looks = expressions.map(
    (text) => `try { results.push(${text}); } catch (error) { results.push(String(error)); }`,
  );
  const worker = startTestWorker(
    pluginCode(`const results = []; ${looks.join("\n")}; bot.log.info(JSON.stringify(results));`),
  );
  await worker.start("one", { network });
  return JSON.parse(worker.logs[0]?.message ?? "") as unknown[];
}

test("nothing of Node is there", async () => {
  const names = [
    ...["process", "global", "Buffer", "__dirname", "__filename", "Worker", "MessageChannel"],
    ...["WebAssembly", "SharedArrayBuffer", "Atomics", "navigator", "localStorage", "WebSocket", "fetch"],
  ];
  const kinds = await evaluate(names.map((name) => `typeof globalThis.${name} + typeof ${name}`));
  expect(Object.fromEntries(names.map((name, index) => [name, kinds[index]]))).toEqual(
    Object.fromEntries(names.map((name) => [name, "undefinedundefined"])),
  );
});

test("what programs commonly use is there", async () => {
  expect(
    await evaluate([
      "new URL('/b', 'https://a.example').href",
      "new TextDecoder().decode(new TextEncoder().encode('ä'))",
      "typeof Date.now() + typeof Math.random() + typeof new Date().getTime()",
      "structuredClone({ a: [1] })",
      "atob(btoa('hi'))",
      "typeof crypto.randomUUID() + typeof crypto.subtle.digest",
      "crypto.getRandomValues(new Uint8Array(4)).length",
      "new Intl.NumberFormat('en').format(1234)",
      "typeof setTimeout + typeof setInterval + typeof queueMicrotask + typeof console.log",
      "new AbortController().signal.aborted",
      "[1, 2].map((n) => n * 2).concat(new Map([[1, 2]]).size, JSON.stringify({ a: 1 }))",
    ]),
  ).toEqual([
    ...["https://a.example/b", "ä", "numbernumbernumber", { a: [1] }, "hi", "stringfunction", 4, "1,234"],
    ...["functionfunctionfunctionfunction", false, [2, 4, 1, '{"a":1}']],
  ]);
});

test.each([
  "fs",
  "node:fs",
  "child_process",
  "node:worker_threads",
  "undici",
  "./other",
  "__proto__",
  "toString",
])("%s cannot be required", async (id) => {
  const [refused] = await evaluate([`require(${JSON.stringify(id)})`]);
  expect(refused).toBe(`Error: A plugin can only require "@rookery/plugin-sdk"; bundle "${id}" into it.`);
});

test("no way leads out through a constructor, an error or a stack", async () => {
  const ways = [
    "(() => {}).constructor('return typeof process')()",
    "bot.command.constructor('return typeof process')()",
    "require.constructor('return typeof process')()",
    "setTimeout.constructor('return typeof process')()",
    "URL.constructor('return typeof process')()",
    "Reflect.getPrototypeOf(function* () {}).constructor('return typeof process')",
    "(async () => {}).constructor('return typeof process')",
    "(0, eval)('typeof process')",
    "new Compartment().evaluate('typeof process')",
    "(() => { Error.prepareStackTrace = (_, frames) => frames; return typeof new Error().stack; })()",
    "(() => { try { null.x; } catch (error) { return error.constructor.constructor('return typeof process')(); } })()",
    "(() => { try { bot.command(' '); } catch (error) { return error.constructor.constructor('return typeof process')(); } })()",
  ];
  for (const [index, found] of (await evaluate(ways)).entries()) {
    expect(String(found), ways[index]).toMatch(/^(undefined|string|TypeError: .*)$/);
  }
});

test("an import cannot be written", async () => {
  const worker = startTestWorker(pluginCode("await import('node:fs');"));
  await expect(worker.start()).rejects.toThrow(/import/);
});

test("the language's own objects are frozen, and so are the SDK's and the shared globals", async () => {
  const attempts = [
    ...[
      "Array.prototype.x = 1",
      "Object.prototype.x = 1",
      "Promise.prototype.then = null",
      "JSON.parse = null",
    ],
    ...["Object.prototype.toString = null", "Function.prototype.call = null", "URL.prototype.x = 1"],
    ...["TextEncoder.prototype.encode = null", "crypto.subtle.digest = null", "AbortSignal.prototype.x = 1"],
    ...["require('@rookery/plugin-sdk').definePlugin = null", "definePlugin.x = 1", "Type.String = null"],
    ...["Math.random = null", "Date.now = null", "Intl.x = 1", "console.log = null"],
    ...["Headers.prototype.get = null", "Response.x = 1", "new Request('a:b').constructor.x = 1"],
    ...[
      "performance.now = null",
      "DOMException.prototype.x = 1",
      "new Event('x').constructor.prototype.x = 1",
    ],
    "Object.getPrototypeOf(new URLSearchParams().entries()).x = 1",
    "AbortSignal.abort().reason.constructor.prototype.x = 1",
    "Object.getPrototypeOf(new Intl.Segmenter().segment('')).x = 1",
  ];
  const after = await evaluate(attempts.map((text) => `(() => { ${text}; return "changed"; })()`));
  for (const [index, result] of after.entries())
    expect(String(result), attempts[index]).toMatch(/^TypeError/);
});

test("the source of a module cannot be imported: Node's loader would look for it outside", async () => {
  const text = '"return impo" + "rt.source(" + JSON.stringify("file:///etc/passwd") + ")"';
  const [refused] = await evaluate([`typeof new Function(${text})()`]);
  expect(refused).toMatch(/^SyntaxError/);
});

test("nothing that two instances both see can be changed", async () => {
  const worker = startTestWorker(
    pluginCode("bot.log.info(JSON.stringify(await crawl({ bot, require }, bot.config.name)));", CRAWL),
  );
  const network = ["a.example"];
  await worker.start("one", { config: { name: "one" }, network });
  await worker.start("two", { config: { name: "two" }, network });
  const found = worker.logs.map(({ message }) => JSON.parse(message) as string[]);
  expect(found).toEqual([[], []]);
});

test("no instance prepares the stacks of another's errors", async () => {
  const worker = startTestWorker(
    pluginCode(`
      const { HostError } = require("@rookery/plugin-sdk");
      for (let at = HostError; typeof at === "function"; at = Object.getPrototypeOf(at)) {
        try { at.prepareStackTrace = () => "spied"; } catch {}
      }
      bot.log.info(new Error("secret").stack.split("\\n")[0]);`),
  );
  await worker.start();
  expect(worker.logs.map(({ message }) => message)).toEqual(["Error: secret"]);
});

test("an instance that froze its signal ends all the same, with its timers", async () => {
  const worker = startTestWorker(
    pluginCode('harden(bot.signal); setInterval(() => bot.log.info("tick " + bot.config.name), 1);'),
  );
  await worker.start("one", { config: { name: "first" } });
  await eventually("a tick", () => worker.logs.length > 0);
  await worker.stop();
  await worker.start("one", { config: { name: "second" } });
  worker.logs.length = 0;
  await eventually("the new one's ticks", () => worker.logs.length > 3);
  expect(new Set(worker.logs.map(({ message }) => message))).toEqual(new Set(["tick second"]));
});

test("one instance sees nothing of another's globals", async () => {
  const worker = startTestWorker(
    pluginCode(
      `bot.log.info(String(globalThis.mine) + globalThis.count + count);
      globalThis.mine = bot.config.name;
      bot.command("who", "", (ctx) => ctx.reply(globalThis.mine));`,
      "let count = 0; count++; globalThis.count = (globalThis.count ?? 0) + 1;",
    ),
  );
  await worker.start("one", { config: { name: "first" } });
  await worker.start("two", { config: { name: "second" } });
  expect(worker.logs.map(({ message }) => message)).toEqual(["undefined11", "undefined11"]);
  worker.say(1, "!who", "one");
  await eventually("the answer", () => worker.outcomes.length > 0);
  expect(worker.calls[0]).toMatchObject({ instance: "one", params: { content: { body: "first" } } });
});

test("fetch is there with the permission, and asks the host", async () => {
  const asked: unknown[] = [];
  const bodyBase64 = Buffer.from('{"city":"Wien"}').toString("base64");
  const worker = startTestWorker(
    pluginCode(`
      const answer = await fetch(new URL("https://a.example/x"), { method: "post", headers: { A: "b" }, body: "hi" });
      const { city } = await answer.json();
      bot.log.info([city, answer.status, answer.ok, answer.headers.get("X-Kind"), answer.headers.get("no")].join());`),
    {
      methods: {
        "http.fetch": (params: unknown) => {
          asked.push(params);
          return { url: "https://a.example/x", status: 200, headers: [["x-kind", "test"]], bodyBase64 };
        },
        "log.write": ({ message }: { message: string }) => void asked.push(message),
      },
    },
  );
  await worker.start("one", { network: ["a.example"] });
  expect(asked).toEqual([
    {
      ...{ url: "https://a.example/x", method: "POST", body: "hi" },
      headers: [
        ["a", "b"],
        ["content-type", "text/plain;charset=UTF-8"],
      ],
    },
    "Wien,200,true,test,",
  ]);
});

test("what is written to the console and to the log is the instance's", async () => {
  const worker = startTestWorker(
    pluginCode(
      'console.log("a", 1, { b: 2 }); console.error(new Error("boom")); bot.log.warn("careful", [1]);',
    ),
  );
  await worker.start("one");
  expect(worker.logs).toMatchObject([
    { instance: "one", level: "info", message: 'a 1 {"b":2}' },
    { instance: "one", level: "error", message: "boom" },
    { instance: "one", level: "warn", message: "careful [1]" },
  ]);
});

test("timers run, tell what they throw, and end with their instance", async () => {
  const worker = startTestWorker(
    pluginCode(`
      setTimeout((text) => bot.log.info(text), 1, "once");
      setTimeout(() => { throw new Error("in a timer"); }, 1);
      const stopped = setTimeout(() => bot.log.info("never"), 1);
      clearTimeout(stopped);
      let ticks = 0;
      setInterval(() => bot.log.info("tick " + ++ticks), 5);
      bot.signal.addEventListener("abort", () => { setInterval(() => bot.log.info("zombie"), 1); });`),
  );
  await worker.start();
  await eventually("a few ticks", () => worker.logs.some(({ message }) => message === "tick 3"));
  const messages = worker.logs.map(({ message }) => message);
  expect(messages).toContain("once");
  expect(messages).toContain("A timer's callback threw: in a timer");
  expect(messages).not.toContain("never");

  await worker.stop();
  const count = worker.logs.length;
  // Other instances' timers go on, and so would these.
  await worker.start("clock");
  await eventually("the next instance's ticks", () =>
    worker.logs.some(({ message, instance }) => instance === "clock" && message === "tick 3"),
  );
  expect(worker.logs.slice(count).filter(({ instance }) => instance === "one")).toEqual([]);
});

test.each(["null", "undefined", "0", "''", "false", "'text'", "{ toString() { throw 1; } }", "Symbol('x')"])(
  "a handler that throws %s has failed, and nothing else has",
  async (thrown) => {
    const worker = startTestWorker(
      pluginCode(
        `bot.command("throw", "", () => { throw ${thrown}; }); bot.command("hi", "", (ctx) => ctx.reply("hi"));`,
      ),
    );
    await worker.start();
    worker.say(1, "!throw");
    worker.say(2, "!hi");
    await eventually("both to end", () => worker.outcomes.length === 2);
    expect(worker.outcomes).toMatchObject([
      { id: 1, status: "failed", error: { code: expect.any(String), message: expect.any(String) } },
      { id: 2, status: "done" },
    ]);
  },
);

test("a setup that throws fails the start with its message and its place", async () => {
  const worker = startTestWorker(pluginCode('throw new Error("no greeting");'));
  const start = worker.start();
  await expect(start).rejects.toThrow("no greeting");
  await expect(start).rejects.toMatchObject({
    stack: expect.stringContaining("org.example.test/plugin.js:3"),
  });
});

test.each([
  ["module.exports.default = 5;", "no default export made by definePlugin"],
  ["module.exports.default = { setup() {} };", "no default export made by definePlugin"],
  ["", "no default export made by definePlugin"],
  ["nonsense nonsense", "SyntaxError|Unexpected"],
  ["throw new Error('at load');", "at load"],
])("code such as %j fails the start and says why", async (code, why) => {
  await expect(startTestWorker(code).start()).rejects.toThrow(new RegExp(why));
});

test("a promise that nobody caught is told in the log, and ends nothing", async () => {
  const worker = startTestWorker(
    pluginCode(
      'bot.command("lose", "", () => { Promise.reject(new Error("lost")); }); bot.command("hi", "", (ctx) => ctx.reply("hi"));',
    ),
  );
  await worker.start();
  worker.say(1, "!lose");
  await eventually("the log to tell", () => worker.logs.length > 0);
  expect(worker.logs[0]).toMatchObject({
    ...{ instance: "one", level: "error", message: "A promise was rejected and nobody caught it: lost" },
    stack: expect.stringContaining("org.example.test/plugin.js"),
  });
  worker.say(2, "!hi");
  await eventually("both to end", () => worker.outcomes.length === 2);
});

test("an instance cannot be started twice, and can be after it was stopped", async () => {
  const worker = startTestWorker(pluginCode(""));
  await worker.start();
  await expect(worker.start()).rejects.toThrow("runs already");
  await worker.stop();
  await worker.start();
});

test("an instance that does not come to its end of setup is dropped when it is stopped, and leaves nothing", async () => {
  const worker = startTestWorker(
    pluginCode(`
      setInterval(() => bot.log.info("tick"), 1);
      if (bot.config.hang) { await new Promise((go) => { globalThis.go = go; setTimeout(go, 100); }); bot.log.info("zombie"); }`),
  );
  await expect(worker.start("one", { config: { hang: "yes" } }, 50)).rejects.toThrow("no answer");
  await worker.stop();
  worker.logs.length = 0;
  await worker.start("one");
  await eventually("the new one to tick", () => worker.logs.length > 0);
  expect(worker.logs.map(({ message }) => message)).not.toContain("zombie");
});

test("what a stopped instance left running neither answers nor settles for its successor", async () => {
  const worker = startTestWorker(
    pluginCode(`
      bot.command("slow", "", async (ctx) => {
        if (bot.config.first) await new Promise((resolve) => bot.signal.addEventListener("abort", resolve));
        await ctx.reply(bot.config.first ? "too late" : "in time");
      });`),
  );
  await worker.start("one", { config: { first: "yes" } });
  worker.say(1, "!slow");
  await worker.ping();
  await worker.stop();
  await worker.start("one");
  worker.say(1, "!slow");
  await eventually("the second run to end", () => worker.outcomes.length > 0);
  await worker.ping();
  expect(worker.outcomes).toMatchObject([{ id: 1, status: "done" }]);
  expect(worker.calls.map(({ params }) => params)).toMatchObject([{ content: { body: "in time" } }]);
});

test("data that cannot cross to the host fails its own call only", async () => {
  const worker = startTestWorker(
    pluginCode(
      'bot.command("x", "", async (ctx) => { const round = {}; round.round = round; await ctx.sendEvent("m.x", round); }); bot.command("hi", "", (ctx) => ctx.reply("hi"));',
    ),
  );
  await worker.start();
  worker.say(1, "!x");
  worker.say(2, "!hi");
  await eventually("both to end", () => worker.outcomes.length === 2);
  expect(worker.outcomes.find(({ id }) => id === 1)).toMatchObject({ error: { code: "NOT_PLAIN_DATA" } });
  expect(worker.outcomes.find(({ id }) => id === 2)).toMatchObject({ status: "done" });
});

test("Markdown is formatted in the sandbox, and what it gives cannot be forged or changed", async () => {
  const sdk = 'require("@rookery/plugin-sdk")';
  const [html, forged, changed] = await evaluate([
    `(() => { const { markdown, mention, spoiler } = ${sdk}; return markdown\`**\${"<a>"}** \${mention("@ada:test")} \${spoiler("x")}\`.html; })()`,
    `${sdk}.markdown\`\${{ text: "x", html: "<img>" }}\``,
    `Object.assign(${sdk}.mention("@ada:test"), { html: "<img>" })`,
  ]);
  expect(html).toBe(
    '<strong>&lt;a&gt;</strong> <a href="https://matrix.to/#/@ada:test">@ada:test</a> <span data-mx-spoiler>x</span>',
  );
  expect(forged).toContain("TypeError");
  expect(changed).toContain("TypeError");
});
