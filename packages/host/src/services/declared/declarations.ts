import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Config } from "../../config/config.ts";
import type { Configured } from "../../config/load.ts";
import { settingsOf } from "../../config/origin.ts";
import { AppError, type ErrorCode, reasonOf } from "../../errors.ts";
import { createTurns } from "../../runtime/turns.ts";
import type { Audit } from "../audit.ts";
import type { Notice } from "../notices.ts";
import { type Difference, differenceId, pathOf, type Step } from "./difference.ts";
import { createManaged, type Managed } from "./managed.ts";
import { type KnownProblem, noticesOf, restartText } from "./notices.ts";
import {
  type DeclaredServices,
  type DeclaredSources,
  differencesFrom,
  namesOf,
  planStage,
  STAGES,
  type Stage,
} from "./plan.ts";

/** What the configuration declares, made so. */
export interface Declarations {
  managed: Managed;
  /** What must hold before anything runs: who may sign in, what is not to start, and where bots may act. */
  settle(services: DeclaredServices): Promise<void>;
  /**
   * Makes everything as it is declared, one after the other. What fails is told, and keeps nothing else from it; where a
   * homeserver did not answer, all is tried again after a while.
   */
  apply(services: DeclaredServices): Promise<void>;
  /** Reads the configuration anew and applies it. One that is broken changes nothing, and is told. */
  reload(services: DeclaredServices): Promise<void>;
  /** How things differ from what the configuration's file says now. @throws AppError as reading it */
  differences(): Promise<Difference[]>;
  notices(): Promise<Notice[]>;
  /** Resolves when nothing is being applied. */
  idle(): Promise<void>;
  /** Begins nothing more, and gives what is under way a moment to end. */
  close(): Promise<void>;
}

const LOOKED_EVERY_MS = 60_000;
/** What may be otherwise in a while, without anybody mending anything. */
const PASSING: ReadonlySet<string> = new Set<ErrorCode>(["HOMESERVER_UNREACHABLE", "HOMESERVER_NOT_FOUND"]);
const CLOSE_MS = 2_000;
/** What a homeserver that is not there yet is given before it is asked again, the first time and at most. */
const RETRY_MS = { first: 15_000, most: 10 * 60_000 };

export function createDeclarations(options: {
  configured: Pick<Configured, "config" | "origin" | "lineOf">;
  /** Without it, the configuration is never read anew. */
  reread: (() => Configured) | null;
  sources: DeclaredSources;
  audit: Pick<Audit, "record">;
  onApplied: () => void;
  log: (message: string) => void;
  warn: (message: string, error?: unknown) => void;
  retryMs?: typeof RETRY_MS;
}): Declarations {
  const { retryMs = RETRY_MS } = options;
  const { reread, sources, audit, onApplied, log, warn } = options;
  const { declared: rows } = sources.store;
  const started = options.configured.config;
  let { config, origin, lineOf } = options.configured;
  /** Why the file as it is now cannot be read. */
  let broken: string | null = null;
  const problems = new Map<string, KnownProblem & { of: string; passes: boolean }>();
  let looked: { at: number; drifted: Difference[] } | null = null;
  const turns = createTurns();
  let applying = 0;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  const file = () => origin.file ?? "the environment";
  const managed = createManaged(() => ({ declared: config, file: file() }));

  /** @param again it is tried once more by itself: that it failed once more need not be written down */
  async function run(step: Step, again = false): Promise<void> {
    const { kind, name, entry, action, changes, apply } = step;
    const key = `${kind} ${name}`;
    let problem = step.problem;
    let passes = false;
    if (apply) {
      const part = (side: "from" | "to") =>
        Object.fromEntries(changes.map((change) => [change.field, change[side] ?? null]));
      let error: string | null = null;
      try {
        await apply();
        if (changes.length > 0) log(`${entry}: ${action === "remove" ? "stopped" : "applied"}.`);
      } catch (cause) {
        if (closed) return;
        problem = reasonOf(cause);
        error = cause instanceof AppError ? cause.code : "INTERNAL";
        passes = PASSING.has(error);
        warn(`${entry} of ${file()} could not be applied.`, cause);
      }
      if (changes.length > 0 && !(again && error !== null)) {
        audit.record(
          { action: "configuration.apply", target: entry, before: part("from"), after: part("to"), error },
          null,
          null,
        );
      }
    }
    if (problem !== null) problems.set(key, { kind, name, entry, problem, of: differenceId(step), passes });
    else if (action === "remove" && kind !== "grants") rows.remove(kind, name);
  }

  async function runStage(stage: Stage, services: DeclaredServices, again = false): Promise<void> {
    for (const key of problems.keys()) if (key.startsWith(`${stage} `)) problems.delete(key);
    if (stage !== "grants") for (const name of namesOf(stage, config)) rows.claim(stage, name);
    for (const step of await planStage(stage, config, sources, services)) {
      if (closed) return;
      await run(step, again);
    }
  }

  function keepProblems(): void {
    if (closed) return;
    for (const { kind, name } of rows.list()) {
      const found =
        problems.get(`${kind} ${name}`) ?? (kind === "plugin" ? problems.get(`grants ${name}`) : null);
      rows.setProblem(kind, name, found ? { text: found.problem, of: found.of } : null);
    }
  }

  function taking(work: () => Promise<void>): Promise<void> {
    applying++;
    return turns
      .take("declared", work)
      .catch((error: unknown) => warn("What the configuration declares could not be applied.", error))
      .finally(() => {
        applying--;
        looked = null;
        if (!closed) onApplied();
      });
  }

  async function applyNow(services: DeclaredServices, tries = 0): Promise<void> {
    clearTimeout(retry);
    for (const stage of STAGES) await runStage(stage, services, tries > 0);
    keepProblems();
    if (closed || ![...problems.values()].some(({ passes }) => passes)) return;
    const wait = Math.min(retryMs.first * 2 ** tries, retryMs.most);
    retry = setTimeout(() => void taking(() => applyNow(services, tries + 1)), wait).unref();
  }

  /** What is not applied while the host runs. */
  function unlikeStarted(): string[] {
    const own = ({ accounts, plugins, instances, users, ...rest }: Config) => new Map(settingsOf(rest));
    const [before, after] = [own(started), own(config)];
    return [...new Set([...before.keys(), ...after.keys()])].filter(
      (name) => !isDeepStrictEqual(before.get(name), after.get(name)),
    );
  }

  async function drifted(): Promise<Difference[]> {
    if (applying > 0) return [];
    if (!looked || Date.now() - looked.at > LOOKED_EVERY_MS) {
      const found = await differencesFrom(config, sources);
      looked = {
        at: Date.now(),
        drifted: found.filter(({ problem, action }) => problem === null && action !== "none"),
      };
    }
    return looked.drifted;
  }

  return {
    managed,
    settle: (services) =>
      taking(async () => {
        await runStage("user", services);
        const steps = await planStage("instance", config, sources, services);
        for (const step of steps.filter(isBound)) await run(step);
      }),
    apply: (services) => taking(() => applyNow(services)),
    reload: (services) =>
      taking(async () => {
        if (!reread) return;
        try {
          ({ config, origin, lineOf } = reread());
          broken = null;
        } catch (error) {
          broken = reasonOf(error);
          warn("The configuration was not read anew; what held before holds.", error);
          return;
        }
        const later = unlikeStarted();
        log(`The configuration was read anew.${later.length > 0 ? ` ${restartText(later)}` : ""}`);
        await applyNow(services);
      }),
    async differences() {
      const now = reread ? reread().config : config;
      return differencesFrom(now, sources);
    },
    async notices() {
      const state = {
        broken,
        problems: [...problems.values()],
        later: unlikeStarted(),
        drifted: await drifted(),
      };
      return noticesOf(state, file(), (problem) => lineOf(pathOf(problem)));
    },
    idle: () => turns.idle(),
    async close() {
      closed = true;
      clearTimeout(retry);
      await Promise.race([turns.idle(), delay(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}

/** What an instance must not do for a moment either. */
const isBound = ({ action, apply, changes }: Step) =>
  apply !== undefined &&
  (action === "remove" ||
    (action === "change" &&
      changes.some(
        ({ field, to }) => ["rooms", "withheld"].includes(field) || (field === "enabled" && !to),
      )));
