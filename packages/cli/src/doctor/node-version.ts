import type { Finding } from "./finding.ts";

/** The LTS line that Rookery is tried with. */
const TRIED = 26;

export function nodeVersion(version = process.versions.node): Finding {
  const found = `Node ${version}`;
  if (Number.parseInt(version, 10) >= TRIED) return { what: "Node", state: "well", found };
  const remedy = `Rookery is tried with Node ${TRIED}; "npm install" in its folder brings it along.`;
  return { what: "Node", state: "note", found, remedy };
}
