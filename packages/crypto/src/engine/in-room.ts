import { type OlmMachine, RequestType, type RoomMessageRequest } from "@matrix-org/matrix-sdk-crypto-wasm";
import type { Http } from "../http.ts";
import { inTime } from "./deadline.ts";
import type { Encrypting } from "./encrypting.ts";
import { parse, RoomState, Sent } from "./parse.ts";
import { CLIENT, ok } from "./requests.ts";
import type { Room } from "./room-settings.ts";

/** What a verification says in a room. It is seldom, so that the room is asked for each time. */
export function inRoom(machine: OlmMachine, http: Http, encrypt: Encrypting["encrypt"]) {
  async function roomOf(roomId: string): Promise<Room | undefined> {
    const path = `${CLIENT}/rooms/${encodeURIComponent(roomId)}/state`;
    const state = parse(RoomState, ok(await http.request("GET", path), path), path);
    const contentOf = (type: string) =>
      state.find((event) => event.type === type && event.state_key === "")?.content;
    const encryption = contentOf("m.room.encryption");
    if (encryption === undefined) return undefined;
    const historyVisibility = contentOf("m.room.history_visibility")?.history_visibility;
    const readers = historyVisibility === "joined" ? ["join"] : ["join", "invite"];
    const members = state.flatMap(({ type, state_key, content }) =>
      type === "m.room.member" && readers.includes(String(content.membership)) ? state_key : [],
    );
    return {
      ...{ roomId, members, encryption },
      ...(typeof historyVisibility === "string" && { historyVisibility }),
    };
  }

  async function put(roomId: string, type: string, content: object, txn: string): Promise<unknown> {
    const room = await roomOf(roomId);
    const [sentAs, body] = room
      ? ["m.room.encrypted", await encrypt(room, type, content)]
      : ([type, content] as const);
    const path = `${CLIENT}/rooms/${encodeURIComponent(roomId)}/send/${sentAs}/${encodeURIComponent(txn)}`;
    return ok(await http.request("PUT", path, body), path);
  }

  return {
    /** Gives the event's ID. */
    async send(roomId: string, type: string, content: object): Promise<string> {
      return parse(Sent, await put(roomId, type, content, crypto.randomUUID()), "/send").event_id;
    },

    /** Sends what the machine wants said in a room, and tells it the answer. */
    async deliver(request: RoomMessageRequest): Promise<void> {
      const { id, room_id, event_type, txn_id, body } = request;
      const answer = await put(room_id, event_type, JSON.parse(body) as object, txn_id);
      if (id !== undefined) {
        const told = machine.markRequestAsSent(id, RequestType.RoomMessage, JSON.stringify(answer));
        await inTime("mark as sent", told);
      }
    },
  };
}
