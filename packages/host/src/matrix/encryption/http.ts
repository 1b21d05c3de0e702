import { CryptoError, type Http, type HttpResponse } from "@rookery/crypto/account";
import { MatrixError } from "matrix-bot-sdk";
import { AppError } from "../../errors.ts";
import type { HostMatrixClient } from "../client.ts";
import { untilAnswered } from "../retry.ts";

/** An account's requests for its encryption, and what it means for others that something of it failed. */
export interface EncryptionHttp {
  /** Requests that are tried again until there is an answer, or the signal ends them. */
  until(signal: AbortSignal): Http;
  /** The error for who wanted something encrypted: the host's own, or the homeserver's where the login is gone. */
  failed(error: unknown): unknown;
}

/** @param ending the account ends */
export function createEncryptionHttp(client: HostMatrixClient, ending: AbortSignal): EncryptionHttp {
  let revoked: MatrixError | null = null;
  return {
    until: (signal) => ({
      async request(method, path, body, patienceMs): Promise<HttpResponse> {
        try {
          const ends =
            patienceMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
          const answer: unknown = await untilAnswered(ends, () =>
            client.doRequest(method, path, null, body, patienceMs),
          );
          revoked = null;
          return { status: 200, body: answer };
        } catch (error) {
          if (!(error instanceof MatrixError)) throw error;
          if (error.errcode === "M_UNKNOWN_TOKEN") revoked = error;
          return { status: error.statusCode, body: error.body };
        }
      },
    }),

    failed(error) {
      if (!(error instanceof CryptoError)) return error;
      if (error.code === "HOMESERVER" && revoked) return revoked;
      if (error.code === "CLOSED" || ending.aborted) {
        return new AppError("HOMESERVER_UNREACHABLE", "The account's client does not run.", { cause: error });
      }
      return new AppError("ENCRYPTION_FAILED", error.message, { cause: error });
    },
  };
}
