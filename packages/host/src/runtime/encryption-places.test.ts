import type { Http } from "@rookery/crypto/account";
import { expect, test, vi } from "vitest";
import { findAssets } from "../assets.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { addInstances, openTestStore } from "../testing/store.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createEncryptionPlaces } from "./encryption-places.ts";

// Each opening is a thread, which has to start.
vi.setConfig({ testTimeout: 30_000 });

test("a file whose keys are made rests, also where telling them was cut off: the next time tells those; in use, it rests no more", async () => {
  const homeserver = await startTestHomeserver();
  const bot = await register(homeserver, createTestHttp(), "bot");
  const store = openTestStore();
  addInstances(store, ["one"]);
  const directory = temporaryDirectory();
  const place = () =>
    createEncryptionPlaces({
      ...{ directory, worker: findAssets().cryptoWorker },
      ...{ accounts: store.accounts, rooms: store.encryptedRooms },
    }).of({ ...bot, id: "account" });
  const sent: string[] = [];
  const working: Http = {
    async request(method, path, body) {
      sent.push(path);
      return { status: 200, body: (await bot.client.doRequest(method, path, null, body)) as unknown };
    },
  };
  async function tell(http: Http): Promise<void> {
    const opened = place().open({ http, atRest: true });
    try {
      await opened.handleSync({});
      await opened.outgoing();
    } finally {
      await opened.close();
    }
  }
  const keys = async () => {
    const asked = { device_keys: { [bot.userId]: [] } };
    const answer = await bot.client.doRequest("POST", "/_matrix/client/v3/keys/query", null, asked);
    return Object.keys((answer as { device_keys: Record<string, object> }).device_keys[bot.userId] ?? {});
  };

  expect([place().isThere(), place().isResting()]).toEqual([false, false]);
  const away: Http = { request: () => Promise.reject(new Error("the host is killed")) };
  await expect(tell(away)).rejects.toMatchObject({ code: "HOMESERVER" });
  expect([place().isResting(), await keys()]).toEqual([true, []]);
  await tell(working);
  expect([place().isResting(), await keys()]).toEqual([true, [bot.deviceId]]);

  sent.length = 0;
  const inUse = place().open({ http: working });
  await inUse.outgoing();
  await inUse.close();
  expect([place().isThere(), place().isResting()]).toEqual([true, false]);
  expect(sent).not.toContain("/_matrix/client/v3/keys/upload");
});
