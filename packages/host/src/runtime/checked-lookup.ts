import type { LookupFunction } from "node:net";
import { networkInterfaces } from "node:os";
import { AppError } from "../errors.ts";
import { isPublicAddress, isWithin, plainAddress, type Ranges, toRanges } from "./addresses.ts";
import { isNameOf } from "./granted-hosts.ts";
import type { ResolveName } from "./resolve-name.ts";

/** A host whose name answers with more addresses than this has some that are never tried. */
const MOST_ADDRESSES = 16;

/**
 * The look-up of plugins' connections: what it gives is what is connected to, and nothing else asks.
 * A name is refused if any of its addresses is not a public one, or is this machine's own: what
 * listens there may be closed to the outside by a firewall only.
 *
 * @param privateHosts names that the operator wants to be elsewhere, and in which ranges they may be
 * @throws (to the callback) AppError `PERMISSION_DENIED`, or the error of the look-up
 */
export function createCheckedLookup(options: {
  resolve: ResolveName;
  privateHosts: Readonly<Record<string, readonly string[]>>;
  ownAddresses?: (() => string[]) | undefined;
}): LookupFunction {
  const { resolve, ownAddresses = addressesOfThisMachine } = options;
  const named = Object.entries(options.privateHosts).map(([glob, ranges]) => ({
    glob,
    ranges: toRanges(ranges),
  }));

  function check(name: string, address: string, own: Set<string | null>): void {
    const isNamed = ({ glob, ranges }: { glob: string; ranges: Ranges }) =>
      isNameOf(name, glob) && isWithin(address, ranges);
    if (named.some(isNamed)) return;
    const problem = !isPublicAddress(address)
      ? "which is not a public address"
      : own.has(plainAddress(address))
        ? "which is this machine's own address"
        : null;
    if (problem === null) return;
    const text = `${name} resolves to ${address}, ${problem}. Where this is wanted, the operator names both in the configuration, under network.privateHosts.`;
    throw new AppError("PERMISSION_DENIED", text);
  }

  async function lookup(name: string) {
    const addresses = await resolve(name);
    const own = new Set(ownAddresses().map(plainAddress));
    for (const { address } of addresses) check(name, address, own);
    const [first] = addresses;
    if (!first) throw new AppError("NETWORK_FAILED", `${name} has no address.`);
    return { first, addresses: addresses.slice(0, MOST_ADDRESSES) };
  }

  return (name, { all }, callback) => {
    lookup(name).then(
      ({ first, addresses }) =>
        all ? callback(null, addresses) : callback(null, first.address, first.family),
      (error: NodeJS.ErrnoException) => callback(error, ""),
    );
  };
}

function addressesOfThisMachine(): string[] {
  return Object.values(networkInterfaces()).flatMap((list = []) => list.map(({ address }) => address));
}
