let isPressed = false;
const waiting: (() => void)[] = [];

function press() {
  isPressed = true;
}

function release() {
  isPressed = false;
  for (const run of waiting.splice(0)) run();
}

addEventListener("pointerdown", press, true);
// Before any handler of what was clicked, which has the last word.
addEventListener("click", release, true);
addEventListener("pointercancel", release, true);
// A press that is no click, as when one drags; a click comes right after it.
addEventListener("pointerup", () => setTimeout(release), true);

/**
 * For what a field says when it is left: runs at once, or when the press by which it was left has ended. A message that
 * came in between would push the pressed button away from under the pointer, and the press would do nothing.
 */
export function afterPress(run: () => void): void {
  if (isPressed) waiting.push(run);
  else run();
}
