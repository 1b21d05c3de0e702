import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join } from "node:path";

/** What is no source: other tools' files change while nobody saves. */
const IGNORED = new Set(["node_modules", "dist", "coverage"]);
/** Editors save in several steps; within this time they are done. */
const QUIET_MS = 20;

/**
 * Calls back when something in a folder or below it was saved, once for all that changes at a time.
 * Files and folders whose names begin with a dot, and what packages and builds write, do not count.
 *
 * @param except folders that do not count, either
 * @param onChange is told when the first of it changed, as `performance.now()` has it
 */
export function watchFolder(
  dir: string,
  except: readonly string[],
  onChange: (at: number) => void,
): Disposable {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let since: number | undefined;

  const counts = (folder: string, name: string) =>
    !/^\.|~$/.test(name) && !IGNORED.has(name) && !except.includes(join(folder, name));

  /** Node watches one folder at a time reliably on every system, so there is a watcher for each. */
  function look(): void {
    const found = new Set(foldersOf(dir, counts));
    for (const [path, watcher] of watchers) {
      if (found.has(path)) continue;
      watcher.close();
      watchers.delete(path);
    }
    for (const path of found) {
      if (watchers.has(path)) continue;
      const watcher = watch(path, (_event, name) => {
        if (name === null || counts(path, name)) changed();
      });
      // It was removed: the next look finds what is there now.
      watcher.on("error", () => {
        watcher.close();
        watchers.delete(path);
      });
      watchers.set(path, watcher);
    }
  }

  function changed(): void {
    since ??= performance.now();
    clearTimeout(timer);
    timer = setTimeout(() => {
      const at = since ?? performance.now();
      since = undefined;
      look();
      onChange(at);
    }, QUIET_MS);
  }

  look();
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

function foldersOf(dir: string, counts: (folder: string, name: string) => boolean): string[] {
  try {
    const inner = readdirSync(dir, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && counts(dir, entry.name),
    );
    return [dir, ...inner.flatMap(({ name }) => foldersOf(join(dir, name), counts))];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
