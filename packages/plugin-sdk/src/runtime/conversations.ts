import { type ArgSchemas, readAnswer } from "../command-args.ts";
import type { Context, MessageContent } from "../context.ts";
import type { Conversation, ConversationOptions } from "../conversation.ts";
import type { MatrixEvent } from "../event.ts";
import { escapeHtml } from "../html.ts";
import { threadRootOf } from "./content.ts";
import type { HostLink } from "./host-link.ts";

/** Where a person stands in a conversation. */
interface State {
  conversation: string;
  /** The event that brought them there: when it runs again, it finds them where they were before it. */
  event: string;
  step: number;
  answers: Record<string, unknown>;
  /** By the clock of the person's homeserver, in milliseconds, as their events have it. */
  expiresAt: number;
  /** Of the thread in which it is held. */
  thread: string | null;
  ended?: true;
}

/** A state, and the one before it. */
interface Kept {
  now: State;
  before: State | null;
}

/** An answer that somebody gave. */
export interface GivenAnswer {
  name: string;
  run(ctx: Context): Promise<unknown>;
}

/** Before the keys that a plugin has in its store. */
const PREFIX = "rookery/conversation/";
const NAME = /^[\w.-]{1,64}$/;
const MAX_KEPT = 1_000;
const TIMEOUT_SECONDS = 300;
const CANCEL = /^\s*!?cancel\s*$/i;

/**
 * The conversations of one instance, as a state machine in its store: each answer is a delivery of its
 * own, so that nothing waits in memory and a restart loses nothing.
 */
export function createConversations(host: HostLink) {
  const all = new Map<string, ConversationOptions<ArgSchemas>>();
  const kept = new Map<string, Kept>();

  const keyOf = (roomId: string, userId: string) => `${PREFIX}${roomId}/${userId}`;

  /** Where the sender of an event stood before it. */
  function stateBefore(roomId: string, event: MatrixEvent): State | null {
    const found = kept.get(keyOf(roomId, event.sender));
    const state = found?.now.event === event.event_id ? found.before : (found?.now ?? null);
    return state?.ended ? null : state;
  }

  async function put(
    ctx: Context,
    before: State | null,
    next: Omit<State, "event" | "thread" | "expiresAt">,
  ) {
    const { event, room } = ctx;
    const seconds = all.get(next.conversation)?.timeoutSeconds ?? TIMEOUT_SECONDS;
    const now: State = {
      ...{ ...next, event: event.event_id, thread: threadRootOf(event) ?? null },
      expiresAt: event.origin_server_ts + seconds * 1000,
    };
    const key = keyOf(room.roomId, event.sender);
    kept.delete(key);
    kept.set(key, { now, before });
    await host.call("store.set", { key, json: JSON.stringify({ now, before }) });
    await forgetOldest();
  }

  /** Those that ended are kept for the event that ended them; with many people, not for ever. */
  async function forgetOldest(): Promise<void> {
    for (const key of kept.keys()) {
      if (kept.size <= MAX_KEPT) return;
      kept.delete(key);
      await host.call("store.delete", { key });
    }
  }

  async function ask(ctx: Context, conversation: string, step: number, prefix = ""): Promise<void> {
    const question = Object.values(all.get(conversation)?.questions ?? {})[step];
    if (question) await ctx.reply(prefixed(prefix, question.ask));
  }

  async function start(ctx: Context, conversation: string): Promise<void> {
    await put(ctx, stateBefore(ctx.room.roomId, ctx.event), { conversation, step: 0, answers: {} });
    await ask(ctx, conversation, 0);
  }

  async function take(ctx: Context, text: string, state: State): Promise<unknown> {
    const { conversation, step, answers } = state;
    const options = all.get(conversation);
    const entries = Object.entries(options?.questions ?? {});
    const [name, question] = entries[step] ?? [];
    const end = (given: Record<string, unknown>) =>
      put(ctx, state, { conversation, step, answers: given, ended: true });
    // Another version of the plugin asked for less.
    if (!options || name === undefined || !question) return await end(answers);
    if (CANCEL.test(text)) {
      await end(answers);
      return await ctx.reply("Cancelled.");
    }
    const read = readAnswer(text, question.answer);
    if ("problem" in read) {
      await put(ctx, state, { conversation, step, answers });
      return await ask(ctx, conversation, step, `This ${read.problem}. `);
    }
    const given = { ...answers, [name]: read.value };
    if (step + 1 < entries.length) {
      await put(ctx, state, { conversation, step: step + 1, answers: given });
      return await ask(ctx, conversation, step + 1);
    }
    await end(given);
    return await options.done(ctx, given);
  }

  return {
    add(name: string, options: ConversationOptions<ArgSchemas>): Conversation {
      if (!NAME.test(name))
        throw new Error(
          `A conversation's name is 1 to 64 of A–Z, a–z, 0–9, "_", "." and "-", not "${name}".`,
        );
      if (all.has(name)) throw new Error(`The conversation "${name}" is there already.`);
      if (Object.keys(options.questions).length === 0)
        throw new Error(`The conversation "${name}" asks no question.`);
      all.set(name, options);
      return Object.freeze<Conversation>({ start: (ctx) => start(ctx, name) });
    },
    get any() {
      return all.size > 0;
    },
    /** Reads where everybody stands; before that, nobody's answer is known. */
    async load(): Promise<void> {
      if (all.size === 0) return;
      for (const { key, json } of await host.call("store.list", { prefix: PREFIX, limit: MAX_KEPT })) {
        kept.set(key, JSON.parse(json) as Kept);
      }
    },
    /** What a text answers; `undefined` where its sender was asked nothing, or too long ago. */
    find(roomId: string, event: MatrixEvent, text: string): GivenAnswer | undefined {
      const state = stateBefore(roomId, event);
      if (!state || event.origin_server_ts > state.expiresAt || !all.has(state.conversation))
        return undefined;
      if (state.thread !== (threadRootOf(event) ?? null)) return undefined;
      return { name: `conversation ${state.conversation}`, run: (ctx) => take(ctx, text, state) };
    },
  };
}

function prefixed(prefix: string, content: MessageContent): MessageContent {
  if (prefix === "") return content;
  if (typeof content === "string") return prefix + content;
  return { ...content, text: prefix + content.text, html: escapeHtml(prefix) + content.html };
}
