import type { JsonObject } from "../json.ts";
import { isObject } from "../json.ts";

/** What redaction leaves of an event's content. Source: "Room version 11", redactions. */
export function prunedContent(type: string, content: JsonObject): JsonObject {
  const keep = (...keys: string[]) =>
    Object.fromEntries(keys.filter((key) => key in content).map((key) => [key, content[key]]));
  switch (type) {
    case "m.room.create":
      return content;
    case "m.room.member": {
      const invite = content.third_party_invite;
      const signed = isObject(invite) && "signed" in invite ? { signed: invite.signed } : undefined;
      const kept = keep("membership", "join_authorised_via_users_server");
      return signed ? { ...kept, third_party_invite: signed } : kept;
    }
    case "m.room.join_rules":
      return keep("join_rule", "allow");
    case "m.room.power_levels":
      return keep(
        "ban",
        "events",
        "events_default",
        "invite",
        "kick",
        "redact",
        "state_default",
        "users",
        "users_default",
      );
    case "m.room.history_visibility":
      return keep("history_visibility");
    case "m.room.redaction":
      return keep("redacts");
    default:
      return {};
  }
}
