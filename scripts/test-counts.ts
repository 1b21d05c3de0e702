import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { SerializedError, TestModule, TestSuite } from "vitest/node";

const root = join(import.meta.dirname, "..");
const LINES_SHOWN = 12;

/** How tests ended. */
export interface Counts {
  passed: number;
  /** The full name of each test that failed, with what it said below. */
  failed: string[];
  /** The full name of each test that was skipped, with the reason. */
  skipped: string[];
}

/**
 * Counts what a run of Vitest did. Besides tests, these count as failed: a file or a `describe` that failed as such
 * (its tests show as skipped, or not at all), and an error that no test caught.
 */
export function countTests(
  modules: readonly TestModule[],
  unhandledErrors: readonly SerializedError[],
): Counts {
  const counts: Counts = { passed: 0, failed: [], skipped: [] };
  for (const module of modules) {
    const groups: (TestModule | TestSuite)[] = [module, ...module.children.allSuites()];
    for (const group of groups) {
      const name = group.type === "module" ? group.relativeModuleId : group.fullName;
      if (group.errors().length > 0) counts.failed.push(failed(name, group.errors()));
    }
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === "passed") counts.passed += 1;
      else if (result.state === "skipped") counts.skipped.push(skipped(test.fullName, result.note));
      else counts.failed.push(failed(test.fullName, result.errors ?? []));
    }
  }
  counts.failed.push(...unhandledErrors.map((error) => failed("caught by no test", [error])));
  return counts;
}

/** Where a run is read from its end, as CI's is, this is all there is to find the cause by. */
function failed(name: string, errors: readonly SerializedError[]): string {
  const said = errors.map(({ message, stacks = [] }) => {
    const where = stacks.map(({ file, line }) => `at ${relative(root, file)}:${line}`);
    return [...stripVTControlCharacters(message).split("\n").slice(0, LINES_SHOWN), ...where].join("\n    ");
  });
  return [name, ...said].join("\n    ");
}

function skipped(name: string, reason: string | undefined): string {
  return reason ? `${name} [skipped: ${reason}]` : name;
}

export function total(counts: Counts[]): Counts {
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.flatMap(({ failed }) => failed),
    skipped: counts.flatMap(({ skipped }) => skipped),
  };
}

/** `N passed, N failed`, and `, N skipped` if there are any: alone on a line, CI reads it. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  const line = `${passed} passed, ${failed.length} failed`;
  return skipped.length > 0 ? `${line}, ${skipped.length} skipped` : line;
}
