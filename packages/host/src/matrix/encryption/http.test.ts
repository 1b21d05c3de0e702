import { MatrixError } from "matrix-bot-sdk";
import { expect, test } from "vitest";
import type { HostMatrixClient } from "../client.ts";
import { createEncryptionHttp } from "./http.ts";

/** A homeserver that is overloaded the first times. */
function setUp(failures: number) {
  let asked = 0;
  const client = {
    async doRequest() {
      if (asked++ < failures) throw new MatrixError({ errcode: "M_UNKNOWN", error: "later" }, 503);
      return { is: "answered" };
    },
  };
  const ending = new AbortController();
  const encryption = createEncryptionHttp(client as unknown as HostMatrixClient, ending.signal);
  return { http: encryption.until(ending.signal), ending, asked: () => asked };
}

test("what others are not to wait for ends with its patience; all else is tried again until there is an answer", async () => {
  const { http, asked } = setUp(2);
  expect(await http.request("PUT", "/word", {}, 0)).toMatchObject({ status: 503 });
  expect(asked()).toBe(1);
  expect(await http.request("PUT", "/key", {})).toEqual({ status: 200, body: { is: "answered" } });
  expect(asked()).toBe(3);
});
