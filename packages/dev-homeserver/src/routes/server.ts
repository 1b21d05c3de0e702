import { Type } from "typebox";
import { openRoute, type Route, route } from "../http/route.ts";
import { ROOM_VERSION } from "../rooms/create-room.ts";
import type { Services } from "../services.ts";

/** What the server can do. */
export function serverRoutes({ media }: Pick<Services, "media">): Route[] {
  return [
    openRoute({
      method: "GET",
      path: "/_matrix/client/versions",
      handle: () => ({
        versions: Array.from({ length: 13 }, (_, index) => `v1.${index + 1}`),
        unstable_features: {},
      }),
    }),
    openRoute({
      method: "GET",
      path: "/.well-known/matrix/client",
      handle: ({ request }) => ({ "m.homeserver": { base_url: `http://${request.headers.host}` } }),
    }),
    route({
      method: "GET",
      path: "/_matrix/client/v3/capabilities",
      handle: () => ({
        capabilities: {
          "m.change_password": { enabled: true },
          "m.room_versions": { default: ROOM_VERSION, available: { [ROOM_VERSION]: "stable" } },
          "m.set_displayname": { enabled: true },
          "m.set_avatar_url": { enabled: true },
          "m.3pid_changes": { enabled: false },
          "m.get_login_token": { enabled: false },
        },
      }),
    }),
    ...["/_matrix/client/v1/media/config", "/_matrix/media/v3/config"].map((path) =>
      route({ method: "GET", path, handle: () => ({ "m.upload.size": media.maxUploadBytes }) }),
    ),
    route({
      method: "GET",
      path: "/_matrix/client/v3/pushrules/",
      handle: () => ({ global: { override: [], content: [], room: [], sender: [], underride: [] } }),
    }),
    route({ method: "GET", path: "/_matrix/client/v3/pushers", handle: () => ({ pushers: [] }) }),
    route({ method: "GET", path: "/_matrix/client/v3/voip/turnServer", handle: () => ({}) }),
    route({ method: "GET", path: "/_matrix/client/v3/thirdparty/protocols", handle: () => ({}) }),
    route({
      method: "PUT",
      path: "/_matrix/client/v3/presence/:userId/status",
      body: Type.Object({}),
      handle: () => ({}),
    }),
    route({
      method: "GET",
      path: "/_matrix/client/v3/presence/:userId/status",
      handle: () => ({ presence: "offline" }),
    }),
  ];
}
