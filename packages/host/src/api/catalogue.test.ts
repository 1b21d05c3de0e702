import { expect, test } from "vitest";
import { startTestHost } from "../testing/host.ts";

test("what comes with Rookery is listed, installed by its ID, and then known to be", async () => {
  const { signIn, call } = await startTestHost();
  await signIn();
  const { body: before } = await call("GET", "/catalogue");
  const hello = { id: "org.rookery.hello", name: "Hello", installed: null, isSame: false };
  expect(before).toEqual(expect.arrayContaining([expect.objectContaining(hello)]));

  const installed = await call("POST", "/catalogue", { body: { id: "org.rookery.hello" } });
  expect(installed).toMatchObject({ status: 201, body: { id: "org.rookery.hello" } });
  const offered = (await call("GET", "/catalogue")).body.find(({ id }: { id: string }) => id === hello.id);
  const { sha256, version } = installed.body;
  expect(offered).toMatchObject({ installed: version, isSame: true, sha256, version });

  expect((await call("GET", "/plugins")).body).toMatchObject([{ id: "org.rookery.hello" }]);
  const [entry] = (await call("GET", "/audit-log")).body;
  expect(entry).toMatchObject({ action: "plugin.install", target: "org.rookery.hello" });
});

test("what does not come with it is refused", async () => {
  const { signIn, call } = await startTestHost();
  await signIn();
  const refused = await call("POST", "/catalogue", { body: { id: "org.example.none" } });
  expect(refused).toMatchObject({
    status: 404,
    body: { detail: expect.stringContaining("org.example.none") },
  });
});
