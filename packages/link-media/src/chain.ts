import { createBreaker } from "./breaker.ts";
import type { Deadline } from "./deadline.ts";
import { type Failure, type Failures, FetchFailure } from "./failures.ts";
import type { Post } from "./post.ts";
import type { Link, Source } from "./site.ts";

/** The ways to learn what a link leads to, one after the other. */
export interface Chain {
  /** @throws FetchFailure the first one's, or one that no other way leads further than */
  fetch(link: Link, deadline: Deadline): Promise<Post>;
}

export interface ChainOptions {
  sources: readonly Source[];
  failures: Failures;
  /** How long a way is left alone that failed. */
  pauseMs: number;
  /** Told how each way that was tried ended; `null`: it worked. */
  onTried?: (source: Source, failure: Failure | null) => void;
}

/** Tries each way in turn, but for those that recently failed, within one deadline. */
export function createChain({ sources, failures, pauseMs, onTried }: ChainOptions): Chain {
  const ways = sources.map((source) => ({ source, breaker: createBreaker(pauseMs) }));

  return {
    async fetch(link, deadline) {
      let first: FetchFailure | undefined;
      for (const { source, breaker } of ways) {
        const paused = breaker.open();
        if (paused) {
          first ??= new FetchFailure(paused);
          continue;
        }
        if (deadline.left() === 0) break;
        try {
          const post = await source.fetch(link, deadline);
          breaker.worked();
          onTried?.(source, null);
          return post;
        } catch (error) {
          if (!(error instanceof FetchFailure)) throw error;
          const { failure } = error;
          // That a post is gone or private is an answer: the way itself works.
          if (failure.breaks === undefined && !failure.unexpected) breaker.worked();
          else breaker.failed(failure);
          onTried?.(source, failure);
          if (failure.final) throw error;
          first ??= error;
        }
      }
      throw first ?? new FetchFailure(failures.slow);
    },
  };
}
