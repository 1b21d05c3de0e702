import { pino } from "pino";

export type Log = pino.Logger;

/** The host's own log: JSON lines to standard error, so that standard output stays for what commands print. */
export function createLog(level: string): Log {
  return pino(
    { level, base: null, redact: ["accessToken", "password", "token", "*.accessToken", "*.password"] },
    pino.destination(2),
  );
}
