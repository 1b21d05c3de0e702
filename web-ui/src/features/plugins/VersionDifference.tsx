import type { Plugin } from "@rookery/host/api";
import { byteSize } from "../../components/byte-size.ts";
import { Facts } from "../../components/Facts.tsx";
import { texts } from "./texts.ts";

type Difference = NonNullable<Plugin["previous"]>["difference"];

/**
 * What the later of two versions has otherwise, without what it wants beyond the grants: that is told where it is decided.
 *
 * @param sizes of the bundles in bytes, the earlier one's first
 */
export function VersionDifference({
  settings,
  permissions,
  sizes,
}: Difference & { sizes: [number, number] }) {
  const listed: [string, string[]][] = [
    [texts.settingsAdded, namesOf(settings.added)],
    [texts.settingsRemoved, namesOf(settings.removed)],
    [texts.settingsChanged, namesOf(settings.changed)],
    [texts.asksNoMore, permissions.removed],
  ];
  const facts = listed.filter(([, names]) => names.length > 0);
  return (
    <Facts
      facts={[
        ...(facts.length > 0 ? [] : [[texts.settings, texts.settingsSame] as const]),
        ...facts.map(([what, names]) => [what, names.join(", ")] as const),
        [texts.size, texts.sizeChange(byteSize(sizes[0]), byteSize(sizes[1]))],
      ]}
    />
  );
}

const namesOf = (settings: Difference["settings"]["added"]): string[] => settings.map(({ title }) => title);
