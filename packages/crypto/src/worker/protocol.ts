import type { Crypto, CryptoOptions, RoomKey } from "../engine/crypto.ts";
import type { Verification } from "../engine/shown-verification.ts";
import type { Code } from "../errors.ts";
import type { HttpResponse } from "../http.ts";

/** What the worker is started with. */
export type WorkerOptions = Omit<CryptoOptions, "http" | "onRoomKeys" | "onVerifications" | "onWarning">;

export type Method = keyof Crypto;
export type Arguments<M extends Method> = Parameters<Crypto[M]>;
export type Result<M extends Method> = Awaited<ReturnType<Crypto[M]>>;

export interface Call<M extends Method = Method> {
  kind: "call";
  id: number;
  method: M;
  args: Arguments<M>;
}

/** An error as it crosses: those of this package keep their code. */
export interface Failure {
  code?: Code;
  detail?: string;
  message: string;
  stack?: string;
}

/** From the host's thread to the worker. */
export type ToWorker =
  | Call
  | { kind: "response"; id: number; response: HttpResponse }
  | { kind: "noResponse"; id: number; message: string };

/** From the worker to the host's thread. */
export type FromWorker =
  | { kind: "answer"; id: number; value: unknown }
  | { kind: "failure"; id: number; failure: Failure }
  | {
      kind: "request";
      id: number;
      method: "GET" | "POST" | "PUT";
      path: string;
      body?: unknown;
      patienceMs?: number;
    }
  | { kind: "roomKeys"; keys: RoomKey[] }
  | { kind: "verifications"; now: Verification[] }
  | { kind: "warning"; message: string };
