import { AppError } from "../errors.ts";

/** https://spec.matrix.org/latest/client-server-api/#size-limits: a homeserver refuses more, but has to be sent it. */
const MAX_CONTENT = 65_536;

/**
 * @param size characters of an event's content, as JSON
 * @param what is that large, for the person who reads it
 * @throws AppError `TOO_LARGE`
 */
export function checkContentSize(size: number, what = "The event's content"): void {
  if (size <= MAX_CONTENT) return;
  const text = `${what} has ${size} characters; Matrix allows ${MAX_CONTENT}. Send it as a file.`;
  throw new AppError("TOO_LARGE", text);
}
