import { Type } from "typebox";
import { forbidden, notFound, unrecognized } from "../errors.ts";
import { openRoute, type Route, route } from "../http/route.ts";
import type { Services } from "../services.ts";
import type { UserRow } from "../store/accounts.ts";

type Parts = Pick<Services, "accountStore" | "rooms" | "memberContent">;

/** Profiles; a change is told to every room its user is in. */
export function profileRoutes({ accountStore, rooms, memberContent }: Parts): Route[] {
  const write = (user: UserRow) => ({
    ...(user.display_name === null ? {} : { displayname: user.display_name }),
    ...(user.avatar_url === null ? {} : { avatar_url: user.avatar_url }),
  });

  function existing(userId: string): UserRow {
    const user = accountStore.user(userId);
    if (!user) throw notFound(`There is no user ${userId} here`);
    return user;
  }

  function set(userId: string, field: string, value: string | null): void {
    if (field === "displayname") accountStore.setDisplayName(userId, value);
    else if (field === "avatar_url") accountStore.setAvatarUrl(userId, value);
    else throw unrecognized(`There is no profile field ${field}`);
    for (const { room, membership } of rooms.of(userId).values()) {
      if (membership !== "join") continue;
      const content = memberContent(userId, "join");
      rooms.append(room, { type: "m.room.member", sender: userId, stateKey: userId, content });
    }
  }

  return [
    openRoute({
      method: "GET",
      path: "/_matrix/client/v3/profile/:userId",
      handle: ({ params }) => write(existing(params.userId)),
    }),
    openRoute({
      method: "GET",
      path: "/_matrix/client/v3/profile/:userId/:field",
      handle({ params: { userId, field } }) {
        const profile: Record<string, string> = write(existing(userId));
        const value = profile[field];
        if (!Object.hasOwn(profile, field)) throw notFound(`${userId} has no ${field}`);
        return { [field]: value };
      },
    }),
    route({
      method: "PUT",
      path: "/_matrix/client/v3/profile/:userId/:field",
      body: Type.Record(Type.String(), Type.Unknown()),
      handle({ params: { userId, field }, body }, session) {
        if (userId !== session.userId) throw forbidden("One can only change one's own profile");
        const value = body[field];
        set(userId, field, typeof value === "string" && value !== "" ? value : null);
        return {};
      },
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/user_directory/search",
      body: Type.Object({ search_term: Type.String(), limit: Type.Optional(Type.Integer({ minimum: 1 })) }),
      handle({ body: { search_term, limit = 10 } }) {
        const found = accountStore.search(search_term, limit + 1);
        const results = found
          .slice(0, limit)
          .map(({ user_id, display_name, avatar_url }) => ({ user_id, display_name, avatar_url }));
        return { results, limited: found.length > limit };
      },
    }),
  ];
}
