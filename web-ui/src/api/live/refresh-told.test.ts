import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, onTestFinished, test, vi } from "vitest";
import { request } from "../request.ts";
import { createTeller } from "./refresh-told.ts";

/** A page that shows the instances' list, and a host that answers when it is told to. */
function setUp() {
  vi.useFakeTimers();
  const asked = new Map<string, (body: unknown) => Promise<unknown>>();
  vi.stubGlobal("fetch", (url: string) => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    asked.set(url, (body) => {
      resolve(Response.json(body));
      return vi.advanceTimersByTimeAsync(0);
    });
    return promise;
  });
  const client = new QueryClient({ defaultOptions: { queries: { networkMode: "always" } } });
  const queryFn = () => request("GET", "/instances");
  const list = new QueryObserver(client, { queryKey: ["instances"], queryFn });
  const unsubscribe = list.subscribe(() => undefined);
  onTestFinished(() => {
    unsubscribe();
    client.clear();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  return {
    tell: createTeller(client),
    answer: (path: string, body: unknown) =>
      asked.get(`/api/v1/instances${path}`)?.(body) ?? expect.unreachable(),
    shown: () => list.getCurrentResult().data,
  };
}

test("an instance that counted something takes its place in the list", async () => {
  const { tell, answer, shown } = setUp();
  await answer("", [{ id: "a", sent: 1 }, { id: "b" }]);
  tell({ event: "deliveries", data: { instance: "a" } });
  await vi.advanceTimersByTimeAsync(50);
  await answer("/a", { id: "a", sent: 2 });
  expect(shown()).toEqual([{ id: "a", sent: 2 }, { id: "b" }]);
});

test("its answer, where it comes late, takes the place of nothing newer", async () => {
  const { tell, answer, shown } = setUp();
  await answer("", [{ id: "a", status: "running" }]);
  tell({ event: "deliveries", data: { instance: "a" } });
  await vi.advanceTimersByTimeAsync(50);
  tell({ event: "status", data: { instance: "a" } });
  await vi.advanceTimersByTimeAsync(1_000);
  await answer("", [{ id: "a", status: "stopped" }]);
  await answer("/a", { id: "a", status: "running" });
  expect(shown()).toEqual([{ id: "a", status: "stopped" }]);
});
