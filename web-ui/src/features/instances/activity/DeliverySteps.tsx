import type { Delivery } from "@rookery/host/api";
import { CopyableId } from "../../../components/CopyableId.tsx";
import { texts } from "../texts.ts";
import classes from "./Activity.module.css";

type Call = Delivery["calls"][number];

/** What a handler asked of the host, in order. */
export function DeliverySteps({ delivery: { calls, callsLeftOut } }: { delivery: Delivery }) {
  if (calls.length === 0) return null;
  return (
    <ol className={classes.steps}>
      {calls.map((call, index) => (
        <li key={`${call.afterMs} ${index}`}>
          {texts.step(call.afterMs)} <code>{call.method}</code>, <Outcome call={call} />
        </li>
      ))}
      {callsLeftOut > 0 && <li>{texts.stepsLeftOut(callsLeftOut)}</li>}
    </ol>
  );
}

function Outcome({ call: { durationMs, eventId, error } }: { call: Call }) {
  if (durationMs === null) return <>{texts.stepUnderWay}</>;
  const took = texts.stepTook(texts.took(durationMs));
  if (error !== undefined) {
    return (
      <span className={classes.error}>
        {took}, {error}
      </span>
    );
  }
  if (eventId === undefined) return <>{took}</>;
  return (
    <>
      {took}, {texts.stepSent} <CopyableId value={eventId} what={texts.eventOf} />
    </>
  );
}
