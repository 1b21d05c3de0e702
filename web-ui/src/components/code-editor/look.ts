import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** Its colours are the theme's variables, which reach into the shadow root, in the dark, too. */
const theme = EditorView.theme({
  "&": { color: "var(--mantine-color-text)", fontSize: "0.8125rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--mantine-font-family-monospace)",
    lineHeight: "1.6",
    minHeight: "7em",
    maxHeight: "60vh",
  },
  ".cm-content": { caretColor: "var(--mantine-color-text)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--mantine-color-text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--mantine-color-anchor) 30%, transparent)",
  },
  ".cm-gutters": {
    border: "none",
    background: "var(--rook-sunken)",
    color: "var(--mantine-color-dimmed)",
  },
  ".cm-tooltip": {
    border: "1px solid var(--rook-line)",
    borderRadius: "8px",
    background: "var(--rook-surface)",
    color: "var(--mantine-color-text)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mantine-font-family-monospace)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 8px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    background: "var(--rook-chosen)",
    color: "var(--mantine-color-text)",
  },
  ".cm-completionDetail": { color: "var(--mantine-color-dimmed)", fontStyle: "normal" },
  ".cm-completionInfo": { padding: "4px 8px", maxWidth: "320px" },
  ".cm-diagnostic": { padding: "4px 8px", fontFamily: "var(--mantine-font-family)" },
  ".cm-matchingBracket": { background: "var(--rook-chosen)" },
  "@media (max-width: 48em)": {
    // Phones zoom into what is smaller.
    "&": { fontSize: "1rem" },
  },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--rook-busy)" },
  { tag: tags.keyword, color: "var(--rook-busy)", fontWeight: "600" },
  { tag: [tags.number, tags.bool, tags.null, tags.typeName], color: "var(--rook-warn)" },
  { tag: [tags.comment, tags.meta], color: "var(--mantine-color-dimmed)" },
  { tag: tags.invalid, color: "var(--rook-bad)" },
]);

/** How every editor of the page looks. */
export const look: Extension = [theme, syntaxHighlighting(colours)];
