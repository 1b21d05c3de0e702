import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, it } from "vitest";
import { documents, textOf } from "./blocks.ts";

const ROOT = join(import.meta.dirname, "../..");

/** What a heading is called in an address: `### Upgrade, and go back` is `upgrade-and-go-back`. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
const anchorsIn = (document: string) =>
  [...textOf(document).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));

it("every link in the documents leads to a file that is there, and to a heading in it", () => {
  let links = 0;
  const lost = documents().flatMap((document) =>
    [...textOf(document).matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].flatMap(([, link = ""]) => {
      links++;
      const [path = "", anchor] = link.split("#");
      const file = path === "" ? document : relative(ROOT, join(ROOT, dirname(document), path));
      if (!existsSync(join(ROOT, file))) return [`${document}: ${link}`];
      if (anchor === undefined || anchorsIn(file).includes(anchor)) return [];
      return [`${document}: ${link}`];
    }),
  );
  expect(links).toBeGreaterThan(100);
  expect(lost).toEqual([]);
});

it("no merge left both of its sides in a document", () => {
  const torn = documents().filter((document) => /^(<{7}|>{7}) /m.test(textOf(document)));
  expect(torn).toEqual([]);
});
