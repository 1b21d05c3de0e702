import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { AccountRooms } from "../../services/account-rooms.ts";
import { AccountRoom, Invite } from "../contract.ts";

interface OfRoom {
  Params: { id: string; room: string };
}

export function accountRoomRoutes(app: FastifyInstance, rooms: AccountRooms): void {
  app.get<{ Params: { id: string } }>(
    "/accounts/:id/rooms",
    { schema: { response: { 200: Type.Array(AccountRoom) } } },
    async ({ params }) => rooms.rooms(params.id),
  );

  app.delete<OfRoom>("/accounts/:id/rooms/:room", async ({ params }, reply) => {
    await rooms.leave(params.id, params.room);
    return reply.code(204).send();
  });

  app.get<{ Params: { id: string } }>(
    "/accounts/:id/invites",
    { schema: { response: { 200: Type.Array(Invite) } } },
    async ({ params }) => rooms.invites(params.id),
  );

  app.post<OfRoom>("/accounts/:id/invites/:room/accept", async ({ params }, reply) => {
    await rooms.accept(params.id, params.room);
    return reply.code(204).send();
  });

  app.delete<OfRoom>("/accounts/:id/invites/:room", async ({ params }, reply) => {
    await rooms.reject(params.id, params.room);
    return reply.code(204).send();
  });
}
