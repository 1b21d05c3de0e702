import type { HostLink } from "@rookery/plugin-sdk/runtime";
import { describe, expect, test } from "vitest";
import { createFetch } from "./fetch.ts";
import { Headers as OurHeaders } from "./headers.ts";
import { Request as OurRequest } from "./request.ts";
import { Response as OurResponse } from "./response.ts";

interface Asked {
  url: string;
  method: string;
  headers: [string, string][];
  body?: string;
  bodyBase64?: string;
}

/** A fetch whose host answers "hé" as from `url`, and what that host was asked. */
function fetchFrom(url = "https://a.example/", headers: [string, string][] = [["x-kind", "test"]]) {
  const asked: Asked[] = [];
  const bodyBase64 = base64(bytes("hé"));
  const host = {
    async call(_: string, params: Asked) {
      asked.push(params);
      return { url, status: 201, headers, bodyBase64 };
    },
  } as unknown as HostLink;
  return { fetch: createFetch(host), asked };
}

describe("what fetch asks of the host", () => {
  test.each<
    [
      what: string,
      body: string | URLSearchParams | ArrayBuffer | ArrayBufferView,
      sent: Partial<Asked>,
      type: string | null,
    ]
  >([
    ["a text as it is", "é", { body: "é" }, "text/plain;charset=UTF-8"],
    [
      "a query as the form that it is",
      new URLSearchParams({ a: "1 2" }),
      { bodyBase64: base64(bytes("a=1+2")) },
      "application/x-www-form-urlencoded;charset=UTF-8",
    ],
    ["bytes", new Uint8Array([1, 2]), { bodyBase64: "AQI=" }, null],
    [
      "only those bytes that a view shows",
      new Uint8Array([1, 2, 3]).subarray(1),
      { bodyBase64: "AgM=" },
      null,
    ],
    ["a buffer", new Uint8Array([1]).buffer, { bodyBase64: "AQ==" }, null],
  ])("%s", async (_, body, sent, type) => {
    const { fetch, asked } = fetchFrom();
    await fetch("https://a.example/", { method: "post", body });
    expect(asked[0]).toMatchObject({ method: "POST", ...sent });
    expect(Object.fromEntries(asked[0]?.headers ?? [])["content-type"] ?? null).toBe(type);
  });

  test("what a Request says, and what is said beside it", async () => {
    const { fetch, asked } = fetchFrom();
    const request = new OurRequest("https://a.example/x", { method: "PUT", headers: { a: "1" }, body: "hi" });
    await fetch(request, { headers: [["b", "2"]] });
    expect(asked[0]).toMatchObject({
      url: "https://a.example/x",
      method: "PUT",
      bodyBase64: base64(bytes("hi")),
    });
    expect(asked[0]?.headers).toEqual([["b", "2"]]);
  });

  test.each([
    ["a stream", { method: "POST", body: {} as never }, /A body is a text, bytes/],
    ["a body on a GET", { body: "x" }, /GET request has no body/],
    ["a redirect of its own kind", { redirect: "around" }, /followed, an error, or manual/],
    ["a header that would begin another", { headers: { a: "1\r\nhost: b" } }, /line break/],
    ["a header without a name", { headers: { "": "1" } }, /not the name of a header/],
  ])("nothing, for %s", async (_, given, why) => {
    const { fetch, asked } = fetchFrom();
    await expect(fetch("https://a.example/", given)).rejects.toThrow(why);
    expect(asked).toEqual([]);
  });

  test("nothing, once the signal is aborted; and later it ends the waiting with its reason", async () => {
    const { fetch, asked } = fetchFrom();
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(fetch("https://a.example/", { signal })).rejects.toThrow("too late");
    expect(asked).toEqual([]);

    const never = createFetch({ call: () => new Promise(() => {}) } as unknown as HostLink);
    const controller = new AbortController();
    const waiting = never("https://a.example/", { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
  });
});

describe("an answer", () => {
  test("says what came from where", async () => {
    const answer = await fetchFrom("https://a.example/next").fetch("https://a.example/");
    expect(answer).toMatchObject({
      url: "https://a.example/next",
      redirected: true,
      status: 201,
      ok: true,
      statusText: "",
    });
    expect([...answer.headers]).toEqual([["x-kind", "test"]]);
  });

  test("is refused where it was redirected and that was not wanted", async () => {
    const { fetch } = fetchFrom("https://a.example/next");
    await expect(fetch("https://a.example/", { redirect: "error" })).rejects.toThrow("redirects to");
  });

  test("is read once, and by a copy once more", async () => {
    const answer = await fetchFrom().fetch("https://a.example/");
    const copy = answer.clone();
    expect(await answer.text()).toBe("hé");
    expect(answer.bodyUsed).toBe(true);
    await expect(answer.text()).rejects.toThrow("read already");
    expect(await copy.bytes()).toEqual(bytes("hé"));
    expect(copy.url).toBe("https://a.example/");
  });

  test("gives JSON and buffers", async () => {
    expect(await OurResponse.json({ a: 1 }).json()).toEqual({ a: 1 });
    expect(new Uint8Array(await new OurResponse("ab").arrayBuffer())).toEqual(bytes("ab"));
    expect(new OurResponse(null, { status: 404 })).toMatchObject({ ok: false, bodyUsed: false });
  });
});

test("headers do as the web's do", () => {
  const steps = (headers: OurHeaders | Headers) => {
    headers.append("B", " 2 ");
    headers.append("b", "3");
    headers.append("Set-Cookie", "x=1");
    headers.append("set-cookie", "y=2");
    headers.set("A", "1");
    headers.set("gone", "1");
    headers.delete("GONE");
    const each: string[] = [];
    headers.forEach((value, name) => void each.push(`${name}=${value}`));
    const found = [headers.get("b"), headers.get("none"), headers.has("A"), headers.getSetCookie()];
    return [[...headers], [...headers.keys()], [...headers.values()], each, found, String(headers)];
  };
  expect(steps(new OurHeaders())).toEqual(steps(new Headers()));
  expect([...new OurHeaders(new OurHeaders({ A: "1" }))]).toEqual([["a", "1"]]);
});

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
