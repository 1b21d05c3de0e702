import { Localpart } from "@rookery/plugin-sdk/manifest";
import { Type } from "typebox";
import { uploadOnce } from "../uploads.ts";
import { defineMethod } from "./method.ts";

/** Sets name and picture of a user as whom the instance acts; of its own account, the operator's to set. */
export const profileSet = defineMethod({
  name: "profile.set",
  permission: "impersonate",
  params: Type.Object({
    delivery: Type.Integer(),
    as: Localpart,
    displayName: Type.Optional(Type.String({ maxLength: 256 })),
    avatar: Type.Optional(Type.String()),
  }),
  async run(scope, { delivery, as, displayName, avatar }) {
    scope.delivery(delivery);
    const { client, writer } = scope;
    const user = scope.impersonation.as(as);
    const path = `/_matrix/client/v3/profile/${encodeURIComponent(user.userId)}`;
    const set = (field: string, value: string) =>
      writer.inTurn(user.userId, () =>
        user.itself(() =>
          client.doRequest("PUT", `${path}/${field}`, { user_id: user.userId }, { [field]: value }),
        ),
      );
    if (displayName !== undefined) await set("displayname", displayName);
    if (avatar !== undefined)
      await set("avatar_url", (await uploadOnce(scope, scope.files.get(avatar), false)).url);
    return null;
  },
});
