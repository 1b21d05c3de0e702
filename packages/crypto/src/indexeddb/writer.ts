// For kill.test.ts: writes to two stores in each transaction, and says which one has completed.
import { writeSync } from "node:fs";
import { IDBFactory } from "./factory.ts";
import { openSqliteFile } from "./file.ts";
import { openPair } from "./pair.ts";

const file = openSqliteFile(process.argv[2] ?? "");
const factory = new IDBFactory();
factory.mount("pair", file);
const pair = await openPair(factory);
for (let number = (await pair.numbers()).left.length; ; number++) {
  await pair.write(number);
  writeSync(1, `${number}\n`);
}
