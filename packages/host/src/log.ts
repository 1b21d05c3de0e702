import { type DestinationStream, pino } from "pino";

export type Log = pino.Logger;

/**
 * The host's own log: JSON lines.
 *
 * @param to standard error unless told, so that standard output stays for what commands print
 */
export function createLog(level: string, to: DestinationStream = pino.destination(2)): Log {
  return pino(
    {
      level,
      base: null,
      redact: ["accessToken", "password", "token", "*.accessToken", "*.password", "*.loginToken"],
    },
    to,
  );
}
