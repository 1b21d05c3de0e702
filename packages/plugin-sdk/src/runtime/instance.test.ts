import { describe, expect, test, vi } from "vitest";
import type { Bot } from "../bot.ts";
import type { Context } from "../context.ts";
import { definePlugin, HostError, RetryLater, UserError } from "../index.ts";
import type { Delivery } from "../protocol/index.ts";
import { scheduleEvent, scheduleLane } from "../protocol/schedule.ts";
import { webhookEvent, webhookLane } from "../protocol/webhook.ts";
import type { HostLink } from "./host-link.ts";
import { startInstance } from "./instance.ts";

/** A host that takes everything; what it was asked for is in its mock. */
function createHost(answer: (method: string) => unknown = () => ({ eventId: "$sent" })) {
  const call = vi.fn(async (method: string, _params: unknown) => answer(method) as never);
  const notify = vi.fn();
  return { call, notify, link: { call, notify, database: vi.fn() } as HostLink };
}

const START = { config: {}, userId: "@bot:example.org", permissions: { network: [], programs: [] } };

async function started(setup: (bot: Bot<object>) => unknown, host = createHost()) {
  const instance = await startInstance(definePlugin({ setup }), START, host.link);
  return { ...instance, host };
}

function delivery(body: string, id = 1): Delivery {
  const event = {
    type: "m.room.message",
    event_id: `$event${id}`,
    sender: "@ada:example.org",
    origin_server_ts: 0,
    content: { msgtype: "m.text", body },
  };
  return { id, roomId: "!room:example.org", event: JSON.stringify(event), senderName: "Ada" };
}

describe("an event", () => {
  test("runs its handlers one after the other and says which ran", async () => {
    const order: string[] = [];
    const instance = await started((bot) => {
      bot.on("m.room.message", () => void order.push("third"));
      bot.hears("ping", async () => {
        await Promise.resolve();
        order.push("first");
      });
      bot.hears(/p/, () => void order.push("second"));
    });

    expect(await instance.run(delivery("ping"))).toEqual({
      id: 1,
      status: "done",
      ran: ["hears ping", "hears /p/", "m.room.message"],
    });
    expect(order).toEqual(["first", "second", "third"]);
  });

  test("that nothing is there for is done, by nobody", async () => {
    const instance = await started((bot) => bot.hears("ping", () => undefined));

    expect(await instance.run(delivery("pong"))).toEqual({ id: 1, status: "done", ran: [] });
  });

  test("whose JSON is none fails instead of never ending", async () => {
    const instance = await started((bot) => bot.hears("ping", () => undefined));

    const outcome = await instance.run({ ...delivery("ping"), event: "{" });

    expect(outcome).toMatchObject({ id: 1, status: "failed", ran: [] });
  });

  test("names its sender by the display name, or else by the localpart", async () => {
    const names: string[] = [];
    const instance = await started((bot) =>
      bot.hears("hi", (ctx) => void names.push(ctx.sender.displayName)),
    );

    await instance.run(delivery("hi"));
    await instance.run({ ...delivery("hi"), senderName: null });

    expect(names).toEqual(["Ada", "ada"]);
  });
});

describe("a handler that throws", () => {
  test("fails the event with its stack, and keeps the later handlers from running", async () => {
    const later = vi.fn();
    const instance = await started((bot) => {
      bot.hears("ping", () => {
        throw new TypeError("x is not a function");
      });
      bot.on("m.room.message", later);
    });

    const outcome = await instance.run(delivery("ping"));

    expect(outcome).toMatchObject({
      status: "failed",
      ran: ["hears ping"],
      error: { code: "ERROR", message: "x is not a function" },
    });
    expect(outcome.error?.stack).toContain("instance.test.ts");
    expect(later).not.toHaveBeenCalled();
  });

  test("a UserError is answered in the room and counts as done", async () => {
    const instance = await started((bot) => {
      bot.command("half", "Halve", async () => {
        throw new UserError("Only even numbers, please.");
      });
    });

    expect(await instance.run(delivery("!half"))).toEqual({
      id: 1,
      status: "done",
      told: "user-error",
      ran: ["!half"],
    });
    expect(instance.host.call).toHaveBeenCalledExactlyOnceWith(
      "event.send",
      {
        delivery: 1,
        type: "m.room.message",
        content: {
          msgtype: "m.text",
          body: "Only even numbers, please.",
          "m.relates_to": { "m.in_reply_to": { event_id: "$event1" } },
        },
      },
      expect.any(Number),
    );
  });

  test("a UserError that could not be sent fails the event", async () => {
    const host = createHost(() => {
      throw new HostError("M_FORBIDDEN", "The bot may not write here.");
    });
    const instance = await started((bot) => {
      bot.command("half", "Halve", () => {
        throw new UserError("Only even numbers, please.");
      });
    }, host);

    expect(await instance.run(delivery("!half"))).toMatchObject({
      status: "failed",
      error: { code: "M_FORBIDDEN" },
    });
  });

  test("RetryLater crosses with its seconds", async () => {
    const instance = await started((bot) => {
      bot.command("report", "Report", () => {
        throw new RetryLater(60, "Not ready.");
      });
    });

    expect(await instance.run(delivery("!report"))).toMatchObject({
      status: "failed",
      error: { code: "RETRY_LATER", message: "Not ready.", data: { seconds: 60 } },
    });
  });

  test.each([[undefined], [null], [0], ["text"]])("%o is a failure, too", async (thrown) => {
    const instance = await started((bot) => {
      bot.hears("ping", () => {
        throw thrown;
      });
    });

    expect(await instance.run(delivery("ping"))).toMatchObject({
      status: "failed",
      error: { code: "THROWN", message: String(thrown) },
    });
  });
});

describe("a request", () => {
  const content = {
    ...{ method: "POST", path: "/hook", url: "https://bots.example.org/plugins/one/hook?a=1&a=2" },
    ...{ headers: { "x-id": "7" }, address: "192.0.2.1", body64: "eyJhIjoxfQ==" },
  };
  const request = (path = "/hook"): Delivery => ({
    ...{ id: 9, roomId: webhookLane({ method: "POST", path }), senderName: null },
    event: JSON.stringify(webhookEvent("$request", 1_000, content)),
  });

  test("comes to its handler as it was sent, and writes to the rooms that it names", async () => {
    const seen: unknown[] = [];
    const instance = await started((bot) => {
      bot.webhook("/hook", async ({ request: { query, receivedAt, bytes, text, json, ...rest }, sendTo }) => {
        seen.push(rest, query.getAll("a"), receivedAt.getTime(), bytes().length, text(), json());
        await sendTo("!a:example.org", "hi");
      });
      bot.webhook("/other", () => void seen.push("other"));
      bot.on("org.rookery.webhook", () => void seen.push("on"));
    });

    expect(await instance.run(request())).toEqual({ id: 9, status: "done", ran: ["webhook POST /hook"] });
    const { body64: _body64, ...rest } = content;
    expect(seen).toEqual([rest, ["1", "2"], 1_000, 7, '{"a":1}', { a: 1 }]);
    expect(instance.host.call).toHaveBeenCalledExactlyOnceWith(
      "event.send",
      {
        ...{ delivery: 9, roomId: "!a:example.org", type: "m.room.message" },
        content: { msgtype: "m.text", body: "hi" },
      },
      expect.any(Number),
    );
  });

  test("of an older version of the plugin is done, by nobody", async () => {
    const instance = await started((bot) => bot.webhook("/hook", () => undefined));

    expect(await instance.run(request("/old"))).toEqual({ id: 9, status: "done", ran: [] });
  });

  test("has an answer only where its webhook replies", async () => {
    const given = { status: 201 };
    const silent = await started((bot) => bot.webhook("/hook", () => given));
    const replies = await started((bot) => bot.webhook("/hook", { reply: true }, () => given));

    expect(await silent.run(request())).not.toHaveProperty("answer");
    expect(await replies.run(request())).toMatchObject({ answer: { status: 201, headers: {}, body64: "" } });
  });

  test("has nobody to tell in a room: what is meant for people fails, too", async () => {
    const instance = await started((bot) =>
      bot.webhook("/hook", () => {
        throw new UserError("no");
      }),
    );

    expect(await instance.run(request())).toMatchObject({ status: "failed", error: { code: "USER_ERROR" } });
    expect(instance.host.call).not.toHaveBeenCalled();
  });

  test("that took too long is told by its signal", async () => {
    const instance = await started((bot) =>
      bot.webhook(
        "/hook",
        (ctx) =>
          new Promise((_, reject) => {
            ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason));
          }),
      ),
    );
    const outcome = instance.run(request());
    instance.abort(9, "too long");

    expect(await outcome).toMatchObject({ status: "failed", error: { message: "too long" } });
  });
});

describe("a schedule", () => {
  const NINE = Date.UTC(2026, 0, 1, 9);
  const run = (name: string): Delivery => ({
    ...{ id: 5, roomId: scheduleLane(name), senderName: null },
    event: JSON.stringify(scheduleEvent(name, NINE, "@bot:example.org")),
  });

  test("runs its own handler, and no other", async () => {
    const [report, other] = [vi.fn(), vi.fn()];
    const instance = await started((bot) => {
      bot.schedule("report", "0 9 * * *", report);
      bot.schedule("other", "0 9 * * *", other);
      bot.on("org.rookery.schedule", other);
    });

    expect(await instance.run(run("report"))).toEqual({ id: 5, status: "done", ran: ["schedule report"] });
    expect(report.mock.calls[0]?.[0].dueAt).toEqual(new Date(NINE));
    expect(other).not.toHaveBeenCalled();
  });

  test("that the plugin no longer has is done, by nobody", async () => {
    const instance = await started((bot) => bot.schedule("report", "0 9 * * *", () => undefined));

    expect(await instance.run(run("gone"))).toEqual({ id: 5, status: "done", ran: [] });
  });

  test("is nobody's to start: its event in a room is an event like others", async () => {
    const [report, seen] = [vi.fn(), vi.fn()];
    const instance = await started((bot) => {
      bot.schedule("report", "0 9 * * *", report);
      bot.on("org.rookery.schedule", seen);
    });

    await instance.run({ ...run("report"), roomId: "!room:example.org" });

    expect(seen).toHaveBeenCalledOnce();
    expect(report).not.toHaveBeenCalled();
  });

  test("fails with a UserError, since there is nobody to tell it", async () => {
    const instance = await started((bot) =>
      bot.schedule("report", "0 9 * * *", () => {
        throw new UserError("Only even days, please.");
      }),
    );

    expect(await instance.run(run("report"))).toMatchObject({
      status: "failed",
      error: { code: "USER_ERROR", message: "Only even days, please." },
    });
    expect(instance.host.call).not.toHaveBeenCalled();
  });

  test("is aborted like an event's handler", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let signal: AbortSignal | undefined;
    const instance = await started((bot) =>
      bot.schedule("report", "0 9 * * *", (ctx) => {
        signal = ctx.signal;
        return promise;
      }),
    );
    const outcome = instance.run(run("report"));

    instance.abort(5, "It took too long.");

    expect(signal?.reason).toEqual(new Error("It took too long."));
    resolve();
    await outcome;
  });
});

describe("signals", () => {
  /** An instance whose handler waits to be let go on. */
  async function waiting() {
    const { promise, resolve } = Promise.withResolvers<void>();
    let ctx: Context | undefined;
    let bot: Bot<object> | undefined;
    const instance = await started((given) => {
      bot = given;
      given.hears("wait", async (own) => {
        ctx = own;
        await promise;
      });
    });
    const outcome = instance.run(delivery("wait", 7));
    if (!ctx || !bot) throw new Error("The handler has not begun.");
    return {
      instance,
      ctx,
      bot,
      async end() {
        resolve();
        await outcome;
      },
    };
  }

  test("ctx.signal is aborted with the delivery, and only with its own", async () => {
    const { instance, ctx, bot, end } = await waiting();
    const { signal } = ctx;

    instance.abort(8, "Another.");
    expect(signal.aborted).toBe(false);
    instance.abort(7, "It took too long.");

    expect(signal.reason).toEqual(new Error("It took too long."));
    expect(bot.signal.aborted).toBe(false);
    await end();
  });

  test("ctx.signal is aborted for who looks at it first after the abort", async () => {
    const { instance, ctx, end } = await waiting();

    instance.abort(7, "It took too long.");

    expect(ctx.signal.reason).toEqual(new Error("It took too long."));
    await end();
  });

  test("both are aborted when the instance stops, whenever they are looked at", async () => {
    const seen = await waiting();
    const unseen = await waiting();
    const { signal } = seen.ctx;

    seen.instance.stop("The operator stopped it.");
    unseen.instance.stop("The operator stopped it.");

    const reason = new Error("The operator stopped it.");
    expect([signal, seen.bot.signal, unseen.ctx.signal].map((each) => each.reason)).toEqual([
      reason,
      reason,
      reason,
    ]);
    await Promise.all([seen.end(), unseen.end()]);
  });

  test("ctx.signal is the same at every look", async () => {
    const { ctx, end } = await waiting();

    expect(ctx.signal).toBe(ctx.signal);
    await end();
  });

  test("ctx.signal is aborted for who looks at it first after the handler's end", async () => {
    const { ctx, end } = await waiting();
    await end();

    expect(ctx.signal.reason).toEqual(new Error("The handler has ended."));
  });

  test("bot.signal is aborted where setup throws, so that what it began can end", async () => {
    let signal: AbortSignal | undefined;
    const starting = started((bot) => {
      signal = bot.signal;
      throw new Error("no list");
    });

    await expect(starting).rejects.toThrow("no list");
    expect(signal?.aborted).toBe(true);
  });
});

describe("!help", () => {
  const bodyOf = ({ host }: { host: ReturnType<typeof createHost> }) =>
    (host.call.mock.lastCall?.[1] as { content?: unknown } | undefined)?.content;

  test("lists each command as it is typed and what it does, with its HTML escaped", async () => {
    const instance = await started((bot) => {
      bot.command("ping", "Say pong", () => undefined);
      bot.command("quote", { description: "Quote <b>", aliases: ["q"] }, () => undefined);
    });

    await instance.run(delivery("!help"));

    expect(bodyOf(instance)).toMatchObject({
      body: "!ping – Say pong\n!quote – Quote <b>",
      formatted_body:
        "<ul><li><code>!ping</code> – Say pong</li><li><code>!quote</code> – Quote &lt;b&gt;</li></ul>",
    });
    expect(instance.subscriptions.commands.map(({ name }) => name)).toEqual(["ping", "quote", "q", "help"]);
  });

  test("is the plugin's own where it has one", async () => {
    const own = vi.fn();
    const instance = await started((bot) => {
      bot.command("ping", "Say pong", () => undefined);
      bot.command("info", { description: "About", aliases: ["help"] }, own);
    });

    await instance.run(delivery("!help"));

    expect(own).toHaveBeenCalledOnce();
    expect(instance.host.call).not.toHaveBeenCalled();
  });

  test("is not there where there are no commands", async () => {
    const instance = await started((bot) => bot.hears("ping", () => undefined));

    expect(instance.subscriptions.commands).toEqual([]);
  });
});

test("a command that is registered after setup is an error, not silence", async () => {
  let later: Bot<object> | undefined;
  await started((bot) => {
    later = bot;
  });

  expect(() => later?.command("late", "Too late", () => undefined)).toThrow(/setup\(\) has ended/);
});
