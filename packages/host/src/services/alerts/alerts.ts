import { Type } from "typebox";
import { Value } from "typebox/value";
import type { Config } from "../../config/config.ts";
import { reasonOf } from "../../errors.ts";
import type { RoomEvent } from "../../matrix/sync-response.ts";
import type { CronTimes } from "../../runtime/cron.ts";
import type { InstanceLogs } from "../../runtime/instance-log.ts";
import type { SettingStore } from "../../store/settings.ts";
import type { Audit } from "../audit.ts";
import type { Notice } from "../notices.ts";
import { ANSWERED_MS, type RoomCommand, takeCommands } from "./commands.ts";
import type { ConditionSource } from "./condition.ts";
import { createOutbox, Message, type Send } from "./outbox.ts";
import {
  clearedText,
  type Figures,
  linesText,
  raisedText,
  statusText,
  summaryText,
  type Text,
  tooOldText,
} from "./texts.ts";
import { Alert, createAlertWatch } from "./watch.ts";

/** Tells operators in a Matrix room what is wrong, and takes their commands there. */
export interface Alerts {
  /** Looks at everything now, and sends what there is to be told. It never rejects. */
  look(): Promise<void>;
  /** What came for an account in a room: the events without commands for the host, and what does them. */
  take(userId: string, roomId: string, events: RoomEvent[]): { events: RoomEvent[]; obey: () => void };
  /** How long what cannot be read in a room may wait for its key: it may be a command. */
  patienceMs(roomId: string): number;
  /** What is wrong now and was told. */
  told(): Alert[];
  /** That nobody hears of it, for the page. */
  notices(): Notice[];
  close(): void;
}

export interface AlertOptions {
  config: NonNullable<Config["alerts"]>;
  settings: SettingStore;
  sources: readonly ConditionSource[];
  /** Sends into the room, as the account that is configured. */
  send: Send;
  figures: () => Figures;
  logs: Pick<InstanceLogs, "lines">;
  /** Starts an instance anew; `false` where there is none of that name. */
  restart: (instanceId: string) => Promise<boolean>;
  audit: Pick<Audit, "record">;
  /** When a summary is due; `null`: never. */
  summary: CronTimes | null;
  warn: (message: string, error?: unknown) => void;
  now?: () => number;
}

const EVERY_MS = 15_000;
const SETTING = "alerts";
const LOG_LINES = 20;
const LINE_LENGTH = 300;
const HELP =
  "!rookery status – how the bots are\n!rookery restart NAME – start one anew\n!rookery logs NAME – its newest lines";

/** What outlives the host. */
const State = Type.Object({
  told: Type.Array(Alert),
  waiting: Type.Array(Message),
  summaryAt: Type.Number(),
});

export function createAlerts(options: AlertOptions): Alerts {
  const {
    config,
    settings,
    sources,
    send,
    figures,
    logs,
    restart,
    audit,
    summary,
    warn,
    now = Date.now,
  } = options;
  const stored = settings.get(SETTING);
  const kept = stored === undefined ? undefined : JSON.parse(stored);
  const state = Value.Check(State, kept) ? kept : { told: [], waiting: [], summaryAt: now() };
  let { summaryAt } = state;

  const watch = createAlertWatch(sources, state.told, now, (source, error) =>
    warn(`Whether there is something to alert of (${source}) could not be looked at.`, error),
  );
  const outbox = createOutbox(state.waiting, send, keep, (error) =>
    warn(`Alerts cannot be sent to ${config.room} by ${config.account}; they wait.`, error),
  );

  function keep(): void {
    try {
      const whole = { told: watch.told(), waiting: outbox.waiting(), summaryAt };
      settings.set(SETTING, JSON.stringify(whole));
    } catch (error) {
      // A full disk is told all the same; after a crash it may be told again.
      warn("What was alerted of could not be kept.", error);
    }
  }

  async function look(): Promise<void> {
    const { raised, cleared } = watch.look();
    for (const alert of raised) outbox.add(raisedText(alert));
    for (const alert of cleared) outbox.add(clearedText(alert, now()));
    try {
      summarize();
    } catch (error) {
      warn("The summary could not be made.", error);
    }
    await outbox.flush();
  }

  function summarize(): void {
    const due = summary?.latest(now()) ?? null;
    if (due === null || due <= summaryAt) return;
    summaryAt = now();
    outbox.add(summaryText(figures(), watch.told()));
  }

  async function answer(command: RoomCommand): Promise<void> {
    try {
      outbox.add(await obey(command), command.eventId);
    } catch (error) {
      warn(`!rookery ${command.words.join(" ")} failed.`, error);
      outbox.add({ body: `That failed: ${reasonOf(error)}`, notifies: false }, command.eventId);
    }
    await outbox.flush();
  }

  async function obey(command: RoomCommand): Promise<Text> {
    if (command.tooOldMs !== null) return tooOldText(command.tooOldMs);
    const { sender } = command;
    const [verb, name = "", ...rest] = command.words;
    if (verb === "status" && name === "") return statusText(figures(), watch.told());
    if (rest.length > 0 || name === "") return { body: HELP, notifies: false };
    if (verb === "restart") {
      if (!(await restart(name))) return unknown(name);
      audit.record({ action: "instance.restart", target: name }, asked(sender), null);
      return { body: `${name} was started anew. !rookery status says how it is.`, notifies: false };
    }
    if (verb === "logs") {
      if (!figures().bots.some(({ id }) => id === name)) return unknown(name);
      const lines = logs
        .lines(name)
        .slice(-LOG_LINES)
        .map(({ at, level, message }) =>
          `${new Date(at).toISOString()} ${level} ${message}`.slice(0, LINE_LENGTH),
        );
      return linesText(lines.length === 0 ? `${name} has written nothing.` : `The log of ${name}:`, lines);
    }
    return { body: HELP, notifies: false };
  }

  const timer = setInterval(() => void look(), EVERY_MS).unref();
  return {
    look,
    told: watch.told,
    notices() {
      const failure = outbox.failure();
      if (failure === null) return [];
      const message = `Alerts cannot be sent to ${config.room} by ${config.account}: ${reasonOf(failure)}`;
      const remedy =
        "They wait, and are sent when that is mended: the account has to sync and to be in the room.";
      return [{ id: "alerts", message, remedy }];
    },
    take(userId, roomId, events) {
      if (userId !== config.account || roomId !== config.room) return { events, obey: () => undefined };
      const taken = takeCommands(events, { operators: config.operators, now: now() });
      const obey = () => {
        for (const command of taken.commands) void answer(command);
      };
      return { events: taken.events, obey };
    },
    patienceMs: (roomId) => (roomId === config.room ? ANSWERED_MS : 0),
    close: () => clearInterval(timer),
  };
}

const unknown = (name: string): Text => ({ body: `There is no bot called ${name}.`, notifies: false });

/** An operator of the room is no user of the page: the audit log has the Matrix user ID. */
const asked = (sender: string) => ({ userName: sender, sessionId: null, token: null });
