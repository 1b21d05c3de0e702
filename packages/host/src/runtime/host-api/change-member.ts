import type { ChangeMember } from "@rookery/plugin-sdk/protocol";
import { MatrixError } from "matrix-bot-sdk";
import type { InstanceScope } from "../instance-scope.ts";

/**
 * Changes somebody's membership of a room. It has no transaction ID in Matrix, so that it is repeated
 * when its delivery is; what the homeserver refuses then because it is as wanted already, is done.
 *
 * @param wanted what they are to be after it
 */
export async function changeMember(
  { client, writer }: InstanceScope,
  action: "invite" | "kick" | "ban" | "unban",
  wanted: readonly string[],
  { roomId, userId, reason }: ChangeMember,
): Promise<null> {
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/${action}`;
  const body = { user_id: userId, ...(reason === undefined ? {} : { reason }) };
  await writer.inTurn(roomId, async () => {
    try {
      await client.doRequest("POST", path, null, body);
    } catch (error) {
      if (!(error instanceof MatrixError) || ![400, 403].includes(error.statusCode)) throw error;
      const { membership } = await memberOf();
      if (!wanted.includes(String(membership))) throw error;
    }
  });
  return null;

  async function memberOf(): Promise<{ membership?: unknown }> {
    try {
      return (await client.getRoomStateEvent(roomId, "m.room.member", userId)) as { membership?: unknown };
    } catch (error) {
      if (error instanceof MatrixError) return {};
      throw error;
    }
  }
}
