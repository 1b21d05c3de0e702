import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import {
  isUserOf,
  Manifest,
  Permissions,
  PluginId,
  permissionInWords,
  permissionItems,
  permissionsOf,
  SemVer,
  SourceManifest,
} from "./manifest.ts";

describe("a plugin's ID", () => {
  test.each(["org.example.hello", "io.github.ada-l.bot2", "a.b"])("may be %s", (id) => {
    expect(Value.Check(PluginId, id)).toBe(true);
  });

  test.each(["hello", "Org.example", "org..x", ".org.x", "org.x.", "org/x.y", "../x.y", "org.-x", "org.x\n"])(
    "may not be %j, since it names folders",
    (id) => {
      expect(Value.Check(PluginId, id)).toBe(false);
    },
  );
});

test.each([
  ["1.0.0", true],
  ["0.1.0-beta.1+build5", true],
  ["1.0", false],
  ["01.0.0", false],
  ["v1.0.0", false],
])("the version %s: %s", (version, fits) => {
  expect(Value.Check(SemVer, version)).toBe(fits);
});

describe("the permission network", () => {
  test.each(["example.org", "*.example.org", "example.org:8443", "127.0.0.1:8080"])("may name %s", (host) => {
    expect(Value.Check(Permissions, { network: [host] })).toBe(true);
  });

  test.each(["*", "*example.org", "a.*.org", "https://example.org", "example.org/path", "EXAMPLE.org", ""])(
    "may not name %j",
    (host) => {
      expect(Value.Check(Permissions, { network: [host] })).toBe(false);
    },
  );

  test("names a host once", () => {
    expect(Value.Check(Permissions, { network: ["a.org", "a.org"] })).toBe(false);
  });
});

test.each(["../sh", "/bin/sh", "a b", ""])(
  "the permission programs may not name %j, which is no name",
  (name) => {
    expect(Value.Check(Permissions, { programs: [name] })).toBe(false);
  },
);

describe("the permission impersonate", () => {
  test.each(["slack_*", "tg.*", "alertbot", "a", "x".repeat(100)])("may name %s", (pattern) => {
    expect(Value.Check(Permissions, { impersonate: [pattern] })).toBe(true);
  });

  test.each([
    ...["*", "a*", "ab*", "***", "*_slack", "sl*ck", "slack_**", "slack_?", "(a+)+*", ""],
    ...["@slack_*:*", "@slack_*", "slack_*:example.org", "Slack_*", "slack/*", "slack_*\n", "x".repeat(101)],
  ])("may not name %j, which is everybody, or nobody", (pattern) => {
    expect(Value.Check(Permissions, { impersonate: [pattern] })).toBe(false);
  });

  test.each([
    ["slack_ada", "slack_*", true],
    ["slack_", "slack_*", true],
    ["slack", "slack_*", false],
    ["my_slack_ada", "slack_*", false],
    ["slackxada", "slack.*", false],
    ["alertbot", "alertbot", true],
    ["alertbot2", "alertbot", false],
  ])("means %s by %s: %s", (localpart, pattern, meant) => {
    expect(isUserOf(localpart, pattern)).toBe(meant);
  });

  test("says in words who is meant", () => {
    const items = permissionItems({ impersonate: ["slack_*", "alertbot"] });
    expect(items.map(permissionInWords)).toEqual([
      "act as the users slack_* of its homeserver",
      "act as the user alertbot of its homeserver",
    ]);
  });

  test("is asked for in few parts", () => {
    const patterns = Array.from({ length: 17 }, (_, n) => `net${n}_*`);
    expect(Value.Check(Permissions, { impersonate: patterns })).toBe(false);
  });
});

test.each([
  [{ rooms: ["create", "invite", "moderate", "state", "history"] }, true],
  [{ rooms: ["rule"] }, false],
  [{ rooms: ["create", "create"] }, false],
  [{ rooms: true }, false],
  [{ webhooks: true }, true],
  [{ webhooks: false }, false],
])("the permissions %j: %s", (permissions, fits) => {
  expect(Value.Check(Permissions, permissions)).toBe(fits);
});

test("permissions come apart into what is granted by itself, and together again", () => {
  const permissions = { network: ["a.org", "b.org"], webhooks: true as const, rooms: ["state" as const] };
  const items = permissionItems(permissions);

  expect(items.map(({ permission, value }) => [permission, value])).toEqual([
    ...[
      ["network", "a.org"],
      ["network", "b.org"],
      ["webhooks", null],
      ["rooms", "state"],
    ],
  ]);
  expect(permissionsOf(items)).toEqual(permissions);
  expect(items.map(permissionInWords)).toContain("be called from outside by webhooks");
});

test("what a manifest does not have is refused, so that a slip in a name is no lost permission", () => {
  const about = {
    id: "org.example.hello",
    version: "1.0.0",
    name: "Hello",
    description: "Greets.",
    license: "MIT",
    rookery: "^0.1.0",
  };

  expect(Value.Check(SourceManifest, about)).toBe(true);
  expect(Value.Check(SourceManifest, { ...about, permission: {} })).toBe(false);
  expect(Value.Check(SourceManifest, { ...about, permissions: { net: [] } })).toBe(false);
  expect(Value.Check(Manifest, { ...about, main: "plugin.js" })).toBe(true);
  expect(Value.Check(Manifest, { ...about, main: "other.js" })).toBe(false);
});
