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

/**
 * Reads the fields that may cross a border off anything that was thrown, falsy values and
 * hostile objects included. Never throws.
 */
export function toErrorData(thrown: unknown): ErrorData {
  try {
    if (typeof thrown !== "object" || thrown === null)
      return { code: "THROWN", message: clip(String(thrown)) };
    const { code, message, data, stack } = thrown as Partial<Record<keyof ErrorData, unknown>>;
    return {
      code: typeof code === "string" ? code.slice(0, 64) : "ERROR",
      message: typeof message === "string" ? clip(message) : "An object without a message was thrown.",
      ...(data === undefined ? {} : { data: JSON.parse(JSON.stringify(data)) as Json }),
      ...(typeof stack === "string" ? { stack: clip(stack, 8000) } : {}),
    };
  } catch {
    return { code: "THROWN", message: "Something was thrown that could not be read." };
  }
}

function clip(text: string, length = 2000): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
