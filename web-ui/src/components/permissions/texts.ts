export const texts = {
  may: (words: string) => `May ${words}`,
  wants: (words: string) => `Wants to ${words}`,
  used: (count: number) => `${count === 1 ? "Once" : `${count} times`} in 24 h, last`,
  notUsedToday: "Not in 24 h, last",
  neverUsed: "Not used yet.",
  undecided: "Waits for your decision.",
  refused: "Not granted: it goes on without.",
  notGranted: "Not granted to its plugin.",
  withheld: "Its plugin has it, this instance does not.",
} as const;
