import { expect, test } from "vitest";
import { describeWith } from "../describe-with.ts";
import { dataFolders } from "./chroot.ts";
import { isSynapseAvailable, type Synapse, startSynapse } from "./synapse.ts";

/** Other test files have servers, too, and run meanwhile. */
const ownFolders = async () => (await dataFolders()).filter((name) => name.includes(`-${process.pid}-`));

/** One client-server request, with its status. */
async function call(server: Synapse, method: string, path: string, body?: object, token?: string) {
  const response = await fetch(`${server.url}/_matrix/client/v3${path}`, {
    method,
    headers: token ? { authorization: `Bearer ${token}` } : {},
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

/** Runs `work` and prints how long it took: the figures of synapse.md are kept honest this way. */
async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begin = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - begin) / 1000).toFixed(2)} s`);
  return result;
}

async function registerWithToken(server: Synapse, username: string, token: string) {
  const account = { username, password: "correct horse" };
  const { body } = await call(server, "POST", "/register", account);
  const stage = { type: "m.login.registration_token", token, session: body.session };
  const first = await call(server, "POST", "/register", { ...account, auth: stage });
  const dummy = { type: "m.login.dummy", session: body.session };
  const second = await call(server, "POST", "/register", { ...account, auth: dummy });
  return { first, second };
}

describeWith([isSynapseAvailable()], "Synapse", () => {
  test("a token registers one user in two stages, and what was said survives a restart", async () => {
    await using server = await timed("start", () => startSynapse());
    const token = await server.createRegistrationToken(1);

    const bot = await registerWithToken(server, "bot", token);
    expect(bot.first.status).toBe(401);
    expect(bot.second).toMatchObject({ status: 200, body: { user_id: "@bot:rook.test" } });

    const late = await registerWithToken(server, "late", token);
    expect(late.first).toMatchObject({ status: 401, body: { errcode: "M_UNAUTHORIZED" } });
    expect(late.second.status).toBe(401);

    const accessToken = bot.second.body.access_token;
    const room = await call(server, "POST", "/createRoom", {}, accessToken);
    const path = `/rooms/${encodeURIComponent(room.body.room_id ?? "")}`;
    const text = { msgtype: "m.text", body: "still here" };
    const sent = await call(server, "PUT", `${path}/send/m.room.message/t1`, text, accessToken);

    await timed("stop", () => server.stop());
    await expect(fetch(server.url)).rejects.toThrow();
    await timed("start again", () => server.restart());
    const event = await call(server, "GET", `${path}/event/${sent.body.event_id}`, undefined, accessToken);
    expect(event).toMatchObject({ status: 200, body: { content: text } });

    await server.kill();
    await expect(fetch(server.url)).rejects.toThrow();
    await timed("start after a kill", () => server.restart());
    expect((await call(server, "GET", "/account/whoami", undefined, accessToken)).status).toBe(200);
  });

  test("two servers run side by side with settings of their own, and leave nothing behind", async () => {
    const before = await ownFolders();
    {
      await using open = await startSynapse({
        registration: "open",
        rateLimit: { perSecond: 0.1, burst: 2 },
      });
      await using closed = await startSynapse({ registration: "closed" });
      expect(await ownFolders()).toHaveLength(before.length + 2);

      const account = { username: "someone", password: "correct horse", auth: { type: "m.login.dummy" } };
      expect((await call(closed, "POST", "/register", account)).status).toBe(403);
      const someone = await call(open, "POST", "/register", account);
      expect(someone.status).toBe(200);

      const room = await call(open, "POST", "/createRoom", {}, someone.body.access_token);
      const send = (n: number) => {
        const path = `/rooms/${encodeURIComponent(room.body.room_id ?? "")}/send/m.room.message/${n}`;
        return call(open, "PUT", path, { msgtype: "m.text", body: `${n}` }, someone.body.access_token);
      };
      const answers = [await send(1), await send(2), await send(3), await send(4)];
      expect(answers.at(-1)).toMatchObject({ status: 429, body: { errcode: "M_LIMIT_EXCEEDED" } });
    }
    expect(await ownFolders()).toEqual(before);
  });

  test("a server that cannot come up says so with its own log", async () => {
    const before = await ownFolders();
    await expect(startSynapse({ maxUploadBytes: Number.NaN })).rejects.toThrow(/ended while starting.*NaN/s);
    await expect(startSynapse({ appservices: ["/nowhere.yaml"] })).rejects.toThrow("/nowhere.yaml");
    expect(await ownFolders()).toEqual(before);
  });
});
