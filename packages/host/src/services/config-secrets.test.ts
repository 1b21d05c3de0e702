import { randomBytes } from "node:crypto";
import { Type } from "typebox";
import { expect, test } from "vitest";
import { createInstanceSecrets } from "../store/instance-secrets.ts";
import { createSecretBox } from "../store/secret-box.ts";
import { fitSettings, type Settings } from "./config-secrets.ts";

const secret = Type.String({ format: "secret", minLength: 3 });
const SCHEMA = Type.Object({
  greeting: Type.String({ default: "Hello" }),
  token: Type.Optional(secret),
  mail: Type.Optional(
    Type.Object({
      user: Type.Optional(Type.String()),
      password: Type.Optional(secret),
      key: Type.Optional(secret),
    }),
  ),
});
const NONE: Settings = { config: {}, secrets: {} };

/** Fits configs of one instance, one after the other. */
function open(schema: unknown = SCHEMA) {
  const store = createInstanceSecrets(createSecretBox(randomBytes(32)));
  const manifestOf = (configSchema: unknown) => ({
    ...{ id: "org.example.a", version: "1.0.0", name: "A", description: "A", license: "MIT", rookery: "*" },
    ...{ main: "plugin.js" as const, configSchema: JSON.parse(JSON.stringify(configSchema)) },
  });
  return {
    store,
    fit: (config: Record<string, unknown>, { secrets }: Settings = NONE, as: unknown = schema) =>
      fitSettings("one", manifestOf(as), { config, secrets }, store),
    whole: (settings: Settings) => store.reveal({ id: "one", ...settings }).config,
  };
}

test("a secret is taken out of the config, and is back in it for the plugin", () => {
  const { fit, whole } = open();
  const settings = fit({ token: "abc", mail: { user: "ada", password: "def" } });
  expect(settings).toEqual({
    config: { greeting: "Hello", mail: { user: "ada" } },
    secrets: {
      "/token": { sealed: expect.any(String), setAt: expect.any(Number) },
      "/mail/password": { sealed: expect.any(String), setAt: expect.any(Number) },
    },
    fields: [],
  });
  expect(whole(settings)).toEqual({
    ...{ greeting: "Hello", token: "abc", mail: { user: "ada", password: "def" } },
  });
});

test("left out it stays as it is, with the time at which it was set, in an object that is made for it", () => {
  const { fit, whole } = open();
  const before = fit({ token: "abc", mail: { password: "def" } });
  const after = fit({ greeting: "Hi" }, before);
  expect(after.secrets).toEqual(before.secrets);
  expect(whole(after)).toEqual({ greeting: "Hi", token: "abc", mail: { password: "def" } });
});

test.each([null, ""])("%j removes it, and another text replaces it", (nothing) => {
  const { fit, whole } = open();
  const before = fit({ token: "abc", mail: { password: "def" } });
  const after = fit({ token: nothing, mail: { password: "ghi" } }, before);
  expect(Object.keys(after.secrets)).toEqual(["/mail/password"]);
  expect(whole(after)).toEqual({ greeting: "Hello", mail: { password: "ghi" } });
});

test("null in place of the object around them removes them all", () => {
  const { fit, whole } = open();
  const before = fit({ token: "abc", mail: { password: "def", key: "ghi" } });
  const after = fit({ mail: null }, before);
  expect(after.fields).toEqual([]);
  expect(whole(after)).toEqual({ greeting: "Hello", token: "abc" });
});

test("a secret is checked in its place, and no message tells its value", () => {
  const { fit } = open(
    Type.Object({ token: Type.String({ format: "secret", minLength: 8, pattern: "^x" }) }),
  );
  const short = fit({ token: "abc4711" });
  expect(short.fields.map(({ path }) => path)).toEqual(["/config/token", "/config/token"]);
  expect(JSON.stringify(short.fields)).not.toContain("abc4711");
  expect(fit({ token: 5 }).fields).toMatchObject([{ path: "/config/token", message: "must be string" }]);
  expect(fit({}).fields).toMatchObject([{ message: "must have required properties token" }]);
  expect(fit({ token: "x1234567" }).fields).toEqual([]);
});

test("what stands where an object should be is refused", () => {
  const { fit } = open();
  const before = fit({ mail: { password: "def" } });
  for (const mail of ["text", [], 5]) {
    expect(fit({ mail }, before).fields).toMatchObject([{ path: "/config/mail" }]);
  }
});

test("a setting that becomes a secret is sealed; one that is none any more is not shown", () => {
  const { fit, whole } = open();
  const plain = Type.Object({ token: Type.String() });
  const marked = Type.Object({ token: secret });
  const sealed = fit({ token: "abc" }, NONE, marked);
  expect(sealed).toMatchObject({ config: {}, fields: [] });
  expect(whole(sealed)).toEqual({ token: "abc" });
  const unmarked = fit(sealed.config, sealed, plain);
  expect(unmarked).toMatchObject({ secrets: {}, fields: [{ path: "/config" }] });
  expect(fit(sealed.config, sealed, Type.Object({}))).toEqual({ config: {}, secrets: {}, fields: [] });
});

test("a secret opens for its own instance and its own setting only", () => {
  const { store } = open();
  const sealed = store.seal("one", "/token", "abc", 1);
  expect(store.open("one", "/token", sealed)).toBe("abc");
  for (const [id, pointer] of [
    ["two", "/token"],
    ["one", "/other"],
  ] as const) {
    expect(() => store.open(id, pointer, sealed)).toThrow(
      expect.objectContaining({
        code: "SECRET_UNREADABLE",
        message: expect.stringContaining(`the setting ${pointer} of "${id}"`),
      }),
    );
  }
});
