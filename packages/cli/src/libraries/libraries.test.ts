import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readBundle } from "@rookery/host/bundle";
import { expect, test } from "vitest";
import { startTestWorker } from "../../../host/src/testing/worker.ts";
import { buildPlugin } from "../build/index.ts";
import { pluginFixture } from "../build/plugin-fixture.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const TIMEOUT_MS = 30_000;

/** Builds the plugin `<name>.ts` of this folder as an author would, runs it walled off, and takes what it logs. */
async function run(name: string, answer: (url: URL, method: string) => unknown = () => null) {
  await using folder = await pluginFixture({ "src/.keep": "" });
  // A link, so that the packages installed here are found.
  await symlink(join(HERE, `${name}.ts`), join(folder.dir, "src/index.ts"));
  const { bundle, warnings } = await buildPlugin(folder.dir);
  const said: string[] = [];
  const worker = startTestWorker(readBundle(bundle).code, {
    methods: {
      "log.write": ({ message }: { message: string }) => void said.push(message),
      "http.fetch": ({ url, method }: { url: string; method: string }) => answer(new URL(url), method),
    },
  });
  await worker.start("one", { network: ["api.github.com"] });
  return { warnings, said: JSON.parse(said[0] ?? "null") as unknown };
}

test.each<[name: string, said: unknown]>([
  [
    "zod",
    {
      parsed: { id: 7, tags: [], author: "ada" },
      refused: ["id: too_small", "author: invalid_format"],
      schema: ["id"],
    },
  ],
  [
    "date-fns",
    {
      english: "Thursday, 29th February 2024, 1:05 PM",
      german: "Donnerstag, 29. Februar 2024",
      later: "2024-03-05",
      distance: "about 1 year",
      duration: { months: 2, days: 4 },
    },
  ],
  [
    "luxon",
    {
      overTheGap: "2024-03-31T12:00:00.000+02:00",
      there: "2024-03-30 07:00 EDT",
      french: "samedi 30 mars 2024",
      hours: 23,
      duration: { hours: 2, minutes: 30 },
      invalid: "unit out of range",
    },
  ],
  [
    "lodash-es",
    {
      chunks: [[1, 2], [3, 4], [5]],
      groups: { 3: ["one", "two"], 5: ["three"] },
      copied: true,
      merged: { a: { x: 1, y: 2 } },
      text: "Hello Ada!",
      // It is compiled with a `with`, and all code of a compartment is strict.
      sloppy: "SyntaxError: Strict mode code may not include a with statement",
      called: "last",
    },
  ],
  [
    "cheerio",
    {
      links: ["/1 One & only", "/2 Two"],
      fresh: "Two",
      title: '<h1 class="title seen">Old news</h1>',
      data: { all: ["Two"] },
    },
  ],
  [
    "fast-xml-parser",
    {
      parsed: { "?xml": { "@_version": "1.0" }, list: { "@_n": "2", item: [1, "<two>"] } },
      built: '<list n="1"><item>a &amp; b</item></list>',
      broken: expect.stringContaining("closing tag"),
    },
  ],
  [
    "marked",
    {
      html: expect.stringMatching(
        /^<h1>Hi<\/h1>\n<p><b>bold<\/b> <!-- x --> <code>code<\/code><\/p>\n<ul>[\s\S]*<td>2<\/td>/,
      ),
      tokens: ["paragraph", "space", "blockquote"],
    },
  ],
  [
    "yaml",
    {
      parsed: { base: { x: 1 }, other: { x: 1, y: 16 }, at: "2024-03-05" },
      binary: [104, 105],
      edited: "# A comment\nname: rook # here\nbirds: [ 1, 2, 3 ]\n",
      text: 'list:\n  - a\n  - "b: c"\nlong: |-\n  two\n  lines\n',
      error: expect.stringContaining("Flow sequence"),
    },
  ],
  [
    "ajv",
    {
      good: { city: "Wien", celsius: 20, days: ["mon"] },
      bad: false,
      errors: [
        "data/city must NOT have fewer than 2 characters",
        'data/city must match pattern "^[A-Z]"',
        "data/days/2 must be equal to one of the allowed values",
        "data/days must NOT have duplicate items (items ## 0 and 1 are identical)",
      ].join(", "),
      reach: "undefinedundefined",
    },
  ],
  ["nanoid", { different: 1000, wellFormed: true }],
])(
  "%s is built without a warning and does its work in the sandbox",
  async (name, said) => {
    expect(await run(name)).toEqual({ said, warnings: [] });
  },
  TIMEOUT_MS,
);

test(
  "rss-parser parses; that its parseURL() cannot, is said when it is built, with the way there",
  async () => {
    const { said, warnings } = await run("rss-parser");
    expect(said).toMatchObject({
      title: "Birds",
      items: [
        { title: "Rook & roll", creator: "Ada", contentSnippet: "Caw", isoDate: "2024-03-05T10:00:00.000Z" },
      ],
      broken: "Unexpected end",
      fetched: 'The package "rss-parser" used "https.get" of Node, but "https" is not in the sandbox.',
    });
    expect(warnings).toEqual([
      expect.stringMatching(
        /^"rss-parser" imports "http" and "https" of Node, .* parseURL\(\) will not work: .* fetch\(\) .* parseString\(\)\. \(.*rss-parser\.ts → node_modules\/rss-parser\/index\.js → node_modules\/rss-parser\/lib\/parser\.js:2:\d+\)$/,
      ),
    ]);
  },
  TIMEOUT_MS,
);

test(
  "octokit asks for things, page by page, and makes them, with the sandbox's fetch",
  async () => {
    const asked: string[] = [];
    const answers: Record<string, { json: unknown; status?: number; link?: string }> = {
      "GET /repos/o/rook": { json: { full_name: "o/rook" } },
      "GET /repos/o/rook/issues": {
        json: [{ title: "one" }],
        link: '<https://api.github.com/repositories/1/issues?page=2>; rel="next"',
      },
      "GET /repositories/1/issues?page=2": { json: [{ title: "two" }] },
      "POST /repos/o/rook/issues": { json: { number: 3 }, status: 201 },
      "GET /repos/o/rook/issues/404": { json: { message: "Not Found" }, status: 404 },
      "POST /graphql": { json: { data: { viewer: { login: "ada" } } } },
    };
    const { said, warnings } = await run("octokit", (url, method) => {
      asked.push(`${method} ${url.pathname}${url.search}`);
      const { json, status = 200, link } = answers[asked.at(-1) as string] ?? { json: {}, status: 500 };
      const headers = [
        ["content-type", "application/json; charset=utf-8"],
        ["x-ratelimit-limit", "60"],
      ];
      return {
        ...{ url: url.href, status, headers: link ? [...headers, ["link", link]] : headers },
        bodyBase64: Buffer.from(JSON.stringify(json)).toString("base64"),
      };
    });
    expect(said).toEqual({
      ...{ name: "o/rook", limit: "60", created: 3, titles: ["one", "two"], login: "ada" },
      missing: expect.stringMatching(/^404 Not Found/),
    });
    expect(asked).toEqual(Object.keys(answers));
    expect(warnings).toEqual([]);
  },
  TIMEOUT_MS,
);
