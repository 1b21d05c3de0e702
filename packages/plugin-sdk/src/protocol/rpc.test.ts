import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HostError } from "./errors.ts";
import { createRpc, type Methods, type Rpc, type RpcOptions } from "./rpc.ts";

type Remote = {
  echo: (params: unknown) => Promise<unknown>;
  scopeOf: (params: null) => Promise<string>;
  fail: (params: null) => Promise<never>;
  never: (params: null) => Promise<never>;
  uncloneable: (params: null) => Promise<unknown>;
};

const never = () => new Promise<never>(() => undefined);
const REMOTE = {
  echo: (params: unknown) => params,
  scopeOf: async (_: null, scope: string) => scope,
  fail: async () => {
    throw Object.assign(new Error("It broke."), { code: "BROKE", data: { at: 3 } });
  },
  never,
  uncloneable: () => () => "a function",
};

/** Two sides joined by a channel that clones, as the one between threads does. */
function joined(methods: Methods = REMOTE, options: Partial<RpcOptions> = {}) {
  const posts: unknown[][] = [];
  const onNoticeFailed = vi.fn();
  const onMalformed = vi.fn();
  const common = { deadlineMs: 1_000, maxPending: 100, sendStacks: false, onNoticeFailed, onMalformed };
  const local: Rpc<Remote> = createRpc<Remote>({
    ...common,
    methods: {},
    post(batch) {
      const copy = structuredClone(batch);
      posts.push(copy);
      queueMicrotask(() => remote.receive(copy));
    },
    ...options,
  });
  const remote = createRpc<Methods>({
    ...common,
    methods,
    post(batch) {
      const copy = structuredClone(batch);
      queueMicrotask(() => local.receive(copy));
    },
    ...(options.sendStacks === undefined ? {} : { sendStacks: options.sendStacks }),
  });
  return { local, remote, posts, onNoticeFailed, onMalformed };
}

describe("a call", () => {
  test("gives the other side's answer", async () => {
    const { local } = joined();

    expect(await local.call("", "echo", { n: [1, null, "x"] })).toEqual({ n: [1, null, "x"] });
  });

  test("tells the other side which instance it is about", async () => {
    const { local } = joined();

    expect(await local.call("instance-7", "scopeOf", null)).toBe("instance-7");
  });

  test("is posted together with all that was called in the same turn", async () => {
    const { local, posts } = joined();

    await Promise.all([1, 2, 3].map((n) => local.call("", "echo", n)));
    await local.call("", "echo", 4);

    expect(posts.map((batch) => batch.length)).toEqual([3, 1]);
  });

  test("rejects with what the method threw, without its stack", async () => {
    const { local } = joined();

    const error = await local.call("", "fail", null).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(HostError);
    expect(error).toMatchObject({ code: "BROKE", message: "It broke.", data: { at: 3 } });
    expect((error as Error).stack).not.toMatch(/\bfail\b/);
  });

  test("takes the stack along from where stacks may be told", async () => {
    const { local } = joined(REMOTE, { sendStacks: true });

    const error = await local.call("", "fail", null).catch((thrown: unknown) => thrown);

    expect((error as Error).stack).toMatch(/\bfail\b/);
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "nothing"])(
    "of %s, which is no method of its own, is refused",
    async (method) => {
      const { local } = joined();

      await expect(local.call("", method as "echo", null)).rejects.toMatchObject({ code: "UNKNOWN_METHOD" });
    },
  );

  test("whose data cannot be cloned is rejected alone; the batch around it goes on", async () => {
    const { local } = joined();

    const before = local.call("", "echo", "before");
    const bad = local.call("", "echo", () => "a function");
    const after = local.call("", "echo", "after");

    await expect(bad).rejects.toMatchObject({ code: "NOT_PLAIN_DATA" });
    expect(await Promise.all([before, after])).toEqual(["before", "after"]);
  });

  test("whose result cannot be cloned is rejected, and its batch is answered", async () => {
    const { local } = joined();

    const bad = local.call("", "uncloneable", null);
    const good = local.call("", "echo", "good");

    await expect(bad).rejects.toMatchObject({ code: "NOT_PLAIN_DATA" });
    expect(await good).toBe("good");
  });

  test("over the limit of pending ones is refused at once", async () => {
    const { local, posts } = joined(REMOTE, { maxPending: 2 });
    const first = local.call("", "echo", 1);
    const second = local.call("", "echo", 2);

    await expect(local.call("", "echo", 3)).rejects.toMatchObject({ code: "TOO_MANY_CALLS" });

    expect(await Promise.all([first, second])).toEqual([1, 2]);
    expect(posts.flat()).toHaveLength(2);
    expect(await local.call("", "echo", 3)).toBe(3);
  });

  test("over the limit of one scope takes nothing from another", async () => {
    const { local } = joined(REMOTE, { maxPending: 1 });
    const greedy = local.call("greedy", "echo", 1);
    await expect(local.call("greedy", "echo", 2)).rejects.toMatchObject({ code: "TOO_MANY_CALLS" });
    expect(await local.call("modest", "echo", 3)).toBe(3);
    expect(await greedy).toBe(1);
  });
});

describe("a deadline", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("rejects a call without an answer", async () => {
    const { local } = joined();
    const call = local.call("", "never", null, 50).catch((error: unknown) => error);

    await vi.advanceTimersByTimeAsync(49);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);

    expect(await call).toMatchObject({
      code: "DEADLINE",
      message: '"never" gave no answer within 50 ms.',
    });
  });

  test("leaves no timer behind once the answer is there", async () => {
    const { local } = joined();

    await local.call("", "echo", 1);

    expect(vi.getTimerCount()).toBe(0);
  });

  test("that is longer than timers can be does not fire at once", async () => {
    const { local } = joined();
    const settled = vi.fn();
    local.call("", "never", null, Number.POSITIVE_INFINITY).catch(settled);

    await vi.advanceTimersByTimeAsync(60_000);

    expect(settled).not.toHaveBeenCalled();
  });

  test("that passed makes a late answer harmless", async () => {
    const { local, onMalformed } = joined();
    const call = local.call("", "never", null, 1).catch(() => "gone");
    await vi.advanceTimersByTimeAsync(1);
    expect(await call).toBe("gone");

    local.receive([[1, 1, "late"]]);

    expect(onMalformed).not.toHaveBeenCalled();
  });
});

describe("close", () => {
  test("rejects what is pending and every later call, with the reason", async () => {
    const { local } = joined();
    const pending = [local.call("", "never", null), local.call("", "never", null)];

    local.close("The worker ended.");
    local.close("Again.");
    const later = local.call("", "echo", 1);

    for (const call of [...pending, later]) {
      await expect(call).rejects.toMatchObject({ code: "CLOSED", message: "The worker ended." });
    }
  });

  test("posts nothing any more", async () => {
    const { local, posts } = joined();
    const call = local.call("", "echo", 1).catch(() => undefined);
    local.close("The worker ended.");
    local.notify("", "echo", 2);

    await call;
    await Promise.resolve();

    expect(posts).toEqual([]);
  });
});

describe("a notice", () => {
  test("reaches the method and is answered by nothing", async () => {
    const heard = vi.fn();
    const { local, posts } = joined({ echo: heard });

    local.notify("a", "echo", 1);
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(1, "a"));

    expect(posts).toHaveLength(1);
  });

  test.each([
    ["throws", () => fail()],
    ["rejects", async () => fail()],
  ])("whose method %s is reported, and the next one heard", async (_, echo) => {
    const next = vi.fn();
    const { local, onNoticeFailed } = joined({ echo, scopeOf: next });

    local.notify("", "echo", 1);
    local.notify("", "scopeOf", null);

    await vi.waitFor(() => expect(next).toHaveBeenCalledOnce());
    await vi.waitFor(() =>
      expect(onNoticeFailed).toHaveBeenCalledWith("echo", expect.objectContaining({ message: "no" })),
    );
  });

  test("that cannot be cloned is reported on its own side, and the next one heard", async () => {
    const heard = vi.fn();
    const { local, onNoticeFailed } = joined({ echo: heard });

    local.notify("", "echo", () => "a function");
    local.notify("", "echo", 2);

    await vi.waitFor(() => expect(heard).toHaveBeenCalledExactlyOnceWith(2, ""));
    expect(onNoticeFailed).toHaveBeenCalledWith("echo", expect.objectContaining({ code: "NOT_PLAIN_DATA" }));
  });

  function fail(): never {
    throw new Error("no");
  }
});

describe("what is not of the protocol's form", () => {
  test.each([
    ["a batch that is no array", { kind: 0 }],
    ["nothing", undefined],
    ["a message that is no array", ["call"]],
    ["an empty message", [[]]],
    ["an unknown kind", [[4, 1, "x"]]],
    ["a call without a number", [[0, "1", "", "echo", null]]],
    ["a call without a scope", [[0, 1, null, "echo", null]]],
    ["a call without a method", [[0, 1, "", 7, null]]],
    ["a result without a number", [[1, "1", null]]],
    ["an error without a number", [[2, null, { code: "X", message: "x" }]]],
    ["a notice without a method", [[3, "", undefined, null]]],
    ["a notice for a method that is not there", [[3, "", "toString", null]]],
  ])("is reported and harms nothing: %s", async (_, batch) => {
    const { local, remote, onMalformed } = joined();

    remote.receive(batch);

    expect(onMalformed).toHaveBeenCalledOnce();
    expect(await local.call("", "echo", "still there")).toBe("still there");
  });

  test("does not keep the rest of its batch from being heard", () => {
    const heard = vi.fn();
    const { remote, onMalformed } = joined({ echo: heard });

    remote.receive([null, [3, "", "echo", 1]]);

    expect(onMalformed).toHaveBeenCalledOnce();
    expect(heard).toHaveBeenCalledOnce();
  });

  test("an error that is none rejects its call nevertheless", async () => {
    const { local } = joined();
    const call = local.call("", "never", null);

    local.receive([[2, 1, null]]);

    await expect(call).rejects.toMatchObject({ code: "THROWN", message: "null" });
  });

  test("never throws out of receive, whatever it is", () => {
    const { remote, local } = joined();
    const method = fc.constantFrom("echo", "fail", "uncloneable", "__proto__", "x");
    const message = fc.oneof(
      fc.anything(),
      fc.tuple(fc.integer({ min: -1, max: 5 }), fc.anything(), fc.anything(), fc.anything(), fc.anything()),
      fc.tuple(fc.constant(0), fc.integer(), fc.string(), method, fc.anything()),
      fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 0, max: 5 }), fc.anything()),
      fc.tuple(fc.constant(3), fc.string(), method, fc.anything()),
    );
    void local.call("", "echo", 1).catch(() => undefined);

    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.array(message)), (batch) => {
        remote.receive(batch);
        local.receive(batch);
      }),
    );
  });
});
