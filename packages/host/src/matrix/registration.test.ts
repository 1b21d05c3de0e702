import { expect, test } from "vitest";
import { createTestHttp, startTestHomeserver } from "../testing/homeserver.ts";
import { startHttpServer } from "../testing/http-server.ts";
import { logIn } from "./login.ts";
import { offerOf } from "./offer.ts";
import { register } from "./registration.ts";

const TOKEN = "the-token-for-bots";
const failed = (message: RegExp) =>
  expect.objectContaining({ code: "REGISTRATION_FAILED", message: expect.stringMatching(message) });

/** A homeserver that answers every registration so. */
async function refusing(status: number, body: object | string): Promise<string> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const { url } = await startHttpServer((_request, response) => response.writeHead(status).end(text));
  return url;
}

test("a registration token makes a user, who is logged in, and whose password is the given one", async () => {
  const http = createTestHttp();
  const { url: homeserverUrl } = await startTestHomeserver({ registration: { tokens: [TOKEN] } });
  const user = { homeserverUrl, username: "@bot:test", password: "correct horse", registrationToken: TOKEN };
  const login = await register(user, http);
  expect(login).toMatchObject({ userId: "@bot:test", homeserverUrl });
  const { accessToken } = login;
  expect(await logIn({ homeserverUrl, accessToken }, http)).toEqual({ ...login, madeHere: false });
  const { password } = user;
  expect((await logIn({ homeserverUrl, username: "bot", password }, http)).userId).toBe("@bot:test");
});

test("an open homeserver asks for no token, and takes one all the same", async () => {
  const http = createTestHttp();
  const { url: homeserverUrl } = await startTestHomeserver();
  const login = await register({ homeserverUrl, username: "bot", registrationToken: TOKEN }, http);
  expect(login.userId).toBe("@bot:test");
});

test("a wrong token, a name that is taken or none, and a homeserver that wants more are told apart", async () => {
  const http = createTestHttp();
  const { url: homeserverUrl } = await startTestHomeserver({ registration: { tokens: [TOKEN] } });
  const attempt = (username: string, registrationToken: string, url = homeserverUrl) =>
    register({ homeserverUrl: url, username, registrationToken }, http);
  await expect(attempt("bot", "wrong")).rejects.toThrow(failed(/did not take the registration token/));
  await attempt("bot", TOKEN);
  await expect(attempt("bot", TOKEN)).rejects.toThrow(failed(/M_USER_IN_USE/));
  await expect(attempt("B o t", TOKEN)).rejects.toThrow(failed(/M_INVALID_USERNAME/));
  const flows = [{ stages: ["m.login.registration_token", "m.login.recaptcha"] }];
  await expect(attempt("bot", TOKEN, await refusing(401, { flows, session: "s" }))).rejects.toThrow(
    failed(/wants m\.login\.recaptcha/),
  );
  const closed = { errcode: "M_FORBIDDEN", error: "Registration has been disabled" };
  await expect(attempt("bot", TOKEN, await refusing(403, closed))).rejects.toThrow(failed(/been disabled/));
  await expect(attempt("bot", TOKEN, await refusing(200, "<html>"))).rejects.toThrow(
    failed(/Is it a Matrix homeserver\?/),
  );
  await expect(attempt("bot", TOKEN, await refusing(200, {}))).rejects.toThrow(
    failed(/did not answer as a Matrix homeserver does/),
  );
});

test("a homeserver that never ends asking is not asked for ever", async () => {
  const url = await refusing(401, { flows: [{ stages: ["m.login.registration_token"] }], session: "s" });
  await expect(
    register({ homeserverUrl: url, username: "bot", registrationToken: TOKEN }, createTestHttp()),
  ).rejects.toThrow(failed(/did not take the registration token/));
});

test("what is said of a failure has no secret, though the homeserver says it again", async () => {
  const http = createTestHttp();
  const password = "correct horse";
  const echo = { errcode: "M_X", error: `no ${TOKEN}, no ${password}` };
  const token = register(
    { homeserverUrl: await refusing(400, echo), username: "bot", password, registrationToken: TOKEN },
    http,
  );
  await expect(token).rejects.toThrow(failed(/no …, no …/));
  const shared = { username: "bot", password, sharedSecret: TOKEN };
  await expect(register({ homeserverUrl: await refusing(400, echo), ...shared }, http)).rejects.toThrow(
    failed(/no …, no …/),
  );
  const again = { flows: [{ stages: ["m.login.registration_token"] }], session: "s", error: `not ${TOKEN}` };
  await expect(
    register({ homeserverUrl: await refusing(401, again), username: "bot", registrationToken: TOKEN }, http),
  ).rejects.toThrow(failed(/not …/));
});

test("a homeserver without Synapse's admin API does not register by a shared secret", async () => {
  const { url: homeserverUrl } = await startTestHomeserver();
  await expect(
    register({ homeserverUrl, username: "bot", sharedSecret: "s" }, createTestHttp()),
  ).rejects.toThrow(failed(/is no Synapse, or a proxy keeps that path from outside/));
});

test("a homeserver tells what it offers, and nobody is registered by that", async () => {
  const http = createTestHttp();
  const open = await startTestHomeserver();
  const byToken = await startTestHomeserver({ registration: { tokens: [TOKEN] } });
  const offer = { logins: ["m.login.password"], sharedSecret: false };
  expect(await offerOf(open.url, http)).toEqual({ ...offer, registration: "open" });
  expect(await offerOf(byToken.url, http)).toEqual({ ...offer, registration: "token" });
  const captcha = { flows: [{ stages: ["m.login.recaptcha"] }], session: "s" };
  expect((await offerOf(await refusing(401, captcha), http)).registration).toBe("other");
  expect(await offerOf(await refusing(403, {}), http)).toEqual({
    ...{ logins: [], registration: "closed", sharedSecret: false },
  });
});
