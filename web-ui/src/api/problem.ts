import type { Problem } from "@rookery/host/api";
import { texts } from "../texts.ts";

/** What the host answered instead of what was asked for (RFC 9457). */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

/** The host could not be reached at all: it is stopped, or the tunnel to it is down. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super(texts.unreachable.detail, { cause });
    this.name = "UnreachableError";
  }
}

/** A part of the page that was to be loaded when it was needed is not there. */
export class NotLoadedError extends Error {
  constructor(cause: unknown) {
    super(texts.notLoaded.detail, { cause });
    this.name = "NotLoadedError";
  }
}

/** @throws NotLoadedError for a script that could not be loaded */
export function loaded<Module>(part: Promise<Module>): Promise<Module> {
  return part.catch((error: unknown) => {
    throw new NotLoadedError(error);
  });
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ProblemError && error.problem.status === status;
}

/** Any thrown thing as a heading and a sentence for people. */
export function explain(error: unknown): { title: string; detail: string } {
  if (error instanceof ProblemError) {
    const { title, detail, fields } = error.problem;
    const lines = fields?.map((field) => `${field.path.replace(/^\//, "")}: ${field.message}`) ?? [];
    return { title, detail: [detail, ...lines].filter(Boolean).join("\n") };
  }
  if (error instanceof UnreachableError) return texts.unreachable;
  if (error instanceof NotLoadedError) return texts.notLoaded;
  return { title: texts.unexpected, detail: error instanceof Error ? error.message : String(error) };
}

/** The message for one field of a form, if the host refused that field. */
export function fieldProblem(error: unknown, path: string): string | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  return error.problem.fields?.find((field) => field.path.replace(/^\//, "") === path)?.message;
}
