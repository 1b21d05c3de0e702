import { MatrixError } from "matrix-bot-sdk";
import { AppError } from "../../errors.ts";
import type { InstanceScope } from "../instance-scope.ts";

const MAX_ID = 255;

/**
 * Notes a call that names a delivery in its trace, and how it ends: what it sent by its event ID, what it
 * failed with by its code. Nothing else of it is kept.
 */
export function noteCall({ noteCall }: InstanceScope, method: string, params: unknown) {
  const id = (params as { delivery?: unknown } | null)?.delivery;
  if (typeof id !== "number") return undefined;
  const call = noteCall(id, method);
  if (!call) return undefined;
  const begin = Date.now();
  return {
    done<T>(result: T): T {
      call.durationMs = Date.now() - begin;
      const { eventId } = (result ?? {}) as { eventId?: unknown };
      if (typeof eventId === "string") call.eventId = eventId.slice(0, MAX_ID);
      return result;
    },
    failed(error: unknown): void {
      call.durationMs = Date.now() - begin;
      call.error = codeOf(error);
    },
  };
}

function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code;
  return error instanceof MatrixError ? error.errcode : "INTERNAL";
}
