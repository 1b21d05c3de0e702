import { Sas, type VerificationRequest, VerificationRequestPhase } from "@matrix-org/matrix-sdk-crypto-wasm";

/** A verification by emoji, as one shows it. It ends by itself after ten minutes. */
export interface Verification {
  id: string;
  /** With whom. */
  userId: string;
  /** With which device, where it is known yet. */
  deviceId?: string;
  /** Did the other side ask? */
  isIncoming: boolean;
  /**
   * `requested`: they wait for `accept`. `waiting`: their turn. `comparing`: are the emoji the same over there? `matched`:
   * they are, as this side says. Then `done`, or `cancelled`.
   */
  state: "requested" | "waiting" | "comparing" | "matched" | "done" | "cancelled";
  /** Seven, while there is something to compare. */
  emoji?: { symbol: string; name: string }[];
  /** Why it was cancelled, and by whom. */
  cancelled?: { code: string; reason: string; byThem: boolean };
}

/** A request as it is now. */
export function shown(request: VerificationRequest): Verification {
  const verification = request.getVerification();
  const sas = verification instanceof Sas ? verification : undefined;
  const [deviceId, cancelled] = [request.otherDeviceId?.toString(), request.cancelInfo];
  const state = stateOf(request, sas);
  const emoji = state === "comparing" || state === "matched" ? sas?.emoji() : undefined;
  return {
    id: request.flowId,
    userId: request.otherUserId.toString(),
    ...(deviceId !== undefined && { deviceId }),
    isIncoming: !request.weStarted(),
    state,
    ...(emoji && { emoji: emoji.map(({ symbol, description }) => ({ symbol, name: description })) }),
    ...(cancelled && {
      cancelled: {
        code: cancelled.cancelCode(),
        reason: cancelled.reason(),
        byThem: !cancelled.cancelledbyUs(),
      },
    }),
  };
}

function stateOf(request: VerificationRequest, sas: Sas | undefined): Verification["state"] {
  if (request.isDone()) return "done";
  if (request.isCancelled()) return "cancelled";
  if (request.phase() === VerificationRequestPhase.Requested) return "requested";
  if (sas?.haveWeConfirmed()) return "matched";
  return sas?.canBePresented() ? "comparing" : "waiting";
}
