import type { Context } from "../context.ts";
import type { MatrixEvent } from "../event.ts";
import { toErrorData } from "../protocol/errors.ts";
import type { Delivery } from "../protocol/index.ts";
import { messageText } from "../protocol/match.ts";
import { answeredIdOf, reactionContent } from "./content.ts";
import { createEventWrites, SEND_DEADLINE_MS } from "./event-writes.ts";
import type { HostLink } from "./host-link.ts";
import { profileSetter } from "./set-profile.ts";

/** What clients of people use; it ends a sign whose bot died. */
const TYPING_MS = 30_000;

/** Makes the `ctx` of one delivery. */
export function createContext(
  delivery: Delivery,
  event: MatrixEvent,
  host: HostLink,
  signal: () => AbortSignal,
): Context {
  const { id } = delivery;
  const writes = createEventWrites(delivery, event, host);

  return {
    event,
    sender: {
      userId: event.sender,
      displayName: delivery.senderName ?? localpart(event.sender),
      power: () => host.call("room.sender", { delivery: id }),
    },
    room: {
      roomId: delivery.roomId,
      encrypted: async () => (await host.call("room.encrypted", { delivery: id })).encrypted,
      name: async () => (await host.call("room.name", { delivery: id })).name,
      info: () => host.call("room.info", { roomId: delivery.roomId }),
      members: () => host.call("room.members", { roomId: delivery.roomId }),
    },
    text: messageText(event) ?? "",
    get signal() {
      return signal();
    },
    ...writes,

    as: (localpart) => ({
      ...createEventWrites(delivery, event, host, localpart),
      setProfile: profileSetter(delivery, host, localpart),
    }),

    createRoom: (room = {}) => host.call("room.create", { delivery: id, ...room }, SEND_DEADLINE_MS),

    async typing(on = true) {
      await host.call("typing.set", { delivery: id, timeoutMs: on ? TYPING_MS : 0 });
    },

    async markRead() {
      await host.call("receipt.send", { delivery: id });
    },

    async progress(work, key = "⏳") {
      // Without the sign the work is worth as much: what fails about it goes to the log.
      const note = (what: string) => (error: unknown) => {
        const message = `The sign of progress was not ${what}: ${toErrorData(error).message}`;
        host.notify("log.write", { level: "warn", message });
        return null;
      };
      const shown = writes
        .sendEvent("m.reaction", reactionContent(answeredIdOf(event), key))
        .catch(note("shown"));
      try {
        return await work();
      } finally {
        const sign = await shown;
        if (sign) await writes.redact(sign).catch(note("removed"));
      }
    },
  };
}

/** `@ada:example.org` → `ada` */
function localpart(userId: string): string {
  return userId.slice(1).split(":")[0] ?? userId;
}
