import { DeviceId, initAsync, OlmMachine, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { send } from "../engine/requests.ts";
import type { KeyServer } from "./key-server.ts";

/** Gives the server a device of each of so many people, with keys and one-time keys. Gives their user IDs. */
export async function addDevices(server: KeyServer, count: number): Promise<string[]> {
  await initAsync();
  const people: string[] = [];
  for (let i = 0; i < count; i++) {
    const userId = `@person${i}:rook.test`;
    const machine = await OlmMachine.initialize(new UserId(userId), new DeviceId("PHONE"));
    for (const request of await machine.outgoingRequests()) {
      await send(machine, server.httpOf(userId, "PHONE"), request);
    }
    machine.close();
    people.push(userId);
  }
  return people;
}
