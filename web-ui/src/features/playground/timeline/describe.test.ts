import { expect, test } from "vitest";
import { describeEvent } from "./describe.ts";

const member = (sender: string, user: string, membership: string, before?: string) =>
  describeEvent(
    {
      event_id: "$",
      type: "m.room.member",
      sender,
      state_key: user,
      origin_server_ts: 0,
      content: { membership },
      ...(before && { unsigned: { prev_content: { membership: before } } }),
    },
    (id) => id,
  );

test.each([
  ["@bot", "@bot", "join", "invite", "@bot joined."],
  ["@bot", "@bot", "join", "join", undefined],
  ["@me", "@bot", "invite", undefined, "@me invited @bot."],
  ["@bot", "@bot", "leave", "invite", "@bot declined the invitation."],
  ["@bot", "@bot", "leave", "join", "@bot left."],
  ["@me", "@bot", "leave", "join", "@me removed @bot."],
  ["@me", "@bot", "ban", "join", "@me banned @bot."],
])("%s sets %s to %s (was %s): %s", (sender, user, now, before, sentence) => {
  expect(member(sender, user, now, before)).toBe(sentence);
});
