import { AppError, reasonOf } from "../errors.ts";
import { writeBackup } from "../services/backup-file.ts";
import { copyRegistry } from "../store/registry-copy.ts";
import { copyDatabase } from "../store/snapshots.ts";
import type { BackupAnswer, BackupCall } from "./calls.ts";

function perform(call: BackupCall): Promise<unknown> {
  switch (call.name) {
    case "copyRegistry":
      return copyRegistry(...call.args);
    case "copyDatabase":
      return copyDatabase(...call.args);
    case "write":
      return writeBackup(...call.args);
  }
}

async function answerTo(call: BackupCall): Promise<BackupAnswer> {
  try {
    return { done: await perform(call) };
  } catch (error) {
    const { code } = error as { code?: string };
    return { message: reasonOf(error), code, isOurs: error instanceof AppError };
  }
}

process.on("message", async (call) => process.send?.(await answerTo(call as BackupCall)));
// The host ended the work, or is gone: what is half written is the next start's to remove.
process.on("disconnect", () => process.exit());
