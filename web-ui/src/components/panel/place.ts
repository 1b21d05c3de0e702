interface Box {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

const GAP = 4;
const EDGE = 8;

/** Where a panel goes beside what opened it, in pixels: below if it fits, else above, and always on the screen. */
export function place(
  trigger: Box,
  panel: { width: number; height: number },
  screen: { width: number; height: number },
): { left: number; top: number } {
  const below = trigger.bottom + GAP;
  const fits = below + panel.height + EDGE <= screen.height;
  const top = fits ? below : trigger.top - GAP - panel.height;
  const left = trigger.left + panel.width + EDGE <= screen.width ? trigger.left : trigger.right - panel.width;
  return {
    left: clamp(left, screen.width - panel.width - EDGE),
    top: clamp(top, screen.height - panel.height - EDGE),
  };
}

const clamp = (value: number, largest: number) => Math.max(EDGE, Math.min(value, largest));
