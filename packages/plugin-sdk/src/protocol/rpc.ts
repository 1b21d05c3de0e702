import { type ErrorData, HostError, toErrorData } from "./errors.ts";

const Kind = { call: 0, result: 1, error: 2, notice: 3 } as const;

type Message =
  | [kind: typeof Kind.call, id: number, scope: string, method: string, params: unknown]
  | [kind: typeof Kind.result, id: number, result: unknown]
  | [kind: typeof Kind.error, id: number, error: ErrorData]
  | [kind: typeof Kind.notice, scope: string, method: string, params: unknown];

/** A longer `setTimeout` fires at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The methods one side offers. `scope` is the instance a call is about, or `""` for the worker itself. */
export type Methods = Record<string, (params: never, scope: string) => unknown>;

type Params<M> = M extends (params: infer P, scope: string) => unknown ? P : never;
type Result<M> = M extends (params: never, scope: string) => infer R ? Awaited<R> : never;

export interface Rpc<Remote> {
  /** Calls a method of the other side. Rejects with a {@link HostError}: `DEADLINE`, `CLOSED`, or the other side's own. */
  call<K extends keyof Remote & string>(
    scope: string,
    method: K,
    params: Params<Remote[K]>,
    deadlineMs?: number,
  ): Promise<Result<Remote[K]>>;
  /** Tells the other side something and expects no answer. */
  notify<K extends keyof Remote & string>(scope: string, method: K, params: Params<Remote[K]>): void;
  /** Takes a batch that came from the other side. */
  receive(batch: unknown): void;
  /** Rejects what is pending, and every later call. */
  close(reason: string): void;
}

export interface RpcOptions {
  /** Puts a batch on the channel; throws where the data cannot be cloned. */
  post: (batch: unknown[]) => void;
  /** When what was collected is posted: at the end of the running microtasks unless told. */
  defer?: (flush: () => void) => void;
  methods: Methods;
  /** In milliseconds, for calls that name no deadline of their own. */
  deadlineMs: number;
  /** Calls of one scope that may wait for an answer at once; one more is refused with `TOO_MANY_CALLS`. */
  maxPending: number;
  /** Whether errors take their stacks along: from a worker to the host, never the other way. */
  sendStacks: boolean;
  /** Told of a notice whose method threw, or that could not be posted: there is nobody to answer. */
  onNoticeFailed: (method: string, error: unknown) => void;
  /** Told of a batch or message that is not of the protocol's form. */
  onMalformed: (detail: string) => void;
}

interface Pending {
  scope: string;
  resolve: (value: never) => void;
  reject: (error: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

/**
 * RPC between a worker and the host: two interfaces and this function, the same on both sides.
 * Messages are batched, because what costs between threads is the message, not its size. Only the
 * methods' own properties can be called; whatever a method throws rejects the call.
 */
export function createRpc<Remote extends Methods>(options: RpcOptions): Rpc<Remote> {
  const { methods, defer = queueMicrotask } = options;
  const pending = new Map<number, Pending>();
  /** How many of each scope: an instance that asks for too much takes nothing from its siblings. */
  const waiting = new Map<string, number>();
  let outbox: Message[] = [];
  let lastId = 0;
  let closed: string | null = null;

  function enqueue(message: Message): void {
    if (closed !== null) return;
    if (outbox.push(message) === 1) defer(flush);
  }

  function flush(): void {
    const batch = outbox;
    outbox = [];
    if (closed !== null) return;
    try {
      options.post(batch);
    } catch {
      for (const message of batch) postAlone(message);
    }
  }

  /** One message that cannot be cloned must not take its batch with it. */
  function postAlone(message: Message): void {
    try {
      options.post([message]);
    } catch (error) {
      const detail = `This data cannot cross between a worker and the host: ${toErrorData(error).message}`;
      const failure = new HostError("NOT_PLAIN_DATA", detail);
      if (message[0] === Kind.call) settle(message[1])?.reject(failure);
      if (message[0] === Kind.result) postAlone([Kind.error, message[1], withoutStack(failure)]);
      if (message[0] === Kind.notice) options.onNoticeFailed(message[2], failure);
      // An error is plain data: where it cannot be posted nothing can, and the other side's deadline ends the call.
    }
  }

  function settle(id: number) {
    const call = pending.get(id);
    if (!call) return undefined;
    pending.delete(id);
    const left = (waiting.get(call.scope) ?? 1) - 1;
    if (left === 0) waiting.delete(call.scope);
    else waiting.set(call.scope, left);
    clearTimeout(call.timer);
    return call;
  }

  function answer(id: number, scope: string, method: string, params: unknown): void {
    const fail = (error: unknown) =>
      enqueue([Kind.error, id, options.sendStacks ? toErrorData(error) : withoutStack(error)]);
    if (!Object.hasOwn(methods, method)) {
      fail(new HostError("UNKNOWN_METHOD", `There is no method "${method.slice(0, 64)}".`));
      return;
    }
    try {
      const result = methods[method]?.(params as never, scope);
      if (result instanceof Promise) result.then((value) => enqueue([Kind.result, id, value]), fail);
      else enqueue([Kind.result, id, result]);
    } catch (error) {
      fail(error);
    }
  }

  function notice(scope: string, method: string, params: unknown): void {
    if (!Object.hasOwn(methods, method)) {
      options.onMalformed(`There is no method "${method.slice(0, 64)}".`);
      return;
    }
    try {
      const result = methods[method]?.(params as never, scope);
      if (result instanceof Promise) result.catch((error: unknown) => options.onNoticeFailed(method, error));
    } catch (error) {
      options.onNoticeFailed(method, error);
    }
  }

  function take(message: unknown): void {
    if (!Array.isArray(message)) {
      options.onMalformed("A message is not an array.");
      return;
    }
    const [kind, a, b, c, d] = message as unknown[];
    if (kind === Kind.notice && typeof a === "string" && typeof b === "string") {
      notice(a, b, c);
    } else if (
      kind === Kind.call &&
      typeof a === "number" &&
      typeof b === "string" &&
      typeof c === "string"
    ) {
      answer(a, b, c, d);
    } else if (kind === Kind.result && typeof a === "number") {
      settle(a)?.resolve(b as never);
    } else if (kind === Kind.error && typeof a === "number") {
      const { code, message: text, data, stack } = toErrorData(b);
      settle(a)?.reject(Object.assign(new HostError(code, text, data), stack === undefined ? {} : { stack }));
    } else {
      options.onMalformed("A message is of no known kind.");
    }
  }

  return {
    call(scope, method, params, deadlineMs = options.deadlineMs) {
      if (closed !== null) return Promise.reject(new HostError("CLOSED", closed));
      const others = waiting.get(scope) ?? 0;
      if (others >= options.maxPending) {
        const text = `${options.maxPending} calls are waiting for an answer already; await some of them first.`;
        return Promise.reject(new HostError("TOO_MANY_CALLS", text));
      }
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        const expire = () => {
          settle(id);
          reject(new HostError("DEADLINE", `"${method}" gave no answer within ${deadlineMs} ms.`));
        };
        const timer = setTimeout(expire, Math.min(deadlineMs, LONGEST_TIMEOUT_MS));
        pending.set(id, { scope, resolve: resolve as (value: never) => void, reject, timer });
        waiting.set(scope, others + 1);
        enqueue([Kind.call, id, scope, method, params]);
      });
    },

    notify(scope, method, params) {
      enqueue([Kind.notice, scope, method, params]);
    },

    receive(batch) {
      if (Array.isArray(batch)) for (const message of batch) take(message);
      else options.onMalformed("A batch is not an array.");
    },

    close(reason) {
      if (closed !== null) return;
      closed = reason;
      for (const id of [...pending.keys()]) settle(id)?.reject(new HostError("CLOSED", reason));
    },
  };
}

function withoutStack(error: unknown): ErrorData {
  const { stack: _, ...data } = toErrorData(error);
  return data;
}
