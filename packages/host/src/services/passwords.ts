import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** Derives in a thread of libuv's pool, so that nothing else waits for it. */
const derive = promisify(argon2);

/** What a guess costs: memory in KiB, passes over it, lanes side by side. */
interface Cost {
  memory: number;
  passes: number;
  parallelism: number;
}

/** The second recommended option of RFC 9106: 64 MiB, 3 passes, 4 lanes. */
const COST: Cost = { memory: 65_536, passes: 3, parallelism: 4 };
const TAG_BYTES = 32;

export interface Passwords {
  /** A password as it is stored: a PHC string, so that what is hashed at another cost is still read. */
  hash(password: string): Promise<string>;
  /**
   * Compares a password with the stored one. Takes as long where there is none (`stored` is `null`).
   *
   * @returns `renew` where it is right, but stored in a form or at a cost of before
   */
  verify(password: string, stored: string | null): Promise<{ right: boolean; renew: boolean }>;
}

/** @param cost a lower one is for tests alone */
export function createPasswords(cost: Cost = COST): Passwords {
  return {
    async hash(password) {
      const salt = randomBytes(16);
      const tag = await tagOf(password, salt, cost);
      return `$argon2id$v=19$${costText(cost)}$${base64(salt)}$${base64(tag)}`;
    },
    async verify(password, stored) {
      const known = stored === null ? null : parse(stored);
      const like = known ?? { salt: Buffer.alloc(16), tag: Buffer.alloc(TAG_BYTES), cost };
      const right = timingSafeEqual(await tagOf(password, like.salt, like.cost), like.tag) && known !== null;
      return { right, renew: right && !stored?.includes(`$${costText(cost)}$`) };
    },
  };
}

async function tagOf(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  return derive("argon2id", { message: password, nonce, tagLength: TAG_BYTES, ...cost });
}

const costText = ({ memory, passes, parallelism }: Cost) => `m=${memory},t=${passes},p=${parallelism}`;
const base64 = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");

const PHC =
  /^\$argon2id\$v=19\$m=(?<memory>\d+),t=(?<passes>\d+),p=(?<parallelism>\d+)\$(?<salt>[^$]+)\$(?<tag>[^$]+)$/;
/** What Rookery stored at first, all of it at the cost that was the only one. */
const FIRST_FORM = /^argon2id\$(?<salt>[^$]+)\$(?<tag>[^$]+)$/;

function parse(stored: string): { salt: Buffer; tag: Buffer; cost: Cost } {
  const found = (PHC.exec(stored) ?? FIRST_FORM.exec(stored))?.groups;
  if (!found) throw new Error("A stored password is not of a form that this Rookery knows.");
  const { memory = COST.memory, passes = COST.passes, parallelism = COST.parallelism } = found;
  return {
    salt: Buffer.from(found.salt ?? "", "base64"),
    tag: Buffer.from(found.tag ?? "", "base64"),
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
  };
}
