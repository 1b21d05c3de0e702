import { AppError } from "../errors.ts";
import type { SecretBox } from "../store/secret-box.ts";
import { randomId } from "./random-token.ts";

/**
 * Browsers in which somebody signed in before. Their tries are counted by themselves, so that whoever
 * guesses at a name, from wherever, does not keep its owner waiting.
 */
export interface KnownDevices {
  /** What a browser keeps to be known again. */
  mark(userName: string): string;
  /** The ID of the browser, where it is known as this user's. */
  idOf(mark: string, userName: string): string | null;
}

const PURPOSE = "a browser in which somebody signed in";

export function createKnownDevices(box: SecretBox): KnownDevices {
  return {
    mark: (userName) => box.seal(`${randomId()} ${userName}`, PURPOSE).toString("base64url"),
    idOf(mark, userName) {
      try {
        const [id = "", name] = box.open(Buffer.from(mark, "base64url"), PURPOSE).split(" ");
        return name === userName ? id : null;
      } catch (error) {
        // Made up, or under another host's key: a browser like any other.
        if (error instanceof AppError) return null;
        throw error;
      }
    },
  };
}
