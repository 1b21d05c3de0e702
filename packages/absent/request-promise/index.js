/* The package that matrix-bot-sdk would load here is left out on purpose; see docs/decisions/0003. */

module.exports = function absent() {
  throw new Error(
    'The "request-promise" package is not part of Rookery; the host sets its own request function.',
  );
};
