import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CountedBlob, countedParts, withProgress } from "./progress.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A terminal of that width, and what was written to it. */
function terminal({ isTTY = true, columns = 80 } = {}) {
  const written: string[] = [];
  const err = { isTTY, columns, write: (text: string) => written.push(text) };
  return { written, err: err as unknown as NodeJS.WritableStream };
}

/** Work that counts these bytes, one after the other at each of these times, and then fails or not. */
const work =
  (parts: [afterMs: number, bytes: number][], fails = false) =>
  async (count: (bytes: number) => void) => {
    for (const [afterMs, bytes] of parts) {
      await vi.advanceTimersByTimeAsync(afterMs);
      count(bytes);
    }
    await vi.advanceTimersByTimeAsync(100);
    if (fails) throw new Error("It broke.");
    return "done";
  };

test("work that is done within half a second shows nothing", async () => {
  const { written, err } = terminal();
  const bar = { doing: "Uploading", total: 10, err, quiet: false };
  expect(await withProgress(bar, work([[399, 10]]))).toBe("done");
  expect(written).toEqual([]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(written).toEqual([]);
});

test("longer work shows its bytes, its share and its rate, and is gone from the terminal when it ends or fails", async () => {
  const { written, err } = terminal();
  const bar = { doing: "Uploading", total: 8_000_000, err, quiet: false };
  const parts: [number, number][] = [
    [400, 2_000_000],
    [100, 4_000_000],
    [100, 2_000_000],
  ];
  await expect(withProgress(bar, work(parts, true))).rejects.toThrow("It broke.");
  expect(written).toEqual([
    "\rUploading  ━━━━━━──────────────────   25 %  2.0 MB of 8.0 MB  4.0 MB/s\x1b[K",
    "\rUploading  ━━━━━━━━━━━━━━━━━━──────   75 %  6.0 MB of 8.0 MB  10.0 MB/s\x1b[K",
    "\rUploading  ━━━━━━━━━━━━━━━━━━━━━━━━  100 %  8.0 MB of 8.0 MB  the host reads it\x1b[K",
    "\r\x1b[K",
  ]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(written).toHaveLength(4);
});

test("where the whole is not known there is no share, and a narrow terminal has no bar and no second line", async () => {
  const unknown = terminal();
  await withProgress({ doing: "Exporting", err: unknown.err, quiet: false }, work([[500, 1_000_000]]));
  expect(unknown.written.at(-2)).toBe("\rExporting  1.0 MB  1.7 MB/s\x1b[K");
  const narrow = terminal({ columns: 30 });
  await withProgress({ doing: "Importing", total: 2e6, err: narrow.err, quiet: false }, work([[500, 1e6]]));
  expect(narrow.written.at(-2)).toBe("\rImporting   50 %  1.0 MB of 2\x1b[K");
});

test("nothing is shown where nobody looks: no terminal, or the answer is for a program", async () => {
  for (const [isTTY, quiet] of [
    [false, false],
    [true, true],
  ] as const) {
    const { written, err } = terminal({ isTTY });
    expect(await withProgress({ doing: "Uploading", err, quiet }, work([[60_000, 1]]))).toBe("done");
    expect(written).toEqual([]);
  }
});

test("what is counted is what went through, unchanged", async () => {
  vi.useRealTimers();
  const bytes = new Blob(["a", "bc", "def"], { type: "application/gzip" });
  const counts: number[] = [];
  const counted = new CountedBlob("a", bytes, (count) => counts.push(count));
  expect([counted.size, counted.type]).toEqual([6, "application/gzip"]);
  expect(await new Response(counted.stream().pipeThrough(countedParts((n) => counts.push(n)))).text()).toBe(
    "abcdef",
  );
  expect(counts.reduce((sum, each) => sum + each)).toBe(12);
});
