import { join } from "node:path";
import { expect, test } from "vitest";
import { addInstances, openTestStore } from "../testing/store.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";

test("whom an account acted as is known after a restart, until the account is removed", () => {
  const file = join(temporaryDirectory(), "rookery.db");
  const first = openTestStore(file);
  addInstances(first, []);
  first.impersonated.add("account", "@slack_ada:test", 1);
  first.impersonated.add("account", "@slack_ada:test", 2);
  first.close();

  const second = openTestStore(file);
  expect([...second.impersonated.of("account")]).toEqual(["@slack_ada:test"]);
  expect(second.impersonated.has("@slack_ada:test")).toBe(true);
  expect(second.impersonated.has("@slack_ada:example.org")).toBe(false);
  second.accounts.remove("account");
  expect(second.impersonated.has("@slack_ada:test")).toBe(false);
  expect(second.db.prepare("SELECT count(*) FROM impersonated_user").pluck().get()).toBe(0);
});
