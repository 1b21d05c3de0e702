// Runs in a compartment and in Node alike, so that what it says can be compared.

/** A value as text. Of errors, the kind counts and not the words. */
function show(value) {
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object") return String(value);
  if (value instanceof Error) return `${value.name} ${value.code}`;
  if (value instanceof Uint8Array) return `<${Array.from(value).join(" ")}>`;
  if (Array.isArray(value)) return `[${Array.from(value, show).join(", ")}]`;
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${key}: ${show(value[key])}`)
    .join(", ")}}`;
}

/** What an expression gives or throws, where `m` is the module. */
module.exports = async function observe(m, expression) {
  try {
    return show(await new Function("m", `return (${expression})`)(m));
  } catch (error) {
    return `throws ${show(error)}`;
  }
};
