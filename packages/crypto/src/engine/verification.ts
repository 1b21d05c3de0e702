import {
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
import { CryptoError } from "../errors.ts";
import type { Http } from "../http.ts";
import { inTime } from "./deadline.ts";
import { type Heard, heard } from "./heard.ts";
import type { Receiving } from "./receiving.ts";
import { send } from "./requests.ts";
import { shown, type Verification } from "./shown-verification.ts";
import { words } from "./words.ts";

/** What the people on this side say. */
export type VerificationStep = "accept" | "match" | "mismatch" | "cancel";

/** Other sessions of the account itself; or somebody in a room that has only the two of them. */
export type VerificationPartner = { userId: string; roomId: string } | "own-sessions";

/** One call after the other but for `list`, since each may speak to the homeserver. */
export interface Verifications {
  /** What others say in them. */
  readonly heard: Pick<Heard, "addToDevice" | "addOfRooms">;
  /** Those under way. One that has ended stays until the next one begins. */
  list(): Verification[];
  /** Asks. @throws `NO_IDENTITY` where the other side has none to verify */
  request(partner: VerificationPartner): Promise<Verification>;
  /**
   * @throws `NO_VERIFICATION` where there is none that this step could be taken in; `HOMESERVER` where it was taken, and
   *   is told with the next {@link goOn}
   */
  step(id: string, step: VerificationStep): Promise<Verification>;
  /** Takes in what was heard, and says what there is to say to it. @throws `HOMESERVER`: the rest is for the next time */
  goOn(): Promise<void>;
}

/** Whoever asks again and again is not heard. */
const MOST = 10;

/** Only emoji: there is no camera here, and nobody to look at a code. */
const METHODS = [VerificationMethod.SasV1];

export function verifications(options: {
  machine: OlmMachine;
  http: Http;
  userId: string;
  receiving: Receiving;
  inRoom: {
    /** Sends an event of a verification, encrypted where the room is. Gives its ID. */
    send(roomId: string, type: string, content: object): Promise<string>;
    /** The same for what the machine wants to say. */
    deliver(request: RoomMessageRequest): Promise<void>;
  };
  onChange: (now: Verification[]) => void;
}): Verifications {
  const { machine, http, userId, receiving, inRoom, onChange } = options;
  const known = new Map<string, VerificationRequest>();
  const said = words(machine, async (word) => {
    if (word instanceof RoomMessageRequest) await inRoom.deliver(word);
    else await send(machine, http, word);
  });
  const theirs = heard({
    ...{ machine, http, userId, receiving, forgetEnded },
    onRequest: (from, flowId) => add(machine.getVerificationRequest(new UserId(from), flowId)),
  });
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
    if (known.size >= MOST) return;
    known.set(request.flowId, request);
  }

  /**
   * What needs no decision: the emoji come as soon as both sides agreed to the verification. Whoever asked for it begins
   * them, as other clients do it, too: were it both, they could miss each other.
   */
  async function advance(request: VerificationRequest): Promise<void> {
    const verification = request.getVerification();
    if (verification instanceof Sas) said.add(request.flowId, verification.accept());
    else if (request.isReady() && request.weStarted()) {
      const started = await inTime("start the emoji", request.startSas());
      said.add(request.flowId, started === undefined ? request.cancel() : started[1]);
    }
    if (request.isCancelled()) await said.cancelled(request.flowId);
  }

  async function forgetEnded(): Promise<void> {
    if ([...known.values()].some((request) => request.isDone())) await receiving.receiveNothing();
  }

  const identityOf = async (user: string) => {
    await send(machine, http, machine.queryKeysForUsers([new UserId(user)]));
    return await inTime("identity", machine.getIdentity(new UserId(user)));
  };

  async function ask(partner: VerificationPartner): Promise<VerificationRequest> {
    const user = partner === "own-sessions" ? userId : partner.userId;
    await forgetEnded();
    const identity = await identityOf(user);
    if (partner === "own-sessions" && identity instanceof OwnUserIdentity) {
      const [request, first] = await inTime("request", identity.requestVerification(METHODS));
      said.add(request.flowId, first);
      return request;
    }
    if (partner !== "own-sessions" && identity instanceof OtherUserIdentity) {
      const content = JSON.parse(identity.verificationRequestContent(METHODS)) as object;
      const eventId = await inRoom.send(partner.roomId, "m.room.message", content);
      return identity.requestVerification(new RoomId(partner.roomId), new EventId(eventId), METHODS);
    }
    throw new CryptoError("NO_IDENTITY", user);
  }

  async function take(request: VerificationRequest, step: VerificationStep): Promise<void> {
    const sas = request.getVerification();
    const say = (...requests: Parameters<typeof said.add>[1][]) => said.add(request.flowId, ...requests);
    if (step === "cancel") say(request.cancel());
    else if (step === "accept" && request.phase() === VerificationRequestPhase.Requested)
      say(request.acceptWithMethods(METHODS));
    else if (step === "match" && sas instanceof Sas && sas.canBePresented())
      say(...(await inTime("confirm", sas.confirm())));
    else if (step === "mismatch" && sas instanceof Sas) say(sas.cancelWithCode("m.mismatched_sas"));
    else throw new CryptoError("NO_VERIFICATION", `${request.flowId} is not where it could take "${step}"`);
  }

  /** What this step has led to. The machine shows its emoji when what it had to say for them has been sent. */
  async function goOnWith(request: VerificationRequest): Promise<Verification> {
    try {
      await advance(request);
      await said.addTheMachines();
      await said.say(request.flowId);
    } finally {
      tell();
    }
    return shown(request);
  }

  return {
    heard: theirs,
    list,
    async request(partner) {
      const request = await ask(partner);
      add(request);
      return await goOnWith(request);
    },
    async step(id, step) {
      const request = known.get(id);
      if (request === undefined) throw new CryptoError("NO_VERIFICATION", id);
      await take(request, step);
      return await goOnWith(request);
    },
    async goOn() {
      try {
        await theirs.takeIn();
      } finally {
        for (const [id, request] of known) {
          // Another session of the account has answered.
          if (request.isPassive()) known.delete(id);
          else await advance(request);
        }
        await said.addTheMachines();
        await said.sayAll().finally(tell);
      }
    },
  };
}
