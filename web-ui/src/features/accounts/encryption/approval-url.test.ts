import { expect, test } from "vitest";
import { ProblemError } from "../../../api/problem.ts";
import { approvalUrl } from "./approval-url.ts";

const refusal = (url?: string, code = "APPROVAL_NEEDED") =>
  new ProblemError({
    ...{ type: "about:blank", title: "Approve it", status: 422, code, detail: "Open it." },
    ...(url !== undefined && { approvalUrl: url }),
  });

test("where a homeserver wants it approved is an address to open", () => {
  const url = "https://account.example.org/?action=org.matrix.cross_signing_reset";
  expect(approvalUrl(refusal(url))?.href).toBe(url);
  expect(approvalUrl(refusal("http://localhost:8008/x"))?.host).toBe("localhost:8008");
  // What is shown of it is where it leads.
  expect(approvalUrl(refusal("https://example.org@elsewhere.example/"))?.host).toBe("elsewhere.example");
});

test.each([
  "javascript:alert(1)",
  " java\nscript:alert(1)",
  "data:text/html,x",
  "file:///etc/passwd",
  "matrix:u/ada:example.org",
  "/account",
  "",
  undefined,
])("what opens no website stays text: %j", (url) => expect(approvalUrl(refusal(url))).toBeNull());

test("what was refused for another reason is nothing to approve", () => {
  expect(approvalUrl(refusal("https://example.org/", "HOMESERVER_REFUSED"))).toBeNull();
  expect(approvalUrl(new Error("https://example.org/"))).toBeNull();
  expect(approvalUrl(null)).toBeNull();
});
