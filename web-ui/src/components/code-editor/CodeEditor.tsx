import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { lintGutter } from "@codemirror/lint";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useEffectEvent, useRef } from "react";
import classes from "./CodeEditor.module.css";
import { look } from "./look.ts";
import { type Mark, showMarks } from "./marks.ts";
import { typedOver } from "./typed-over.ts";

/** Where the cursor is to go; an object of its own each time. */
export interface GoTo {
  at: number;
}

/**
 * An editor for text in a language. It stands in a shadow root, where its styles are style sheets of the script's own:
 * the page's content security policy takes no `<style>` elements. Tab leaves it, as it leaves every field.
 *
 * The text is the editor's own: another one to begin with comes with another `key`.
 *
 * @param language with its completion; changed, it takes the place of the one before
 * @param onEnter `Ctrl Enter`
 */
export function CodeEditor({
  label,
  initial,
  language,
  marks = NONE,
  goTo,
  onChange,
  onEnter,
}: {
  label: string;
  initial: string;
  language: Extension;
  /** What is wrong, and where. */
  marks?: readonly Mark[];
  goTo?: GoTo | undefined;
  onChange: (value: string) => void;
  onEnter: () => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(null);
  const exchangeable = useRef(new Compartment());
  const changed = useEffectEvent(onChange);
  const entered = useEffectEvent((view: EditorView) => {
    closeCompletion(view);
    onEnter();
    return true;
  });
  const begin = useEffectEvent((root: ShadowRoot) => {
    const state = EditorState.create({
      doc: initial,
      extensions: [
        keymap.of([{ key: "Mod-Enter", run: (view) => entered(view) }]),
        lineNumbers(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ icons: false }),
        lintGutter(),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString());
        }),
        exchangeable.current.of(language),
        typedOver,
        look,
      ],
    });
    return new EditorView({ state, root, parent: root });
  });

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const view = begin(element.shadowRoot ?? element.attachShadow({ mode: "open" }));
    editor.current = view;
    return () => view.destroy();
  }, []);

  useEffect(() => {
    editor.current?.dispatch({ effects: exchangeable.current.reconfigure(language) });
  }, [language]);

  useEffect(() => {
    if (editor.current) showMarks(editor.current, marks);
  }, [marks]);

  useEffect(() => {
    const view = editor.current;
    if (!view || !goTo) return;
    view.dispatch({ selection: { anchor: Math.min(goTo.at, view.state.doc.length) }, scrollIntoView: true });
    view.focus();
  }, [goTo]);

  return <div ref={place} className={classes.editor} />;
}

const NONE: readonly Mark[] = [];
