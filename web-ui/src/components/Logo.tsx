/** The mark: a nest of three strokes. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg
      viewBox="0 0 32 32"
      width={size}
      height={size}
      fill="none"
      stroke="var(--mantine-color-anchor)"
      strokeLinecap="round"
      strokeWidth="3"
      aria-hidden="true"
    >
      <path d="M3 10c2 9 7 14 13 14s11-5 13-14" />
      <path d="M8.500 10c1.500 5.500 4 8 7.500 8s6-2.500 7.500-8" />
      <path d="M13.500 10c.500 1.300 1.300 2 2.500 2s2-.700 2.500-2" />
    </svg>
  );
}
