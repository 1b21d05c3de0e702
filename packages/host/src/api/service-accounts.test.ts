import { expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, SLACK, startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost } from "../testing/host.ts";

test.each([
  ["has a token of its own", {}],
  ["is named in each request", { "io.element.msc4190": true }],
])(
  "the device of an application service's account, which %s, ends when it is added again, and with the account",
  async (_how, kind) => {
    const homeserver = await startTestHomeserver({ appservices: [{ ...SLACK, ...kind }] });
    const http = createTestHttp();
    const { call, signIn, answers } = await startTestHost();
    await signIn();
    const login = { homeserverUrl: homeserver.url, accessToken: SLACK.as_token, username: "slack_bot" };
    const add = async () => (await call("POST", "/accounts", { body: login })).body;
    // The homeserver's stand-in for requests without a device is no device.
    const devices = async () => {
      const url = `${homeserver.url}/_matrix/client/v3/devices?user_id=${encodeURIComponent("@slack_bot:test")}`;
      const answer = await http.json({ method: "GET", url, accessToken: SLACK.as_token });
      const { devices: all } = answer as { devices: { device_id: string }[] };
      return all.map(({ device_id: id }) => id).filter((id) => !id.startsWith("appservice "));
    };
    const first = await add();
    expect(first).toMatchObject({ userId: "@slack_bot:test", isApplicationService: true });
    expect(await devices()).toEqual([first.deviceId]);
    const second = await add();
    expect([second.id, second.deviceId === first.deviceId]).toEqual([first.id, false]);
    await eventually("the first device to be gone", async () => (await devices()).length === 1);
    expect(await devices()).toEqual([second.deviceId]);
    await call("DELETE", `/accounts/${second.id}`);
    expect(await devices()).toEqual([]);
    expect(answers.join("\n")).not.toContain(SLACK.as_token);
    // An ordinary login is none's.
    const { accessToken } = await register(homeserver, http, "grace");
    const { body: grace } = await call("POST", "/accounts", {
      body: { homeserverUrl: homeserver.url, accessToken },
    });
    expect(grace).toMatchObject({ userId: "@grace:test", isApplicationService: false });
  },
);
