import { Text } from "@mantine/core";
import type { AuditEntry } from "@rookery/host/api";
import { CardTable, Cell } from "../../components/CardTable.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import classes from "./AuditList.module.css";
import { changeWords, targetName } from "./audit-summary.ts";
import { actionWords } from "./audit-words.ts";
import { browserName } from "./browser-name.ts";
import { texts } from "./texts.ts";

export function AuditList({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <CardTable label={texts.auditLog} columns={[texts.what, texts.who, texts.when]}>
      {entries.map((entry) => (
        <tr key={entry.id}>
          <Cell>
            <What entry={entry} />
          </Cell>
          <Cell label={texts.who}>
            <Who entry={entry} />
          </Cell>
          <Cell label={texts.when}>
            <RelativeTime at={entry.at} />
          </Cell>
        </tr>
      ))}
    </CardTable>
  );
}

function Who({ entry: { user, token, address } }: { entry: AuditEntry }) {
  return (
    <>
      {user ?? (address === null ? texts.onTheServer : texts.nobody)}
      {token && (
        <Text size="xs" c="dimmed">
          {texts.byToken(token.name)}
        </Text>
      )}
    </>
  );
}

function What({ entry }: { entry: AuditEntry }) {
  const { action, target, before, after, error, address, userAgent } = entry;
  const agent = browserName(userAgent);
  const change = changeWords(entry);
  return (
    <>
      {actionWords(action)}
      {target !== null && target !== entry.user && (
        <>
          : <code className={classes.target}>{targetName(entry)}</code>
        </>
      )}
      {change && (
        <Text span c="dimmed">
          {` ${change}`}
        </Text>
      )}
      {error !== null && (
        <Text span fw={600} className={classes.error}>
          {` ${texts.failed}: ${error}`}
        </Text>
      )}
      <details className={classes.details}>
        <summary>{texts.details}</summary>
        {before && <Part name={texts.before} part={before} />}
        {after && <Part name={texts.after} part={after} />}
        {address && <Text size="xs">{`${texts.from} ${address}${agent ? `, ${agent}` : ""}`}</Text>}
        <Text size="xs">{`${action} · ${new Date(entry.at).toISOString()}`}</Text>
      </details>
    </>
  );
}

function Part({ name, part }: { name: string; part: Record<string, unknown> }) {
  return (
    <>
      <Text size="xs" fw={600}>
        {name}
      </Text>
      <pre className={classes.part}>{JSON.stringify(part, null, 2)}</pre>
    </>
  );
}
