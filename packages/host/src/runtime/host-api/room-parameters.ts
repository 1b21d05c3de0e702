import { Type } from "typebox";

export const RoomId = Type.String({ minLength: 2, maxLength: 255, pattern: "^!" });
export const UserId = Type.String({ maxLength: 255, pattern: "^@[^:]*:." });

/** The parameters of what changes somebody's membership. */
export const ChangeMember = Type.Object({
  roomId: RoomId,
  userId: UserId,
  reason: Type.Optional(Type.String({ maxLength: 1_000 })),
});

/** Names one setting of a room. */
export const RoomState = {
  roomId: RoomId,
  type: Type.String({ minLength: 1, maxLength: 255 }),
  stateKey: Type.String({ maxLength: 255 }),
};
