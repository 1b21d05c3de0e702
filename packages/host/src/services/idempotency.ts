import { createHash } from "node:crypto";
import { AppError } from "../errors.ts";
import type { KeptAnswerStore } from "../store/kept-answers.ts";
import { createSecretBox, type SecretBox } from "../store/secret-box.ts";

/** What a request was answered. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The request that is to be done now; it ends with one of both. */
export interface Turn {
  /** It was done, and is answered so from now on. */
  keep(answer: Answer): void;
  /** Nothing came of it: the key is free again. */
  release(): void;
}

/** Does what comes with the same key once, also where it comes again after a restart. */
export interface Idempotency {
  /**
   * Waits for what runs under the same key.
   *
   * @param request what was asked for, in a few bytes
   * @returns what it was answered before, or the turn of the one who asks
   * @throws AppError `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENCY_KEY_UNANSWERED`, `LIMIT`
   */
  begin(userName: string, key: string, request: Buffer): Promise<Answer | Turn>;
  /** Deletes what is older than a day. */
  forget(): void;
}

const KEPT_MS = 24 * 60 * 60_000;
/** Of a user. */
const MAX = { keys: 1_000, bytes: 16 * 1024 * 1024 };
const PURPOSE = "an answer to a creation";

interface Kept {
  request: string;
  answer: Answer | null;
}

/** @param limits for tests: what a user may have kept */
export function createIdempotency(options: {
  answers: KeptAnswerStore;
  box: SecretBox;
  now?: () => number;
  limits?: typeof MAX;
}): Idempotency {
  const { answers, box, now = Date.now, limits = MAX } = options;
  /** What runs, and its end. */
  const running = new Map<string, Promise<void>>();

  /**
   * Answers may hold what is shown once. Sealed with the key, too, they cannot be read by who has the whole
   * data directory, and so the host's key, but not what the client keeps to itself.
   */
  const seal = (key: string, kept: Kept) =>
    box.seal(boxOf(key).seal(JSON.stringify(kept), PURPOSE).toString("base64"), PURPOSE);
  const open = (key: string, sealed: Buffer): Kept =>
    JSON.parse(boxOf(key).open(Buffer.from(box.open(sealed, PURPOSE), "base64"), PURPOSE));

  function begun(userName: string, keyHash: Buffer, key: string, request: string): Answer | null {
    const found = answers.get(userName, keyHash);
    if (!found) return null;
    if (found.begunAt <= now() - KEPT_MS) {
      answers.remove(found.id);
      return null;
    }
    const kept = open(key, found.sealed);
    if (kept.request !== request) {
      const text =
        "This Idempotency-Key came with another request within 24 hours. Send a new key with a new request.";
      throw new AppError("IDEMPOTENCY_KEY_REUSED", text);
    }
    if (!kept.answer) {
      const text =
        "This request was begun, and it is not known what became of it: Rookery was stopped, or could not write. Look whether it was created; if not, send it with a new key.";
      throw new AppError("IDEMPOTENCY_KEY_UNANSWERED", text);
    }
    return kept.answer;
  }

  function take(userName: string, keyHash: Buffer, key: string, request: string): Turn {
    const size = answers.size(userName);
    if (size.keys >= limits.keys || size.bytes >= limits.bytes) {
      const text = `The answers to ${size.keys} requests with an Idempotency-Key are kept for you, which is all there is room for. Each is for 24 hours; send this one later, or without a key.`;
      throw new AppError("LIMIT", text);
    }
    const id = answers.add(userName, keyHash, seal(key, { request, answer: null }), now());
    const name = nameOf(userName, keyHash);
    const { promise, resolve } = Promise.withResolvers<void>();
    running.set(name, promise);
    const end = (write: () => void) => {
      try {
        write();
      } finally {
        running.delete(name);
        resolve();
      }
    };
    return {
      keep: (answer) => end(() => answers.set(id, seal(key, { request, answer }))),
      release: () => end(() => answers.remove(id)),
    };
  }

  return {
    async begin(userName, key, request) {
      const keyHash = hashOf("its name", key);
      const text = request.toString("base64");
      for (;;) {
        const other = running.get(nameOf(userName, keyHash));
        if (!other) break;
        await other;
      }
      return begun(userName, keyHash, key, text) ?? take(userName, keyHash, key, text);
    },
    forget: () => answers.forget(now() - KEPT_MS),
  };
}

const nameOf = (userName: string, keyHash: Buffer) => `${keyHash.toString("hex")} ${userName}`;
const hashOf = (what: string, key: string) => createHash("sha256").update(`${what}\0${key}`).digest();
const boxOf = (key: string) => createSecretBox(hashOf("what it seals", key));
