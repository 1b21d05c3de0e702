/** What the audit log's actions are called. */
const words: Record<string, string> = {
  "session.begin": "signed in",
  "session.end": "ended a session",
  "session.end-others": "ended their other sessions",
  "session.end-all": "ended all sessions",
  "token.create": "made an API token",
  "token.remove": "revoked an API token",
  "user.add": "added a user",
  "user.change": "changed a user",
  "user.link": "made a one-time link",
  "user.set-password": "set a password",
  "user.remove": "removed a user",
  "playground.add-person": "added somebody to the playground",
  "account.add": "added an account",
  "account.change": "changed an account",
  "account.rename": "gave an account another name",
  "account.set-avatar": "gave an account a picture",
  "account.remove-avatar": "took an account's picture away",
  "account.accept-invite": "accepted an invitation",
  "account.reject-invite": "rejected an invitation",
  "account.leave-room": "had an account leave a room",
  "account.remove": "logged an account out",
  "plugin.install": "uploaded a plugin",
  "plugin.grant": "changed what a plugin may do",
  "plugin.roll-back": "rolled a plugin back",
  "plugin.upgrade": "accepted an upgrade",
  "plugin.dismiss-upgrade": "discarded an upgrade",
  "plugin.remove": "uninstalled a plugin",
  "instance.create": "created an instance",
  "instance.change": "changed an instance",
  "instance.start": "started an instance",
  "instance.stop": "stopped an instance",
  "instance.restart": "restarted an instance",
  "instance.duplicate": "duplicated an instance",
  "instance.export": "exported an instance",
  "instance.import": "imported an instance",
  "instance.remove": "deleted an instance",
  "instance.dismiss-overflow": "took note of a full inbox",
  "configuration.apply": "applied the configuration",
  "database.write": "changed an instance's database",
  "file.remove": "deleted an instance's file",
  "backup.create": "made a backup",
  "backup.download": "downloaded a backup",
  "backup.remove": "deleted a backup",
  "delivery.rerun": "ran a failed event again",
};

export const auditActions = Object.keys(words);

/** An action as words for people; one that this page does not know yet as it is. */
export function actionWords(action: string): string {
  return words[action] ?? action;
}
