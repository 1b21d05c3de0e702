import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { logIn, logOut } from "./login.ts";

async function setUp() {
  const http = createTestHttp();
  const { url } = await startTestHomeserver();
  return { http, url, ada: await register({ url }, http, "ada") };
}

const failed = (message: string) =>
  expect.objectContaining({ code: "LOGIN_FAILED", message: expect.stringContaining(message) });

test.each(["ada", "@ada:test"])("somebody logs in with a password, as %s", async (username) => {
  const { http, url, ada } = await setUp();
  const login = await logIn({ homeserverUrl: `${url}/`, username, password: ada.password }, http);
  expect(login).toMatchObject({ userId: "@ada:test", homeserverUrl: url });
  expect(login.deviceId).not.toBe(ada.deviceId);
  expect(login.accessToken).not.toBe(ada.accessToken);
});

test("a token says whose it is", async () => {
  const { http, url, ada } = await setUp();
  const { userId, deviceId, accessToken } = ada;
  expect(await logIn({ homeserverUrl: url, accessToken }, http)).toEqual({
    ...{ userId, deviceId, accessToken, homeserverUrl: url, serviceToken: null, madeHere: false },
  });
});

test("a wrong password or token is refused in the homeserver's words", async () => {
  const { http, url } = await setUp();
  await expect(logIn({ homeserverUrl: url, username: "ada", password: "no" }, http)).rejects.toThrow(
    failed("M_FORBIDDEN"),
  );
  await expect(logIn({ homeserverUrl: url, accessToken: "no" }, http)).rejects.toThrow(
    failed("M_UNKNOWN_TOKEN"),
  );
});

test("after the log-out the token is worth nothing", async () => {
  const { http, url, ada } = await setUp();
  await logOut({ ...ada, homeserverUrl: url }, http);
  await expect(logIn({ homeserverUrl: url, accessToken: ada.accessToken }, http)).rejects.toThrow(
    failed("M_UNKNOWN_TOKEN"),
  );
});

test("what is no homeserver is told apart from a wrong password", async () => {
  const answers = ["<html>", "{}", '{"user_id":5}', '{"user_id":"ada"}'];
  const server = createServer((request, response) => response.end(answers[Number(request.url?.[1])]));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const http = createTestHttp();
  for (const index of answers.keys()) {
    const homeserverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${index}`;
    await expect(logIn({ homeserverUrl, accessToken: "x" }, http)).rejects.toThrow(failed("homeserver"));
    await expect(logIn({ homeserverUrl, username: "a", password: "b" }, http)).rejects.toThrow(
      failed("homeserver"),
    );
  }
});

test("an address that leads nowhere is told apart from one that is none", async () => {
  const http = createTestHttp();
  await expect(logIn({ homeserverUrl: "http://127.0.0.1:1", accessToken: "x" }, http)).rejects.toThrow(
    expect.objectContaining({ code: "HOMESERVER_UNREACHABLE" }),
  );
  await expect(logIn({ homeserverUrl: "http://[", accessToken: "x" }, http)).rejects.toThrow(
    expect.objectContaining({ code: "BAD_REQUEST" }),
  );
});

test("a login token that is refused is not in the error, even if the homeserver repeats it", async () => {
  const loginToken = "a-token-of-single-sign-on";
  const body = JSON.stringify({ errcode: "M_FORBIDDEN", error: `${loginToken} is not known.` });
  const server = createServer((_request, response) => response.writeHead(403).end(body));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const homeserverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const error = await logIn({ homeserverUrl, loginToken }, createTestHttp()).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: "LOGIN_FAILED", message: expect.stringContaining("… is not known") });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(loginToken);
});
