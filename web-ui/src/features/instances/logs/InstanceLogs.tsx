import { IconFileText } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useDeferredValue, useMemo, useState } from "react";
import { useLiveLog } from "../../../api/live/use-live.ts";
import type { Log } from "../../../api/logs.ts";
import { logsQuery } from "../../../api/logs.ts";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { QueryView } from "../../../components/QueryView.tsx";
import { LinkedLine } from "./LinkedLine.tsx";
import { LogBar } from "./LogBar.tsx";
import { LogLines } from "./LogLines.tsx";
import { filterLog } from "./log-filter.ts";
import type { LogSearch } from "./log-search.ts";
import { texts } from "./texts.ts";

const route = getRouteApi("/signed-in/instances/$id/logs");

/** What an instance logged, as it comes. */
export function InstanceLogs() {
  const { id } = route.useParams();
  const logs = useQuery(logsQuery(id));
  useLiveLog(id);
  return (
    <QueryView query={logs}>
      {(log) =>
        log.lines.length === 0 ? (
          <EmptyState icon={<IconFileText size={40} />} title={texts.empty} detail={texts.emptyDetail} />
        ) : (
          <LogView id={id} log={log} />
        )
      }
    </QueryView>
  );
}

function LogView({ id, log: newest }: { id: string; log: Log }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [words, setWords] = useState(search.words ?? "");
  /** The log as it was when it was paused: what is read then does not go away either. */
  const [held, setHeld] = useState<Log | null>(null);
  const log = held ?? newest;
  const sought = useDeferredValue(words);
  const level = search.level ?? "debug";
  const shown = useMemo(() => filterLog(log.lines, level, sought), [log, level, sought]);
  const waiting = useMemo(() => {
    if (!held) return null;
    const last = held.lines.at(-1)?.id ?? 0;
    return filterLog(newest.lines, level, sought).filter((line) => line.id > last).length;
  }, [held, newest, level, sought]);
  /** Said in the address, so that it can be sent to somebody. */
  const say = useCallback(
    (change: { [name in keyof LogSearch]: LogSearch[name] | undefined }) =>
      void navigate({
        search: (before) =>
          Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value)),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  // The same one each time, so that lines that are there already are not drawn anew.
  const link = useCallback((entry: number) => say({ entry }), [say]);
  const seek = (next: string) => {
    setWords(next);
    say({ words: next });
  };
  return (
    <>
      <LogBar
        id={id}
        words={words}
        level={level}
        shown={shown}
        all={log.lines.length}
        waiting={waiting}
        onWords={seek}
        onLevel={(next) => say({ level: next === "debug" ? undefined : next })}
        onPause={() => setHeld(held ? null : newest)}
      />
      {search.entry !== undefined && (
        <LinkedLine
          entry={search.entry}
          lines={log.lines}
          shown={shown}
          onShow={() => {
            setWords("");
            say({ words: undefined, level: undefined });
          }}
        />
      )}
      <LogLines lines={shown} gaps={log.gaps} entry={search.entry} onEntry={link} />
    </>
  );
}
