import { EditorView } from "@codemirror/view";

/**
 * Puts what is typed over a selection in its place. Chromium would do so with a `style` attribute, to keep the looks of what
 * was there, and complain that the page's content security policy forbids it.
 */
export const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data, inputType, isComposing } = event;
    const { main } = view.state.selection;
    if (inputType !== "insertText" || !data || isComposing || main.empty) return false;
    const insert = () =>
      view.state.update(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, main.from, main.to, data, insert))) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});
