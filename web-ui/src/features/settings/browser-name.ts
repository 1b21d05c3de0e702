const browsers: [RegExp, string][] = [
  [/\bFirefox\//, "Firefox"],
  [/\bEdg\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\b(?:Headless)?Chrom(?:e|ium)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const systems: [RegExp, string][] = [
  [/\bAndroid\b/, "Android"],
  [/\b(?:iPhone|iPad)\b/, "iOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

const find = (list: [RegExp, string][], text: string) => list.find(([form]) => form.test(text))?.[1];

/** What a `User-Agent` says to people: "Firefox on Linux". What is no browser is named as it names itself. */
export function browserName(userAgent: string | null): string | null {
  if (!userAgent) return null;
  const browser = find(browsers, userAgent);
  const system = find(systems, userAgent);
  if (browser === undefined) return userAgent.split(/[ /(]/)[0] || null;
  return system === undefined ? browser : `${browser} on ${system}`;
}
