import { expect, test } from "vitest";
import { proposals } from "./yaml-completion.ts";

const schema = {
  required: ["place"],
  properties: {
    place: { type: "string", title: "Place", description: "Where." },
    mode: { enum: ["short", "long"], default: "short" },
    emoji: { type: "boolean" },
    token: { type: "string", format: "secret" },
    mail: { type: "object", properties: { user: { type: "string" }, secure: { type: "boolean" } } },
  },
};

const labels = (above: string[], line: string, below: string[] = []) =>
  proposals(schema, above, line, below)?.options.map(({ label }) => label);

test("names are proposed that are not there yet, and no secrets", () => {
  expect(labels([], "")).toEqual(["place", "mode", "emoji", "mail"]);
  expect(labels(["place: Ulm"], "mo", ["emoji: true"])).toEqual(["mode", "mail"]);
  expect(proposals(schema, [], "")?.options[0]).toEqual({
    ...{ label: "place", apply: "place: ", type: "property", detail: "needed", info: "Place: Where." },
  });
});

test("inside an object, its names are proposed", () => {
  expect(labels(["place: Ulm", "mail:", "  user: ada"], "  ")).toEqual(["secure"]);
  expect(labels(["mail:", "  user: ada"], "")).toEqual(["place", "mode", "emoji"]);
});

test("behind a name, the values that it may have", () => {
  expect(labels([], "mode: s")).toEqual(["short", "long"]);
  expect(labels(["mail:"], "  secure: ")).toEqual(["true", "false"]);
  expect(labels([], "unknown: ")).toBeUndefined();
});
