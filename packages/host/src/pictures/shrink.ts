import type { Pixels } from "./pixels.ts";

/** What is left of a row by rounding is no part of the next one. */
const NOTHING = 1e-6;

/** The size that fits into another one, with the same shape; never larger than it was. */
export function fitInto(
  { width, height }: { width: number; height: number },
  box: { width: number; height: number },
): { width: number; height: number } {
  const scale = Math.min(1, box.width / width, box.height / height);
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/**
 * Makes a picture smaller: each new pixel is the mean of the area it stands for, where what is transparent has
 * no colour. Beside the result, it takes memory for two of its rows.
 */
export function shrink(picture: Pixels, { width, height }: { width: number; height: number }): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  const line = new Float64Array(width * 4);
  const sum = new Float64Array(width * 4);
  const rows = picture.height / height;
  let missing = rows;
  let row = 0;

  for (let y = 0; y < picture.height; y++) {
    shrinkLine(picture, y, line);
    for (let rest = 1; rest > NOTHING && row < height; ) {
      const part = Math.min(rest, missing);
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (line[i] ?? 0) * part;
      rest -= part;
      missing -= part;
      if (missing > NOTHING) continue;
      writeRow(sum, data, row++, (picture.width / width) * rows);
      sum.fill(0);
      missing += rows;
    }
  }
  if (row < height) writeRow(sum, data, row, (picture.width / width) * rows);
  return { data, width, height };
}

/** The sums of a row's parts; colours are weighted by alpha. */
function shrinkLine({ data, width }: Pixels, y: number, line: Float64Array): void {
  const columns = (width * 4) / line.length;
  const start = y * width;
  for (let x = 0; x < line.length / 4; x++) {
    const from = x * columns;
    const to = Math.min(width, from + columns);
    let [red, green, blue, alpha] = [0, 0, 0, 0];
    for (let at = Math.floor(from); at < to; at++) {
      const part = Math.min(at + 1, to) - Math.max(at, from);
      const pixel = (start + at) * 4;
      const weight = (data[pixel + 3] ?? 0) * part;
      red += (data[pixel] ?? 0) * weight;
      green += (data[pixel + 1] ?? 0) * weight;
      blue += (data[pixel + 2] ?? 0) * weight;
      alpha += weight;
    }
    line[x * 4] = red;
    line[x * 4 + 1] = green;
    line[x * 4 + 2] = blue;
    line[x * 4 + 3] = alpha;
  }
}

function writeRow(sum: Float64Array, data: Uint8ClampedArray, row: number, area: number): void {
  const start = row * sum.length;
  for (let i = 0; i < sum.length; i += 4) {
    const alpha = sum[i + 3] ?? 0;
    if (alpha === 0) continue;
    for (let colour = 0; colour < 3; colour++) data[start + i + colour] = (sum[i + colour] ?? 0) / alpha;
    data[start + i + 3] = alpha / area;
  }
}
