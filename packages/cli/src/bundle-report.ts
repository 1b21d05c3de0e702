import { showBytes } from "@rookery/host/bundle";
import { type Manifest, permissionInWords, permissionItems } from "@rookery/plugin-sdk/manifest";
import { printable } from "./printable.ts";
import { styled } from "./styled.ts";

/** A bundle's manifest, permissions, size and hash, for a person. */
export function describeBundle(
  { manifest, size, sha256 }: { manifest: Manifest; size: number; sha256: string },
  stream: NodeJS.WritableStream,
): string {
  const style = styled(stream);
  const may = permissionItems(manifest.permissions).map(permissionInWords);
  const config = Object.keys((manifest.configSchema?.properties ?? {}) as object);
  const rows: [string, string][] = [
    ["plugin", `${manifest.name} (${manifest.id}) ${manifest.version}`],
    ["", manifest.description],
    ["license", manifest.license],
    ["runs on", `Rookery ${manifest.rookery}`],
    ["config", config.length === 0 ? "none" : config.join(", ")],
    ...(may.length === 0 ? ["nothing beyond the rooms of its account"] : may).map(
      (text, index): [string, string] => [index === 0 ? "asks to" : "", text],
    ),
    ["size", `${showBytes(size)} (${size} bytes)`],
    ["sha256", sha256],
  ];
  return rows
    .map(([label, text]) => `${style("dim", label.padEnd(8))}  ${printable(text).replaceAll("\n", " ")}`)
    .join("\n");
}
