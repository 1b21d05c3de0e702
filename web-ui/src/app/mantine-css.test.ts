import { expect, test } from "vitest";

const sources = import.meta.glob<string>("../**/*.tsx", { query: "?raw", import: "default", eager: true });
const [imported = ""] = Object.values(
  import.meta.glob<string>("./mantine.css", { query: "?raw", import: "default", eager: true }),
);
const styles = Object.keys(import.meta.glob("../../../node_modules/@mantine/core/styles/*.css"));

const withStyles = new Set(styles.map((path) => path.replace(/^.*\/(.*)\.css$/, "$1")));
const used = Object.values(sources)
  .flatMap((source) => [...source.matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)])
  .flatMap(([, names = ""]) => names.split(",").map((name) => name.trim()));

test("every Mantine component that is used has its styles", () => {
  const missing = new Set(used.filter((name) => withStyles.has(name) && !imported.includes(`/${name}.css`)));
  expect(used.length).toBeGreaterThan(20);
  expect(withStyles.size).toBeGreaterThan(50);
  expect([...missing]).toEqual([]);
});
