import { setFlagsFromString } from "node:v8";
import "ses";

// SES refuses `import(` and does not know `import.source(`, which asks Node's loader, outside of all compartments.
setFlagsFromString("--no-js-source-phase-imports");

/** Node's own errors lead to it; SES puts others in its place. */
const NodesError = Error;

/**
 * The second wall, before anything else of the worker is loaded: all intrinsics are frozen.
 * Stacks stay readable (`errorTaming`), so that authors see where their plugin failed;
 * `overrideTaming: "severe"` lets common libraries assign what would shadow a frozen property.
 */
lockdown({
  errorTaming: "unsafe",
  stackFiltering: "verbose",
  overrideTaming: "severe",
  consoleTaming: "unsafe",
  domainTaming: "unsafe",
  localeTaming: "unsafe",
  reporting: "none",
  // Node's own ways: an uncaught error reaches the host with its message, a rejection the worker's handler.
  errorTrapping: "none",
  unhandledRejectionTrapping: "none",
});
harden(NodesError);
