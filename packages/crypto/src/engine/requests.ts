import {
  KeysBackupRequest,
  KeysClaimRequest,
  KeysQueryRequest,
  KeysUploadRequest,
  type OlmMachine,
  type RequestType,
  RoomMessageRequest,
  SignatureUploadRequest,
  ToDeviceRequest,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import { Value } from "typebox/value";
import { CryptoError } from "../errors.ts";
import type { Http, HttpResponse } from "../http.ts";
import { inTime } from "./deadline.ts";
import { ErrorBody } from "./parse.ts";

export const CLIENT = "/_matrix/client/v3";

/** Anything that a machine wants sent, and hears the answer of. */
export type MachineRequest = Awaited<ReturnType<OlmMachine["outgoingRequests"]>>[number];

/**
 * Sends what the machine wants sent, and tells it the answer.
 *
 * @throws `HOMESERVER`; the machine then hands out the same request again
 */
export async function send(machine: OlmMachine, http: Http, request: MachineRequest): Promise<unknown> {
  const { method, path } = address(request);
  const answer = ok(await http.request(method, path, JSON.parse(request.body)), path);
  const { id, type } = request as { id: string | undefined; type: RequestType };
  // Signatures that belong to no request of the machine's own have no ID: it learns of them by the next key query.
  if (id !== undefined) {
    await inTime("mark as sent", machine.markRequestAsSent(id, type, JSON.stringify(answer)));
  }
  return answer;
}

function address(request: MachineRequest): { method: "POST" | "PUT"; path: string } {
  if (request instanceof KeysUploadRequest) return { method: "POST", path: `${CLIENT}/keys/upload` };
  if (request instanceof KeysQueryRequest) return { method: "POST", path: `${CLIENT}/keys/query` };
  if (request instanceof KeysClaimRequest) return { method: "POST", path: `${CLIENT}/keys/claim` };
  if (request instanceof SignatureUploadRequest) {
    return { method: "POST", path: `${CLIENT}/keys/signatures/upload` };
  }
  if (request instanceof ToDeviceRequest) {
    const [type, txn] = [request.event_type, request.txn_id].map(encodeURIComponent);
    return { method: "PUT", path: `${CLIENT}/sendToDevice/${type}/${txn}` };
  }
  if (request instanceof KeysBackupRequest) {
    return { method: "PUT", path: `${CLIENT}/room_keys/keys?version=${encodeURIComponent(request.version)}` };
  }
  if (request instanceof RoomMessageRequest) {
    const [room, type, txn] = [request.room_id, request.event_type, request.txn_id].map(encodeURIComponent);
    return { method: "PUT", path: `${CLIENT}/rooms/${room}/send/${type}/${txn}` };
  }
  throw new Error("The machine wants something sent that this version does not know.");
}

/**
 * The body of an answer that is a good one.
 *
 * @throws `HOMESERVER` for any other
 */
export function ok({ status, body }: HttpResponse, path: string): unknown {
  if (status >= 200 && status < 300) return body;
  throw new CryptoError("HOMESERVER", `${path}: ${status} ${errcode(body)}`);
}

/** The Matrix error's code and text. */
export function errcode(body: unknown): string {
  if (!Value.Check(ErrorBody, body)) return "";
  return [body.errcode, body.error].filter((part) => part !== undefined).join(": ");
}
