import { type OlmMachine, RoomMessageRequest, ToDeviceRequest } from "@matrix-org/matrix-sdk-crypto-wasm";
import { inTime } from "./deadline.ts";
import type { MachineRequest } from "./requests.ts";

/**
 * What is still to be said in verifications. Of one verification each word goes out after the one before; no
 * verification waits for another, whose room refuses what is said in it.
 */
export interface Words {
  /** Puts them behind what is still to be said in this verification. */
  add(flowId: string, ...requests: (MachineRequest | undefined)[]): void;
  /** Takes what the machine has to say by itself. */
  addTheMachines(): Promise<void>;
  /** Says what is left of a verification. @throws `HOMESERVER`: the rest stays for the next time */
  say(flowId: string): Promise<void>;
  /** The same of each of them. @throws `HOMESERVER` when all were tried */
  sayAll(): Promise<void>;
  /** It was cancelled: nothing is left to say but that. */
  cancelled(flowId: string): Promise<void>;
}

/** No verification lasts longer: https://spec.matrix.org/latest/client-server-api/#key-verification-framework */
export const LASTS_MS = 10 * 60_000;

interface Flow {
  words: MachineRequest[];
  /** When nobody waits for them any more. */
  until: number;
}

type Word = ToDeviceRequest | RoomMessageRequest;

/** Is it said in a verification? */
export const isWord = (request: MachineRequest): request is Word =>
  request instanceof RoomMessageRequest ||
  (request instanceof ToDeviceRequest && request.event_type.startsWith("m.key.verification."));

const isCancel = (request: MachineRequest) =>
  isWord(request) && request.event_type === "m.key.verification.cancel";

export function words(machine: OlmMachine, deliver: (request: MachineRequest) => Promise<void>): Words {
  const flows = new Map<string, Flow>();

  function add(flowId: string, ...requests: (MachineRequest | undefined)[]): void {
    const flow = flows.get(flowId) ?? { words: [], until: Date.now() + LASTS_MS };
    // The machine hands its own out until it is told that they were sent.
    const isNew = ({ id }: MachineRequest) => id === undefined || flow.words.every((word) => word.id !== id);
    flow.words.push(...requests.filter((request) => request !== undefined).filter(isNew));
    if (flow.words.length > 0) flows.set(flowId, flow);
  }

  async function giveUp(flowId: string, isGivenUp: (request: MachineRequest) => boolean): Promise<void> {
    const flow = flows.get(flowId);
    if (flow === undefined) return;
    const given = flow.words.filter(isGivenUp);
    flow.words = flow.words.filter((request) => !isGivenUp(request));
    // Or the machine would hand them out again.
    for (const { id, type } of given) {
      if (id !== undefined) await inTime("give up", machine.markRequestAsSent(id, type, SENT_NOWHERE));
    }
  }

  async function say(flowId: string): Promise<void> {
    const flow = flows.get(flowId);
    if (flow === undefined) return;
    // Signatures are what a verification was for: they stay good when it is over.
    if (flow.until <= Date.now()) await giveUp(flowId, isWord);
    for (let next = flow.words[0]; next !== undefined; next = flow.words[0]) {
      await deliver(next);
      flow.words.shift();
    }
    flows.delete(flowId);
  }

  return {
    add,
    say,
    async addTheMachines() {
      const requests = await inTime("outgoing", machine.outgoingRequests());
      for (const request of requests) if (isWord(request)) add(flowOf(request), request);
    },
    async sayAll() {
      const said = await Promise.allSettled([...flows.keys()].map(say));
      const failed = said.find((each) => each.status === "rejected");
      if (failed) throw failed.reason;
    },
    cancelled: (flowId) => giveUp(flowId, (request) => isWord(request) && !isCancel(request)),
  };
}

/** An answer to whichever request. */
const SENT_NOWHERE = JSON.stringify({ event_id: "$nowhere" });

/** What the machine makes itself has one recipient. */
function flowOf(word: Word): string {
  const body = JSON.parse(word.body) as {
    "m.relates_to"?: { event_id: string };
    messages?: Record<string, Record<string, { transaction_id: string }>>;
  };
  const [ofUser] = Object.values(body.messages ?? {});
  const [ofDevice] = Object.values(ofUser ?? {});
  return body["m.relates_to"]?.event_id ?? ofDevice?.transaction_id ?? "";
}
