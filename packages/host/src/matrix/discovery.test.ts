import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { createTestHttp, startTestHomeserver } from "../testing/homeserver.ts";
import { startHttpServer } from "../testing/http-server.ts";
import { findHomeserver } from "./discovery.ts";

const notFound = (message: RegExp) =>
  expect.objectContaining({ code: "HOMESERVER_NOT_FOUND", message: expect.stringMatching(message) });

/** A site whose well-known file is answered so; everything else is not there. */
async function site(answer: (response: ServerResponse, request: IncomingMessage) => void): Promise<string> {
  const { url } = await startHttpServer((request, response) => {
    if (request.url === "/.well-known/matrix/client" || request.url?.startsWith("/moved"))
      return answer(response, request);
    response.writeHead(404).end();
  });
  return url;
}
const json = (body: unknown) => (response: ServerResponse) => void response.end(JSON.stringify(body));
const names = (url: string) => json({ "m.homeserver": { base_url: url } });

describe("a homeserver is found", () => {
  test.each(["example.org", "@bot:example.org", "example.org:8448"])(
    "for %s, by its file",
    async (address) => {
      const http = createTestHttp();
      const homeserver = await startTestHomeserver();
      const asked: string[] = [];
      const url = await site(names(`${homeserver.url}/`));
      const found = await findHomeserver(address, http, (name) => {
        asked.push(name);
        return url;
      });
      expect(found).toEqual({ homeserverUrl: homeserver.url, versions: expect.arrayContaining(["v1.1"]) });
      expect(asked).toEqual(["example.org"]);
    },
  );

  test("at the name itself, where there is no file", async () => {
    const http = createTestHttp();
    const homeserver = await startTestHomeserver();
    const nothing = await site((response) => void response.writeHead(404).end());
    const siteOf = (name: string) => (name === "example.org:8448" ? homeserver.url : nothing);
    expect(await findHomeserver("example.org:8448", http, siteOf)).toMatchObject({
      homeserverUrl: homeserver.url,
    });
  });

  test("at a URL, with or without a slash; and by the file of a URL that is only the site's", async () => {
    const http = createTestHttp();
    const homeserver = await startTestHomeserver();
    expect(await findHomeserver(`${homeserver.url}/`, http)).toMatchObject({ homeserverUrl: homeserver.url });
    const url = await site(names(homeserver.url));
    expect(await findHomeserver(url, http)).toMatchObject({ homeserverUrl: homeserver.url });
  });

  test("by a file to which the site redirects, a few times", async () => {
    const http = createTestHttp();
    const homeserver = await startTestHomeserver();
    const url = await site((response, request) =>
      request.url === "/moved/file"
        ? names(homeserver.url)(response)
        : void response.writeHead(308, { location: "/moved/file" }).end(),
    );
    expect(await findHomeserver("example.org", http, () => url)).toMatchObject({
      homeserverUrl: homeserver.url,
    });
  });
});

describe("it is said what is wrong", () => {
  test.each<[string, (response: ServerResponse) => void, RegExp]>([
    ["no JSON", (response) => void response.end("<html>"), /well-known.* does not name a homeserver/],
    ["no address", json({ "m.homeserver": {} }), /does not name a homeserver/],
    ["an address that is none", names("matrix.example.org"), /does not name a homeserver/],
    ["an address with a password", names("https://a:b@example.org"), /does not name a homeserver/],
    ["an address of a file", names("file:///etc/passwd"), /does not name a homeserver/],
    ["a failure", (response) => void response.writeHead(500).end(), /answered with HTTP 500/],
    ["nobody", names("http://127.0.0.1:9"), /names http:\/\/127\.0\.0\.1:9 .*could not be reached/],
    [
      "a redirect in circles",
      (response) => void response.writeHead(302, { location: "/.well-known/matrix/client" }).end(),
      /leads nowhere/,
    ],
    [
      "a redirect elsewhere than to a site",
      (response) => void response.writeHead(302, { location: "file:///etc/passwd" }).end(),
      /leads nowhere/,
    ],
    ["more than anybody reads", (response) => void response.end("x".repeat(300_000)), /longer than 262144/],
  ])("where the file has %s", async (_what, answer, message) => {
    const url = await site(answer);
    await expect(findHomeserver("example.org", createTestHttp(), () => url)).rejects.toThrow(
      notFound(message),
    );
  });

  test("where the file names who is no homeserver", async () => {
    const other = await startHttpServer((_request, response) => void response.end("<html>"));
    const url = await site(names(other.url));
    await expect(findHomeserver("example.org", createTestHttp(), () => url)).rejects.toThrow(
      notFound(/names http.* as the homeserver, and none answers there/),
    );
  });

  test("where there is no file and no homeserver", async () => {
    const url = await site((response) => void response.writeHead(404).end());
    await expect(findHomeserver("example.org", createTestHttp(), () => url)).rejects.toThrow(
      notFound(/There is no .*well-known.*, and no homeserver answers at/),
    );
    await expect(findHomeserver(url, createTestHttp())).rejects.toThrow(
      notFound(/No homeserver answers at .*, and there is no/),
    );
  });

  test("where nobody has that name", async () => {
    await expect(findHomeserver("nobody.invalid", createTestHttp())).rejects.toThrow(
      notFound(/nobody\.invalid cannot be looked up: .*could not be reached/),
    );
    await expect(findHomeserver("http://127.0.0.1:9", createTestHttp())).rejects.toThrow(
      expect.objectContaining({ code: "HOMESERVER_UNREACHABLE" }),
    );
  });
});
