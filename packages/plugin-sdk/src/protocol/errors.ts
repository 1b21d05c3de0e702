import type { Json } from "./json.ts";

/** The shape in which an error crosses between a worker and the host. */
export interface ErrorData {
  code: string;
  message: string;
  data?: Json;
  stack?: string;
}

/**
 * The host, or something behind it, said no: a permission that was not granted, a homeserver's
 * answer, a limit. `code` is stable and meant for programs, `message` for people.
 */
export class HostError extends Error {
  override readonly name = "HostError";
  readonly code: string;
  readonly data: Json | undefined;

  constructor(code: string, message: string, data?: Json) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

const MAX_CODE = 64;
const MAX_MESSAGE = 2_000;
const MAX_STACK = 8_000;
const MAX_DATA = 16_000;

/**
 * Reads the fields that may cross a border off anything that was thrown, falsy values and
 * hostile objects included. A field that cannot be read, and `data` that is no JSON or more than
 * 16,000 characters of it, is left out. Never throws.
 */
export function toErrorData(thrown: unknown): ErrorData {
  if (typeof thrown !== "object" || thrown === null)
    return { code: "THROWN", message: clip(textOf(thrown), MAX_MESSAGE) };
  const code = field(thrown, "code");
  const message = field(thrown, "message");
  const stack = field(thrown, "stack");
  const data = toJson(field(thrown, "data"));
  return {
    code: typeof code === "string" ? code.slice(0, MAX_CODE) : "ERROR",
    message:
      typeof message === "string" ? clip(message, MAX_MESSAGE) : "An object without a message was thrown.",
    ...(data === undefined ? {} : { data }),
    ...(typeof stack === "string" ? { stack: clip(stack, MAX_STACK) } : {}),
  };
}

/** A function may have a `toString` that throws, too. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return "Something was thrown that cannot be shown.";
  }
}

function field(thrown: object, name: keyof ErrorData): unknown {
  try {
    return (thrown as Partial<Record<keyof ErrorData, unknown>>)[name];
  } catch {
    return undefined;
  }
}

function toJson(data: unknown): Json | undefined {
  try {
    const text = JSON.stringify(data);
    return text === undefined || text.length > MAX_DATA ? undefined : (JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
