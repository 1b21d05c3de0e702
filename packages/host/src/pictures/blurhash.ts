import type { Pixels } from "./pixels.ts";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

/** How strong one wave is in red, green and blue. */
type Factor = [number, number, number];

/**
 * A picture as a few waves in some dozen characters (https://blurha.sh). The `encode` of the package `blurhash` is
 * not used: it takes the strongest wave for weak where it is negative, so that what grows to the right fades to grey.
 *
 * @param across how many waves, 1 to 9; so `down`
 */
export function encodeBlurhash(picture: Pixels, across: number, down: number): string {
  const colours = Float64Array.from(picture.data, toLinear);
  const factors: Factor[] = [];
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) factors.push(factorOf(picture, colours, x, y));
  }
  const [mean = [0, 0, 0], ...waves] = factors;
  const strongest = Math.max(0, ...waves.flat().map(Math.abs));
  const scale = clamp(Math.floor(strongest * 166 - 0.5), 82);
  const [red, green, blue] = mean.map(toSrgb) as Factor;
  return [
    digits(across - 1 + (down - 1) * 9, 1),
    digits(scale, 1),
    digits(red * 65_536 + green * 256 + blue, 4),
    ...waves.map((wave) => digits(toDigits(wave, (scale + 1) / 166), 2)),
  ].join("");
}

function factorOf({ width, height }: Pixels, colours: Float64Array, across: number, down: number): Factor {
  const sum: Factor = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wave = Math.cos((Math.PI * across * x) / width) * Math.cos((Math.PI * down * y) / height);
      const pixel = (y * width + x) * 4;
      for (const colour of [0, 1, 2] as const) sum[colour] += wave * (colours[pixel + colour] ?? 0);
    }
  }
  const norm = (across === 0 && down === 0 ? 1 : 2) / (width * height);
  return sum.map((value) => value * norm) as Factor;
}

function toDigits(wave: Factor, strongest: number): number {
  const [red, green, blue] = wave.map((value) => {
    const share = value / strongest;
    return clamp(Math.floor(Math.sign(share) * Math.sqrt(Math.abs(share)) * 9 + 9.5), 18);
  }) as Factor;
  return (red * 19 + green) * 19 + blue;
}

function digits(value: number, length: number): string {
  let text = "";
  for (let rest = value; text.length < length; rest = Math.floor(rest / 83)) text = DIGITS[rest % 83] + text;
  return text;
}

const clamp = (value: number, most: number) => Math.max(0, Math.min(most, value));

function toLinear(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function toSrgb(value: number): number {
  const share = clamp(value, 1);
  return Math.round((share <= 0.0031308 ? share * 12.92 : 1.055 * share ** (1 / 2.4) - 0.055) * 255);
}
