import { setDiagnostics } from "@codemirror/lint";
import type { EditorView } from "@codemirror/view";

/** Something that is wrong from one place of the text to another. */
export interface Mark {
  from: number;
  to: number;
  severity: "error" | "warning";
  message: string;
}

/** Underlines them, and marks their lines. What was typed meanwhile may have made the text shorter. */
export function showMarks(view: EditorView, marks: readonly Mark[]): void {
  const { length } = view.state.doc;
  const inside = marks.map((mark) => ({
    ...mark,
    from: Math.min(mark.from, length),
    to: Math.min(Math.max(mark.to, mark.from), length),
  }));
  view.dispatch(setDiagnostics(view.state, inside));
}
