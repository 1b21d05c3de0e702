import type { State } from "./inspect-state.ts";
import { quote } from "./inspect-text.ts";

const NAME = /^[a-zA-Z_][\w]*$/;

export function elements(state: State, items: unknown[], level: number): string[] {
  const shown: string[] = [];
  for (let index = 0; index < items.length && shown.length < state.maxArrayLength; index++) {
    let holes = 0;
    while (index + holes < items.length && !(index + holes in items)) holes++;
    if (holes > 0) shown.push(`<${holes} empty item${holes > 1 ? "s" : ""}>`);
    else shown.push(indented(state, items[index], level));
    index += Math.max(0, holes - 1);
  }
  const more = items.length - state.maxArrayLength;
  return more > 0 ? [...shown, `... ${more} more item${more > 1 ? "s" : ""}`] : shown;
}

export function indented(state: State, value: unknown, level: number): string {
  state.indentation += 2;
  const shown = state.show(value, level);
  state.indentation -= 2;
  return shown;
}

export function showProperty(state: State, value: object, key: PropertyKey, level: number): string {
  const property = Object.getOwnPropertyDescriptor(value, key);
  const name =
    typeof key === "symbol" ? String(key) : NAME.test(String(key)) ? String(key) : quote(String(key));
  const label = property?.enumerable === false ? `[${name}]` : name;
  if (property?.get) return `${label}: ${property.set ? "[Getter/Setter]" : "[Getter]"}`;
  if (property?.set) return `${label}: [Setter]`;
  return `${label}: ${indented(state, property?.value, level)}`;
}
