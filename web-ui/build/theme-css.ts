import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  type MantineTheme,
  mergeMantineTheme,
} from "@mantine/core";
import type { Plugin } from "vite";
import { theme, variables } from "../src/app/theme.ts";

type Variables = ReturnType<typeof variables>;

const MODULE = "virtual:theme.css";

/**
 * Writes the theme's CSS variables to a style sheet while building.
 * Mantine would put them into a `<style>` element at run time, which a strict
 * content security policy forbids.
 */
export function themeCss(): Plugin {
  return {
    name: "theme-css",
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
    load: (id) => (id === `\0${MODULE}` ? css() : undefined),
  };
}

function css(): string {
  const standard = defaultCssVariablesResolver(DEFAULT_THEME);
  const ours = resolve(mergeMantineTheme(DEFAULT_THEME, theme));
  return convertCssVariables({
    variables: difference(standard.variables, ours.variables),
    light: difference(standard.light, ours.light),
    dark: difference(standard.dark, ours.dark),
  });
}

function resolve(merged: MantineTheme): Variables {
  const base = defaultCssVariablesResolver(merged);
  const own = variables();
  return {
    variables: { ...base.variables, ...own.variables },
    light: { ...base.light, ...own.light },
    dark: { ...base.dark, ...own.dark },
  };
}

function difference(from: Record<string, string>, to: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(to).filter(([name, value]) => from[name] !== value));
}
