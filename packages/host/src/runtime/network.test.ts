import type { IncomingMessage } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { startHttpServer } from "../testing/http-server.ts";
import { createNetwork, type NetworkOptions, type NetworkRequest } from "./network.ts";

const never = new AbortController().signal;

function open(options: NetworkOptions = {}) {
  const network = createNetwork(options);
  onTestFinished(() => network.close());
  const get = (url: string, granted: string[], more: Partial<NetworkRequest> = {}) =>
    network.request({ url, method: "GET", signal: never, ...more }, granted);
  return { network, get };
}

/** A server that redirects `/from` to what it is told, and says what else it was asked. */
async function startEcho(location: () => string, status = 302) {
  const asked: { method: string; path: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  const server = await startHttpServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    asked.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body });
    if (request.url === "/from") response.writeHead(status, { location: location() }).end("moved");
    else response.end(`this is ${request.url}`);
  });
  return { ...server, asked };
}

const denied = (message: string) => ({
  code: "PERMISSION_DENIED",
  message: expect.stringContaining(message),
});

test("a granted host is reached, its answer told with status and headers", async () => {
  const server = await startHttpServer((_request, response) =>
    response.writeHead(418, { "x-kind": "teapot" }).end("short and stout"),
  );
  const answer = await open().get(`${server.url}/pot`, [server.host]);
  expect(answer).toMatchObject({ url: `${server.url}/pot`, status: 418, headers: { "x-kind": "teapot" } });
  expect(await answer.body.text()).toBe("short and stout");
});

test("a host that was not granted is refused before anything is sent", async () => {
  const { asked, url } = await startEcho(() => "/");
  const { get } = open();
  await expect(get(url, ["example.org"])).rejects.toMatchObject(denied("was granted for: example.org"));
  await expect(get(url, [])).rejects.toMatchObject(denied("was granted for: nothing"));
  expect(asked).toEqual([]);
});

test.each([
  "file:///etc/passwd",
  "ftp://example.org/",
  "data:text/plain,hi",
  "//example.org",
  "nonsense",
  "",
])("%j is no address to fetch", async (url) => {
  await expect(open().get(url, ["example.org"])).rejects.toMatchObject(denied("is not an http(s) address"));
});

test("a name that resolves to this machine is refused, though it was granted", async () => {
  const { asked, host } = await startEcho(() => "/");
  const port = host.split(":")[1];
  await expect(open().get(`http://localhost:${port}/`, [`localhost:${port}`])).rejects.toMatchObject(
    denied("localhost resolves to"),
  );
  expect(asked).toEqual([]);
});

test("a redirect is followed to a granted host, wherever it is relative to", async () => {
  const target = await startEcho(() => "");
  const { url, host } = await startEcho(() => `${target.url}/to`);
  const answer = await open().get(`${url}/from`, [host, target.host]);
  expect(answer.url).toBe(`${target.url}/to`);
  expect(await answer.body.text()).toBe("this is /to");
  const relative = await startEcho(() => "to?a=1");
  expect((await open().get(`${relative.url}/from`, [relative.host])).url).toBe(`${relative.url}/to?a=1`);
});

test("a redirect to a host that was not granted is refused, and that host is not asked", async () => {
  const target = await startEcho(() => "");
  const { url, host } = await startEcho(() => `${target.url}/to`);
  await expect(open().get(`${url}/from`, [host])).rejects.toMatchObject(denied(target.host));
  expect(target.asked).toEqual([]);
});

test("a redirect to a granted name of this machine is refused", async () => {
  const { url, host, asked } = await startEcho(() => `http://localhost:${host.split(":")[1]}/to`);
  const both = [host, `localhost:${host.split(":")[1]}`];
  await expect(open().get(`${url}/from`, both)).rejects.toMatchObject(denied("localhost resolves to"));
  expect(asked).toHaveLength(1);
});

test.each(["http://[", "file:///etc/passwd"])("a redirect to %s is refused", async (location) => {
  const { url, host } = await startEcho(() => location);
  await expect(open().get(`${url}/from`, [host])).rejects.toMatchObject(denied("is not an http(s) address"));
});

test("redirects without end come to one", async () => {
  const { url, host, asked } = await startEcho(() => "/from");
  await expect(open().get(`${url}/from`, [host])).rejects.toMatchObject({
    ...{ code: "NETWORK_FAILED", message: expect.stringContaining("redirects without end") },
  });
  expect(asked).toHaveLength(6);
});

test("what authorises at one host does not travel to the next", async () => {
  const target = await startEcho(() => "");
  const { url, host, asked } = await startEcho(() => `${target.url}/to`);
  const headers = { Authorization: "Bearer secret", cookie: "a=b", accept: "text/plain" };
  await open().get(`${url}/from`, [host, target.host], { headers });
  expect(asked[0]?.headers).toMatchObject({ authorization: "Bearer secret", cookie: "a=b" });
  expect(target.asked[0]?.headers).toMatchObject({ accept: "text/plain" });
  expect(target.asked[0]?.headers).not.toHaveProperty("authorization");
  expect(target.asked[0]?.headers).not.toHaveProperty("cookie");
});

test.each([
  [302, "GET", ""],
  [303, "GET", ""],
  [307, "POST", "name=ada"],
  [308, "POST", "name=ada"],
])("a POST that is answered with %i goes on as %s", async (status, method, body) => {
  const { url, host, asked } = await startEcho(() => "/to", status);
  const headers: [string, string][] = [["content-type", "text/plain"]];
  await open().get(`${url}/from`, [host], { method: "POST", headers, body: "name=ada" });
  expect(asked[1]).toMatchObject({ method, body, path: "/to" });
  expect(asked[1]?.headers["content-type"]).toBe(body === "" ? undefined : "text/plain");
});

test("who is not there, and who does not answer in time, are told apart", async () => {
  const silent = await startHttpServer(() => undefined);
  const { get } = open();
  await expect(get("http://127.0.0.1:1/", ["127.0.0.1:1"])).rejects.toMatchObject({ code: "NETWORK_FAILED" });
  const signal = AbortSignal.timeout(100);
  await expect(get(silent.url, [silent.host], { signal })).rejects.toMatchObject({ code: "DEADLINE" });
});

test("with a proxy, requests go through it, names and all, and the grants hold as before", async () => {
  const seen: string[] = [];
  const proxy = await startHttpServer((request, response) => {
    seen.push(request.url ?? "");
    response.end("by proxy");
  });
  proxy.server.on("connect", (request, socket) => {
    seen.push(request.url ?? "");
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  const { get } = open({ proxy: proxy.url });
  const granted = ["somewhere.example:80", "somewhere.example"];
  const answer = await get("http://somewhere.example/a", granted);
  expect(await answer.body.text()).toBe("by proxy");
  await expect(get("https://somewhere.example/a", granted)).rejects.toMatchObject({ code: "NETWORK_FAILED" });
  await expect(get("http://elsewhere.example/a", granted)).rejects.toMatchObject(denied("elsewhere"));
  expect(seen).toEqual(["http://somewhere.example/a", "somewhere.example:443"]);
});
