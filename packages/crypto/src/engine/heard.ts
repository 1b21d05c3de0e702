import { DeviceId, type OlmMachine, RoomId, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import type { Static } from "typebox";
import { Value } from "typebox/value";
import { CryptoError } from "../errors.ts";
import type { Http } from "../http.ts";
import { inTime } from "./deadline.ts";
import { type TimelineEvent, ToDeviceEvent, ToDeviceRequested } from "./parse.ts";
import type { Receiving } from "./receiving.ts";
import { send } from "./requests.ts";
import { LASTS_MS } from "./words.ts";

/** What an event of a room has that concerns verifications. */
export type RoomEvent = Static<typeof TimelineEvent>;

export interface RoomEventOf {
  roomId: string;
  event: RoomEvent;
}

/** What others said in verifications, until it is taken in: in its order, and apart from the syncs that brought it. */
export interface Heard {
  /** To-device messages that {@link isToDevice}. */
  addToDevice(events: readonly unknown[]): void;
  /** What was said in rooms, decrypted where it was encrypted. */
  addOfRooms(...events: RoomEventOf[]): void;
  /** @throws `HOMESERVER`: it goes on from there the next time */
  takeIn(): Promise<void>;
}

/** Of an event of a room. Many clients say it in the clear, also where the room is encrypted. */
export const isOfVerification = ({ type, content }: RoomEvent): boolean =>
  type.startsWith(PREFIX) || isRequest(type, content);

const PREFIX = "m.key.verification.";
const REQUEST = "m.key.verification.request";

const isRequest = (type: string, content: RoomEvent["content"]) =>
  type === "m.room.message" && content.msgtype === REQUEST;

/** Is it a to-device message of a verification? They are never encrypted. */
export const isToDevice = (event: unknown): event is Static<typeof ToDeviceEvent> =>
  Value.Check(ToDeviceEvent, event) && event.type.startsWith(PREFIX);

/** Whoever talks and talks is not heard. */
const MOST = 200;

type Event = { inRoom: RoomEventOf } | { toDevice: Static<typeof ToDeviceEvent> };

export function heard(options: {
  machine: OlmMachine;
  http: Http;
  userId: string;
  receiving: Receiving;
  /** Somebody asks for a verification. */
  onRequest: (userId: string, flowId: string) => void;
  /** The machine forgets those that have ended; before, they would cancel a new one with the same person. */
  forgetEnded: () => Promise<void>;
}): Heard {
  const { machine, http, userId, receiving, onRequest, forgetEnded } = options;
  const waiting: (Event & { at: number })[] = [];

  function add(event: Event): void {
    if (waiting.length < MOST) waiting.push({ ...event, at: Date.now() });
  }

  /** The machine takes no request from a device that it does not know. */
  async function knowDevice(user: string, deviceId: string): Promise<void> {
    const device = await inTime("device", machine.getDevice(new UserId(user), new DeviceId(deviceId)));
    if (device === undefined) await send(machine, http, machine.queryKeysForUsers([new UserId(user)]));
  }

  async function takeToDevice(event: Static<typeof ToDeviceEvent>): Promise<void> {
    const { type, sender } = event;
    // Anybody can send anything.
    if (type === REQUEST && !Value.Check(ToDeviceRequested, event)) return;
    if (Value.Check(ToDeviceRequested, event)) await knowDevice(sender, event.content.from_device);
    await receiving.receiveLate([event]);
    if (type === REQUEST && Value.Check(ToDeviceRequested, event))
      onRequest(sender, event.content.transaction_id);
  }

  async function takeInRoom({ roomId, event }: RoomEventOf): Promise<void> {
    const { type, sender, event_id, content } = event;
    if (isRequest(type, content)) await forgetEnded();
    if (isRequest(type, content) && typeof content.from_device === "string")
      await knowDevice(sender, content.from_device);
    try {
      const taken = machine.receiveVerificationEvent(JSON.stringify(event), new RoomId(roomId));
      await inTime("take a verification in", taken);
    } catch (error) {
      // What has not the form of one: its sender's mistake.
      if (error instanceof CryptoError) throw error;
      return;
    }
    if (isRequest(type, content) && sender !== userId) onRequest(sender, event_id);
  }

  async function take(event: Event & { at: number }): Promise<void> {
    if (event.at + LASTS_MS <= Date.now()) return;
    await ("inRoom" in event ? takeInRoom(event.inRoom) : takeToDevice(event.toDevice));
  }

  return {
    addToDevice(events) {
      for (const event of events) if (isToDevice(event)) add({ toDevice: event });
    },
    addOfRooms(...events) {
      for (const inRoom of events) add({ inRoom });
    },
    async takeIn() {
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        try {
          await take(next);
        } catch (error) {
          // Another failure would come again with the same event.
          if (!(error instanceof CryptoError && error.code === "HOMESERVER")) waiting.shift();
          throw error;
        }
        waiting.shift();
      }
    },
  };
}
