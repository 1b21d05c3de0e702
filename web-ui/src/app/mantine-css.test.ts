import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const source = fileURLToPath(new URL("..", import.meta.url));
const library = fileURLToPath(new URL("../styles", import.meta.resolve("@mantine/core/styles/Button.css")));
const imported = readFileSync(`${source}/app/mantine.css`, "utf8");

const used = globSync(`${source}/**/*.tsx`)
  .flatMap((file) => [...readFileSync(file, "utf8").matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)])
  .flatMap(([, names = ""]) => names.split(",").map((name) => name.trim()))
  .filter((name) => existsSync(`${library}/${name}.css`));

test("every Mantine component that is used has its styles", () => {
  expect(used).toContain("Button");
  expect([...new Set(used.filter((name) => !imported.includes(`/${name}.css`)))]).toEqual([]);
});
