import { Type } from "typebox";
import type { Session } from "../accounts/sessions.ts";
import { forbidden, MatrixError, notFound } from "../errors.ts";
import { type Route, route } from "../http/route.ts";
import { type JsonObject, objectIn } from "../json.ts";
import type { Services } from "../services.ts";

type Parts = Pick<Services, "accountData" | "stream" | "waiters">;

const Content = Type.Record(Type.String(), Type.Unknown());
/** Kept by other endpoints. Source: client-server API, "Client Config". */
const SERVER_CONTROLLED = ["m.fully_read", "m.push_rules"];

/** Account data and room tags. */
export function accountDataRoutes({ accountData, stream, waiters }: Parts): Route[] {
  function own(userId: string, session: Session): void {
    if (userId !== session.userId) throw forbidden("Account data is only for its own user");
  }

  function read(userId: string, type: string, roomId?: string): JsonObject {
    const content = accountData.get(userId, type, roomId);
    if (!content) throw notFound(`There is no account data of type ${type}`);
    return content;
  }

  function write(userId: string, type: string, content: JsonObject, roomId?: string) {
    if (SERVER_CONTROLLED.includes(type))
      throw new MatrixError(405, "M_BAD_JSON", `${type} cannot be set as account data`);
    accountData.put(userId, type, content, stream.next(), roomId);
    waiters.wake(userId);
    return {};
  }

  const tags = (userId: string, roomId: string) =>
    objectIn(accountData.get(userId, "m.tag", roomId) ?? {}, "tags");

  const user = "/_matrix/client/v3/user/:userId" as const;
  const room = `${user}/rooms/:roomId` as const;
  return [
    route({
      method: "GET",
      path: `${user}/account_data/:type`,
      handle({ params: { userId, type } }, session) {
        own(userId, session);
        return read(userId, type);
      },
    }),
    route({
      method: "PUT",
      path: `${user}/account_data/:type`,
      body: Content,
      handle({ params: { userId, type }, body }, session) {
        own(userId, session);
        return write(userId, type, body);
      },
    }),
    route({
      method: "GET",
      path: `${room}/account_data/:type`,
      handle({ params: { userId, roomId, type } }, session) {
        own(userId, session);
        return read(userId, type, roomId);
      },
    }),
    route({
      method: "PUT",
      path: `${room}/account_data/:type`,
      body: Content,
      handle({ params: { userId, roomId, type }, body }, session) {
        own(userId, session);
        return write(userId, type, body, roomId);
      },
    }),
    route({
      method: "GET",
      path: `${room}/tags`,
      handle({ params: { userId, roomId } }, session) {
        own(userId, session);
        return { tags: tags(userId, roomId) };
      },
    }),
    route({
      method: "PUT",
      path: `${room}/tags/:tag`,
      body: Content,
      handle({ params: { userId, roomId, tag }, body }, session) {
        own(userId, session);
        return write(userId, "m.tag", { tags: { ...tags(userId, roomId), [tag]: body } }, roomId);
      },
    }),
    route({
      method: "DELETE",
      path: `${room}/tags/:tag`,
      handle({ params: { userId, roomId, tag } }, session) {
        own(userId, session);
        const { [tag]: _removed, ...left } = tags(userId, roomId);
        return write(userId, "m.tag", { tags: left }, roomId);
      },
    }),
  ];
}
