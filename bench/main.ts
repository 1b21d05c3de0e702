// What Rookery costs, beside what it may cost: `npm run bench -- [part…] [--long] [--json]`
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type Measure, met, type Part } from "./part.ts";
import { chatter } from "./parts/chatter.ts";
import { crypto } from "./parts/crypto.ts";
import { echo } from "./parts/echo.ts";
import { encrypted } from "./parts/encrypted.ts";
import { flood } from "./parts/flood.ts";
import { idle } from "./parts/idle.ts";
import { instagram } from "./parts/instagram.ts";
import { memory } from "./parts/memory.ts";
import { page } from "./parts/page.ts";
import { playground } from "./parts/playground.ts";
import { start } from "./parts/start.ts";
import { walls } from "./parts/walls.ts";
import { table } from "./table.ts";

const PARTS: Part[] = [
  start,
  echo,
  flood,
  chatter,
  walls,
  memory,
  idle,
  playground,
  instagram,
  page,
  crypto,
  encrypted,
];

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    long: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const unknown = wanted.filter((name) => !PARTS.some((part) => part.name === name));
if (options.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no part ${unknown.join(", ")}.\n`);
  console.error(usage());
  process.exitCode = options.help ? 0 : 2;
} else {
  await bench(PARTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name)));
}

async function bench(parts: Part[]): Promise<void> {
  const loadBefore = loadavg()[0] ?? 0;
  const measures: Measure[] = [];
  const skipped: { part: string; reason: string }[] = [];
  for (const part of parts) {
    const reason = part.skip?.();
    if (reason !== undefined) {
      skipped.push({ part: part.name, reason });
      continue;
    }
    const begin = performance.now();
    process.stderr.write(`measuring ${part.name} …`);
    measures.push(...(await part.run({ long: options.long })));
    process.stderr.write(` ${((performance.now() - begin) / 1000).toFixed(0)} s\n`);
  }
  const machine = {
    node: process.versions.node,
    cores: availableParallelism(),
    loadBefore,
    loadAfter: loadavg()[0] ?? 0,
  };
  if (options.json) {
    const judged = measures.map((measure) => ({ ...measure, met: met(measure) }));
    console.log(JSON.stringify({ ...machine, measures: judged, skipped }, null, 2));
    return;
  }
  console.log(`\n${table(measures)}\n`);
  for (const { name, about } of parts) console.log(`${name}: ${about}`);
  for (const { part, reason } of skipped) console.log(`skipped: ${part}, because ${reason}`);
  console.log(
    `\nNode ${machine.node}, ${machine.cores} cores, load ${loadBefore.toFixed(1)} before and ${machine.loadAfter.toFixed(1)} after (the bench's own work is part of it).`,
  );
}

function usage(): string {
  const lines = PARTS.map(({ name, about }) => `  ${name.padEnd(12)}${about}`);
  return `npm run bench -- [part…] [--long] [--json]\n\n${lines.join("\n")}`;
}
