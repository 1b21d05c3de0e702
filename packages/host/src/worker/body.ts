/** What a request or an answer can have as its body. */
export type BodyGiven = string | URLSearchParams | ArrayBuffer | ArrayBufferView | null | undefined;

/** The bytes of a body and what they are, where it says so itself. */
export function readBody(given: BodyGiven): { bytes: Uint8Array<ArrayBuffer> | null; type: string | null } {
  if (given === undefined || given === null) return { bytes: null, type: null };
  if (typeof given === "string") return { bytes: encode(given), type: "text/plain;charset=UTF-8" };
  if (given instanceof URLSearchParams) {
    return { bytes: encode(String(given)), type: "application/x-www-form-urlencoded;charset=UTF-8" };
  }
  if (given instanceof ArrayBuffer) return { bytes: new Uint8Array(given.slice(0)), type: null };
  if (ArrayBuffer.isView(given)) {
    return {
      bytes: new Uint8Array(new Uint8Array(given.buffer, given.byteOffset, given.byteLength)),
      type: null,
    };
  }
  throw new TypeError(
    "A body is a text, bytes, or URLSearchParams; there are no streams, blobs and forms here.",
  );
}

const encode = (text: string) => new TextEncoder().encode(text);

/** The half that `Request` and `Response` share: a body, whole in memory, that is read once. */
export abstract class Body {
  readonly #bytes: Uint8Array<ArrayBuffer> | null;
  #used = false;

  constructor(bytes: Uint8Array<ArrayBuffer> | null) {
    this.#bytes = bytes;
  }

  /** Always null: there are no streams in a compartment. */
  get body(): null {
    return null;
  }

  get bodyUsed(): boolean {
    return this.#used;
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = this.peek();
    this.#used = bytes !== null;
    return bytes ?? new Uint8Array();
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer;
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  /** A copy of what is still to be read. */
  protected peek(): Uint8Array<ArrayBuffer> | null {
    if (this.#used) throw new TypeError("The body was read already; read it once, or clone() before.");
    return this.#bytes?.slice() ?? null;
  }
}
