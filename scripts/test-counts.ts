import type { TestModule, TestSuite } from "vitest/node";

/** How tests ended. */
export interface Counts {
  passed: number;
  failed: number;
  /** The full name of each test that was skipped, with the reason. */
  skipped: string[];
}

/**
 * Counts what a run of Vitest did. Besides tests, these count as failed: a file or a `describe` that failed as such
 * (its tests show as skipped, or not at all), and an error that no test caught.
 */
export function countTests(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): Counts {
  const counts: Counts = { passed: 0, failed: unhandledErrors.length, skipped: [] };
  for (const module of modules) {
    const groups: (TestModule | TestSuite)[] = [module, ...module.children.allSuites()];
    counts.failed += groups.filter((group) => group.errors().length > 0).length;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === "passed") counts.passed += 1;
      else if (result.state === "skipped") counts.skipped.push(skipped(test.fullName, result.note));
      else counts.failed += 1;
    }
  }
  return counts;
}

function skipped(name: string, reason: string | undefined): string {
  return reason ? `${name} [skipped: ${reason}]` : name;
}

export function total(counts: Counts[]): Counts {
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    skipped: counts.flatMap(({ skipped }) => skipped),
  };
}

/** `N passed, N failed`, and `, N skipped` if there are any: alone on a line, CI reads it. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped.length > 0 ? `${line}, ${skipped.length} skipped` : line;
}
