import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** The one accent: shade 7 carries white text at 5.4:1, shade 4 stands on the dark background at 6:1. */
const teal: MantineColorsTuple = [
  "#e9f7f5",
  "#cfeae6",
  "#a3d8d1",
  "#78c6bd",
  "#54b5aa",
  "#2f9c91",
  "#17837a",
  "#0f6e67",
  "#0a5a54",
  "#074541",
];

export const theme = createTheme({
  primaryColor: "rook",
  primaryShade: 7,
  colors: { rook: teal },
  defaultRadius: "md",
  fontSizes: { xs: "0.75rem", sm: "0.875rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  lineHeights: { xs: "1.4", sm: "1.5", md: "1.5", lg: "1.5", xl: "1.4" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "1.25rem", lineHeight: "1.4" },
      h2: { fontSize: "1rem", lineHeight: "1.5" },
      h3: { fontSize: "0.875rem", lineHeight: "1.5" },
    },
  },
  respectReducedMotion: true,
});

/** What the theme cannot say: colours of states, and greys dark enough to be read (4.5:1). */
export function variables() {
  return {
    variables: {} as Record<string, string>,
    light: {
      "--mantine-color-dimmed": "#5b636b",
      "--mantine-color-placeholder": "#6b737b",
      "--mantine-color-error": "#c02626",
      "--mantine-color-anchor": "var(--mantine-color-rook-7)",
      "--rook-surface": "#ffffff",
      "--rook-sunken": "#f6f7f8",
      "--rook-line": "#e2e5e8",
      "--rook-good": "#1a7f4b",
      "--rook-busy": "#0f6e67",
      "--rook-warn": "#9a5b00",
      "--rook-warn-back": "#fff6e5",
      "--rook-bad": "#c02626",
      "--rook-bad-back": "#fdf0f0",
      "--rook-quiet": "#5b636b",
      "--rook-bubble": "#eef0f2",
      "--rook-bubble-own": "#d9efec",
      "--rook-chosen": "#e4f3f1",
    } as Record<string, string>,
    dark: {
      "--mantine-color-body": "#191b1d",
      "--mantine-color-text": "#dfe2e5",
      "--mantine-color-dimmed": "#a2a9b0",
      "--mantine-color-placeholder": "#8d959d",
      "--mantine-color-error": "#ff9b9b",
      "--mantine-color-anchor": "var(--mantine-color-rook-3)",
      "--mantine-color-default": "#24272a",
      "--mantine-color-default-hover": "#2c3034",
      "--mantine-color-default-border": "#3a3f44",
      "--rook-surface": "#191b1d",
      "--rook-sunken": "#131517",
      "--rook-line": "#30343a",
      "--rook-good": "#5fcf92",
      "--rook-busy": "#78c6bd",
      "--rook-warn": "#f0b95a",
      "--rook-warn-back": "#2f2614",
      "--rook-bad": "#ff9b9b",
      "--rook-bad-back": "#341d1e",
      "--rook-quiet": "#a2a9b0",
      "--rook-bubble": "#26292d",
      "--rook-bubble-own": "#113c39",
      "--rook-chosen": "#14302e",
    } as Record<string, string>,
  };
}
