import { expect, test } from "vitest";
import { whatFailed, whereFrom } from "./failure.ts";

const message = { type: "m.room.message", text: "!weather Atlantis", roomId: "!a:test", sender: "@ada:test" };

test("what failed is named by what was written, else by its type; a run of a schedule and a request by its name", () => {
  expect(whatFailed(message)).toBe("“!weather Atlantis”");
  expect(whatFailed({ ...message, type: "m.reaction", text: null })).toBe("m.reaction");
  const run = { ...message, type: "org.rookery.schedule", text: null, roomId: "schedule:report" };
  expect(whatFailed(run)).toBe("A run of the schedule “report”");
  const request = { ...run, type: "org.rookery.webhook", roomId: "webhook:POST /github" };
  expect(whatFailed(request)).toBe("A request to the webhook “POST /github”");
  const from = [message, run, request].map(whereFrom);
  expect(from).toEqual(["from @ada:test in !a:test", null, null]);
});
