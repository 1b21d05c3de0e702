import type { Instance } from "@rookery/host/api";

type Acting = Pick<Instance, "id" | "accountId" | "rooms">;

/** The IDs of an account's instances that may act in a room: in all of its rooms, or in this one by name. */
export function actingIn(roomId: string, accountId: string, instances: readonly Acting[]): string[] {
  return instances
    .filter((one) => one.accountId === accountId && (one.rooms === null || one.rooms.includes(roomId)))
    .map(({ id }) => id);
}
