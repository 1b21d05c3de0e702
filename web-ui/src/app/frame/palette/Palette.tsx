import { VisuallyHidden } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Dialog } from "../../../components/Dialog.tsx";
import { texts } from "../../../texts.ts";
import { type Entry, find, MOST } from "./find.ts";
import classes from "./Palette.module.css";
import { useEntries } from "./use-entries.ts";

/** Goes to whatever somebody types the name of (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). */
export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Dialog opened={opened} onClose={onClose} title={texts.palette.title} size="lg">
      <Search onClose={onClose} />
    </Dialog>
  );
}

function Search({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  const router = useRouter();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const found = find(useEntries(), typed);
  const at = Math.min(chosen, found.length - 1);
  const option = (index: number) => `${id}-${index}`;

  // The focus stays in the field; what is chosen must be seen all the same.
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const go = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    router.history.push(entry.to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") {
      event.preventDefault();
      go(found[at]);
    } else if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setChosen((at + step + found.length) % found.length);
    }
  };
  return (
    <>
      <input
        className={classes.field}
        role="combobox"
        aria-label={texts.palette.label}
        aria-expanded={found.length > 0}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={found.length > 0 ? option(at) : undefined}
        placeholder={texts.palette.label}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
        autoCapitalize="off"
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
      <div ref={list} id={id} role="listbox" aria-label={texts.palette.title} className={classes.list}>
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's, where the focus is
          <div
            key={`${entry.kind} ${entry.label} ${entry.to}`}
            id={option(index)}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className={classes.option}
            onClick={() => go(entry)}
            onPointerMove={() => setChosen(index)}
          >
            <span className={classes.label}>{entry.label}</span>
            <span className={classes.kind}>{entry.kind}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className={classes.nothing}>{texts.palette.nothing}</p>}
      <VisuallyHidden role="status">
        {texts.palette.found(found.length, found.length === MOST)}
      </VisuallyHidden>
    </>
  );
}
