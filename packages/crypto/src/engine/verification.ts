import {
  DeviceId,
  EventId,
  type OlmMachine,
  OtherUserIdentity,
  OwnUserIdentity,
  RoomId,
  RoomMessageRequest,
  Sas,
  UserId,
  VerificationMethod,
  type VerificationRequest,
  VerificationRequestPhase,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import type { Static } from "typebox";
import { Value } from "typebox/value";
import { CryptoError } from "../errors.ts";
import type { Http } from "../http.ts";
import { inTime } from "./deadline.ts";
import { type TimelineEvent, ToDeviceRequested } from "./parse.ts";
import { type MachineRequest, send } from "./requests.ts";
import { shown, type Verification } from "./shown-verification.ts";

/** What the people on this side say. */
export type VerificationStep = "accept" | "match" | "mismatch" | "cancel";

/** Other sessions of the account itself; or somebody in a room that has only the two of them. */
export type VerificationPartner = { userId: string; roomId: string } | "own-sessions";

export interface Verifications {
  /** Those under way. One that has ended stays until the next one begins. */
  list(): Verification[];
  /** Asks. @throws `NO_IDENTITY` where the other side has none to verify */
  request(partner: VerificationPartner): Promise<Verification>;
  /** @throws `NO_VERIFICATION` where there is none that this step could be taken in */
  step(id: string, step: VerificationStep): Promise<Verification>;
  /** The devices of who asks have to be known before their request is taken in. */
  prepare(toDevice: readonly unknown[]): Promise<void>;
  /**
   * After a sync was taken in: finds new requests in it, and goes on with those under way.
   *
   * @param inRooms what of verifications was said in rooms in the clear
   */
  proceed(toDevice: readonly unknown[], inRooms: readonly RoomEventOf[]): Promise<void>;
  /** Looks whether they have gone on: the machine shows its emoji when what it had to say for them has been sent. */
  tell(): void;
  /** An event of a room that {@link isOfVerification}, decrypted where it was encrypted. */
  takeInRoom(event: RoomEventOf): Promise<void>;
}

/** What an event of a room has that concerns verifications. */
export type RoomEvent = Static<typeof TimelineEvent>;

export interface RoomEventOf {
  roomId: string;
  event: RoomEvent;
}

/** Many clients say it in the clear, also where the room is encrypted. */
export const isOfVerification = ({ type, content }: RoomEvent): boolean =>
  type.startsWith("m.key.verification.") || isRequest(type, content);

const isRequest = (type: string, content: RoomEvent["content"]) =>
  type === "m.room.message" && content.msgtype === REQUEST;

/** Whoever asks again and again is not heard. */
const MOST = 10;

/** Only emoji: there is no camera here, and nobody to look at a code. */
const METHODS = [VerificationMethod.SasV1];

export function verifications(
  machine: OlmMachine,
  http: Http,
  own: { userId: string },
  inRoom: {
    /** Sends an event of a verification, encrypted where the room is. Gives its ID. */
    send(roomId: string, type: string, content: object): Promise<string>;
    /** The same for what the machine wants to say. */
    deliver(request: RoomMessageRequest): Promise<void>;
  },
  /** A sync that brings nothing. */
  receiveNothing: () => Promise<void>,
  onChange: (now: Verification[]) => void,
): Verifications {
  const known = new Map<string, VerificationRequest>();
  /** What is to be said, in this order. The machine gives it once: what could not be sent is kept here. */
  const unsent: MachineRequest[] = [];
  let told = "[]";

  const list = () => [...known.values()].map(shown);

  function tell(): void {
    const now = list();
    const text = JSON.stringify(now);
    if (text === told) return;
    told = text;
    onChange(now);
  }

  function add(request: VerificationRequest | undefined): void {
    if (request === undefined || known.has(request.flowId)) return;
    for (const [id, before] of known) if (before.isDone() || before.isCancelled()) known.delete(id);
    // What was left unsaid in one that has ended is not to stand in the way of the next.
    if (known.size === 0) unsent.length = 0;
    if (known.size >= MOST) return;
    known.set(request.flowId, request);
  }

  async function deliver(...requests: (MachineRequest | undefined)[]): Promise<void> {
    unsent.push(...requests.filter((request) => request !== undefined));
    for (let next = unsent[0]; next !== undefined; next = unsent[0]) {
      if (next instanceof RoomMessageRequest) await inRoom.deliver(next);
      else await send(machine, http, next);
      unsent.shift();
    }
  }

  /**
   * What needs no decision: the emoji come as soon as both sides agreed to the verification. Whoever asked for it begins
   * them, as other clients do it, too: were it both, they could miss each other.
   */
  async function advance(request: VerificationRequest): Promise<void> {
    const verification = request.getVerification();
    if (verification instanceof Sas) await deliver(verification.accept());
    else if (request.isReady() && request.weStarted()) {
      const started = await inTime("start the emoji", request.startSas());
      await deliver(started === undefined ? request.cancel() : started[1]);
    }
  }

  async function advanceAll(): Promise<void> {
    for (const [id, request] of known) {
      // Another session of the account has answered.
      if (request.isPassive()) known.delete(id);
      else await advance(request);
    }
    tell();
  }

  /** The machine forgets those that have ended with the next sync; before, they would cancel a new one with the same person. */
  async function forgetEnded(): Promise<void> {
    if ([...known.values()].some((request) => request.isDone())) await receiveNothing();
  }

  async function knowDevice(userId: string, deviceId: string): Promise<void> {
    const device = await inTime("device", machine.getDevice(new UserId(userId), new DeviceId(deviceId)));
    if (device === undefined) await send(machine, http, machine.queryKeysForUsers([new UserId(userId)]));
  }

  const requested = (toDevice: readonly unknown[]) =>
    toDevice.flatMap((event) => {
      if ((event as { type?: unknown })?.type !== REQUEST) return [];
      // Anybody can send anything: what is no request is not to cost a sync.
      if (!Value.Check(ToDeviceRequested, event)) return [];
      const { sender, content } = event;
      return [{ sender, deviceId: content.from_device, id: content.transaction_id }];
    });

  const identityOf = async (userId: string) => {
    await send(machine, http, machine.queryKeysForUsers([new UserId(userId)]));
    return await inTime("identity", machine.getIdentity(new UserId(userId)));
  };

  async function ask(partner: VerificationPartner): Promise<VerificationRequest> {
    const userId = partner === "own-sessions" ? own.userId : partner.userId;
    await forgetEnded();
    const identity = await identityOf(userId);
    if (partner === "own-sessions" && identity instanceof OwnUserIdentity) {
      const [request, first] = await inTime("request", identity.requestVerification(METHODS));
      await deliver(first);
      return request;
    }
    if (partner !== "own-sessions" && identity instanceof OtherUserIdentity) {
      const content = JSON.parse(identity.verificationRequestContent(METHODS)) as object;
      const eventId = await inRoom.send(partner.roomId, "m.room.message", content);
      return identity.requestVerification(new RoomId(partner.roomId), new EventId(eventId), METHODS);
    }
    throw new CryptoError("NO_IDENTITY", userId);
  }

  async function take(request: VerificationRequest, step: VerificationStep): Promise<void> {
    const sas = request.getVerification();
    if (step === "cancel") await deliver(request.cancel());
    else if (step === "accept" && request.phase() === VerificationRequestPhase.Requested)
      await deliver(request.acceptWithMethods(METHODS));
    else if (step === "match" && sas instanceof Sas && sas.canBePresented())
      await deliver(...(await inTime("confirm", sas.confirm())));
    else if (step === "mismatch" && sas instanceof Sas) await deliver(sas.cancelWithCode("m.mismatched_sas"));
    else throw new CryptoError("NO_VERIFICATION", `${request.flowId} is not where it could take "${step}"`);
  }

  return {
    list,
    async request(partner) {
      const request = await ask(partner);
      add(request);
      await advanceAll();
      return shown(request);
    },
    async step(id, step) {
      const request = known.get(id);
      if (request === undefined) throw new CryptoError("NO_VERIFICATION", id);
      await take(request, step);
      await advanceAll();
      return shown(request);
    },
    async prepare(toDevice) {
      const senders = requested(toDevice);
      await unlessUnreachable(async () => {
        for (const { sender, deviceId } of senders) await knowDevice(sender, deviceId);
      });
    },
    async proceed(toDevice, inRooms) {
      for (const { sender, id } of requested(toDevice))
        add(machine.getVerificationRequest(new UserId(sender), id));
      if (known.size + inRooms.length === 0) return;
      await unlessUnreachable(async () => {
        for (const each of inRooms) await takeInRoom(each);
        await deliver();
        await advanceAll();
      });
    },
    tell,
    takeInRoom,
  };

  async function takeInRoom({ roomId, event }: RoomEventOf): Promise<void> {
    const { type, sender, event_id, content } = event;
    if (isRequest(type, content)) await forgetEnded();
    if (isRequest(type, content) && typeof content.from_device === "string")
      await knowDevice(sender, content.from_device);
    try {
      const taken = machine.receiveVerificationEvent(JSON.stringify(event), new RoomId(roomId));
      await inTime("take a verification in", taken);
    } catch (error) {
      // What has not the form of one: its sender's mistake, which is to cost neither a sync nor an event.
      if (error instanceof CryptoError) throw error;
      return;
    }
    if (isRequest(type, content) && sender !== own.userId)
      add(machine.getVerificationRequest(new UserId(sender), event_id));
    await advanceAll();
  }
}

const REQUEST = "m.key.verification.request";

/** A sync is taken in all the same: its keys matter more, and a verification goes on with the next one, or is begun again. */
async function unlessUnreachable(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CryptoError && error.code === "HOMESERVER")) throw error;
  }
}
