/** There it is ⌘ that goes with a letter; Ctrl K deletes to the end of a line. */
export const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent);
