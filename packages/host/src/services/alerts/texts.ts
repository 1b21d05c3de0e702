import { minute } from "../notices.ts";
import type { Alert } from "./watch.ts";

/** A message for the room: as text, and as HTML where it is more than that. */
export interface Text {
  body: string;
  html?: string;
  /** It notifies whoever reads the room; what was asked for does not. */
  notifies: boolean;
}

/** How the host is, for the summary and the status. */
export interface Figures {
  bots: { id: string; status: string; reason: string | null }[];
  accounts: { userId: string; status: string }[];
  /** Events of the last 24 hours. */
  received: number;
  failed: number;
  freeShare: number;
  /** In milliseconds since 1970; `null` without one. */
  lastBackupAt: number | null;
}

const MOST_BOTS = 40;

export function raisedText({ problem, since }: Alert): Text {
  return { body: `⚠️ ${problem} (since ${minute(since)})`, notifies: true };
}

export function clearedText({ problem, since }: Alert, now: number): Text {
  return { body: `✅ All clear after ${duration(now - since)}: ${problem}`, notifies: true };
}

export function summaryText(figures: Figures, told: Alert[]): Text {
  const { received, failed } = figures;
  const events = `${count(received)} events handled, ${count(failed)} failed`;
  return {
    body: ["The last 24 hours:", events, ...standing(figures), ...openAlerts(told)].join("\n"),
    notifies: false,
  };
}

export function statusText(figures: Figures, told: Alert[]): Text {
  const rest = figures.bots.filter(({ status }) => status === "running");
  const first = figures.bots.filter(({ status }) => status !== "running");
  const bots = [...first, ...rest].map(
    ({ id, status, reason }) => `${id}: ${status}${reason === null ? "" : ` – ${reason}`}`,
  );
  const more = bots.length > MOST_BOTS ? [`and ${bots.length - MOST_BOTS} more`] : [];
  const body = [...standing(figures), ...bots.slice(0, MOST_BOTS), ...more, ...openAlerts(told)].join("\n");
  return { body, notifies: false };
}

/** The answer to a command that may no longer be meant. */
export function tooOldText(ageMs: number): Text {
  const body = `That was said ${duration(ageMs)} ago and is not done, as it may no longer be meant. Say it again if it is.`;
  return { body, notifies: false };
}

/** Lines that somebody else wrote: as they are, without any formatting of theirs. */
export function linesText(title: string, lines: string[]): Text {
  const body = [title, ...lines].join("\n");
  const html = `${toHtml(title)}<pre><code>${toHtml(lines.join("\n"))}</code></pre>`;
  return { body, html, notifies: false };
}

function standing({ bots, accounts, freeShare, lastBackupAt }: Figures): string[] {
  const running = bots.filter(({ status }) => status === "running").length;
  const syncing = accounts.filter(({ status }) => status === "syncing").length;
  return [
    `${running} of ${bots.length} bots run, ${syncing} of ${accounts.length} accounts sync`,
    `${Math.round(freeShare * 100)} % of the disk is free, the newest backup is ${lastBackupAt === null ? "none" : `of ${minute(lastBackupAt)}`}`,
  ];
}

const openAlerts = (told: Alert[]) =>
  told.length === 0
    ? ["Nothing is wrong that is watched."]
    : told.map(({ problem, since }) => `⚠️ ${problem} (since ${minute(since)})`);

const count = (value: number) => value.toLocaleString("en");

/** `3 min`, `2 h 5 min` */
function duration(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function toHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
