import { expect, test } from "vitest";
import { startAccountHost } from "../testing/account-host.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

test("an account's name is read and set, and taken away", async () => {
  const { call, account, ada, bot } = await startAccountHost();
  expect((await call("GET", `${account}/profile`)).body).toMatchObject({ avatarUrl: null });
  const named = await call("PUT", `${account}/profile`, { body: { displayName: "Rook" } });
  expect(named.body).toEqual({ displayName: "Rook", avatarUrl: null });
  expect(await ada.client.getUserProfile(bot.userId)).toMatchObject({ displayname: "Rook" });
  const unnamed = await call("PUT", `${account}/profile`, { body: { displayName: null } });
  expect(unnamed.body.displayName).toBe(null);
  const log = await call("GET", "/audit-log?action=account.rename");
  expect(log.body).toHaveLength(2);
});

test("an avatar is set, given back as it was, and taken away; what is no image, or too large, is refused", async () => {
  const { call, account } = await startAccountHost();
  const avatar = `${account}/avatar`;
  expect((await call("GET", avatar)).body).toMatchObject({ code: "NOT_FOUND" });
  expect((await call("PUT", avatar, { bytes: PNG, type: "image/png" })).status).toBe(204);
  expect((await call("GET", `${account}/profile`)).body.avatarUrl).toMatch(/^mxc:\/\/test\//);
  const shown = await call("GET", avatar);
  expect(shown.headers).toMatchObject({
    ...{ "content-type": "image/png", "x-content-type-options": "nosniff" },
    "content-length": String(PNG.length),
  });
  for (const type of ["image/svg+xml", "application/json", "application/octet-stream"]) {
    expect((await call("PUT", avatar, { bytes: PNG, type })).body).toMatchObject({ code: "CONTENT_TYPE" });
  }
  const large = await call("PUT", avatar, { bytes: Buffer.alloc(2 * 1024 * 1024 + 1), type: "image/png" });
  expect(large.body).toMatchObject({ code: "TOO_LARGE" });
  expect((await call("PUT", avatar, { bytes: Buffer.alloc(0), type: "image/png" })).status).toBe(400);
  // Nothing else takes an image.
  expect((await call("POST", "/accounts", { bytes: PNG, type: "image/png" })).status).toBe(415);
  expect((await call("DELETE", avatar)).status).toBe(204);
  expect((await call("GET", `${account}/profile`)).body.avatarUrl).toBe(null);
});
