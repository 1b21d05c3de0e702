import type { Rooms } from "../rooms.ts";
import { SEND_DEADLINE_MS } from "./event-writes.ts";
import type { HostLink } from "./host-link.ts";

type MemberMethod = "room.invite" | "room.kick" | "room.ban" | "room.unban";

/** `bot.rooms`: what the bot may do to rooms beyond answering there. */
export function createRooms(host: HostLink): Rooms {
  const change = (method: MemberMethod) => async (roomId: string, userId: string, reason?: string) => {
    const why = reason === undefined ? {} : { reason };
    await host.call(method, { roomId, userId, ...why }, SEND_DEADLINE_MS);
  };

  return {
    invite: change("room.invite"),
    kick: change("room.kick"),
    ban: change("room.ban"),
    unban: change("room.unban"),
    async getState<Content>(roomId: string, type: string, stateKey = "") {
      const { content } = await host.call("room.state.get", { roomId, type, stateKey });
      return content === null ? undefined : (content as Content);
    },
    setState: (roomId, type, content, stateKey = "") =>
      host.call("room.state.set", { roomId, type, stateKey, content }, SEND_DEADLINE_MS),
    info: (roomId) => host.call("room.info", { roomId }),
    members: (roomId) => host.call("room.members", { roomId }),
    history: (roomId, { from, limit = 50 } = {}) =>
      host.call("room.history", { roomId, limit, ...(from === undefined ? {} : { from }) }),
  };
}
