import { expect, test } from "vitest";
import { actAs, request, startTestHomeserver } from "../testing/homeserver.ts";

const LOGIN = "/_matrix/client/v3/login";

async function redirected(url: string): Promise<URL> {
  const answer = await fetch(url, { redirect: "manual" });
  expect(answer.status).toBe(302);
  return new URL(answer.headers.get("location") ?? "");
}

test("single sign-on is listed, leads back with a token, and that logs in once", async () => {
  const { url } = await startTestHomeserver({ singleSignOn: { user: "bot" } });
  const { flows } = (await request(url, "GET", LOGIN)).body;
  expect(flows.map(({ type }: { type: string }) => type)).toEqual([
    ...["m.login.password", "m.login.sso", "m.login.token"],
  ]);
  const to = encodeURIComponent("http://127.0.0.1:1/back?state=a%20b");
  const back = await redirected(`${url}${LOGIN}/sso/redirect/dev?redirectUrl=${to}`);
  expect([back.origin, back.pathname, back.searchParams.get("state")]).toEqual([
    ...["http://127.0.0.1:1", "/back", "a b"],
  ]);
  const login = () =>
    request(url, "POST", LOGIN, { type: "m.login.token", token: back.searchParams.get("loginToken") });
  const bot = actAs(url, (await login()).body);
  expect((await bot.get("/account/whoami")).body.user_id).toBe("@bot:dev.localhost");
  expect((await login()).body.errcode).toBe("M_FORBIDDEN");
});

test("it shows a page with a link first, where it is told to", async () => {
  const { url } = await startTestHomeserver({ singleSignOn: { user: "bot", confirm: true } });
  const to = encodeURIComponent("http://127.0.0.1:1/back?state=a&quot=%22");
  const page = await (await fetch(`${url}${LOGIN}/sso/redirect?redirectUrl=${to}`)).text();
  expect(page).toMatch(
    /<a href="http:\/\/127\.0\.0\.1:1\/back\?state=a&amp;quot=%22&amp;loginToken=[\w-]+">/,
  );
});

test("it leads to addresses only, and nowhere unless it was asked for", async () => {
  const redirect = `${LOGIN}/sso/redirect?redirectUrl=`;
  const { url } = await startTestHomeserver({ singleSignOn: { user: "bot" } });
  const hidden = encodeURIComponent("javascript:alert(1)");
  expect((await request(url, "GET", redirect + hidden)).body.errcode).toBe("M_INVALID_PARAM");
  const plain = await startTestHomeserver();
  expect((await request(plain.url, "GET", redirect)).status).toBe(404);
  expect((await request(plain.url, "GET", LOGIN)).body.flows).toEqual([{ type: "m.login.password" }]);
});
