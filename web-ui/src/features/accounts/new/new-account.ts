import type { Homeserver, NewAccount } from "@rookery/host/api";
import type { Way } from "./ways.ts";

/** What is asked for; each way has its own of these. */
export interface Values {
  username: string;
  password: string;
  newPassword: string;
  registrationToken: string;
  sharedSecret: string;
  accessToken: string;
  actsAs: string;
}

export const NOTHING: Values = {
  ...{ username: "", password: "", newPassword: "", registrationToken: "" },
  ...{ sharedSecret: "", accessToken: "", actsAs: "" },
};

/** The fields of a way that must not be empty. */
export function neededFor(way: Way, registration: Homeserver["registration"]): (keyof Values)[] {
  switch (way) {
    case "password":
      return ["username", "password"];
    case "register":
      return registration === "open" ? ["username"] : ["username", "registrationToken"];
    case "shared-secret":
      return ["username", "sharedSecret"];
    case "token":
      return ["accessToken"];
    case "sso":
      return [];
  }
}

/** What is sent to the host, for each way but the single sign-on. */
export function newAccount(
  homeserverUrl: string,
  way: Exclude<Way, "sso">,
  values: Values,
  registration: Homeserver["registration"],
): NewAccount {
  const username = values.username.trim();
  const password = values.newPassword === "" ? {} : { password: values.newPassword };
  switch (way) {
    case "password":
      return { homeserverUrl, username, password: values.password };
    case "register": {
      // Who registers anybody asks for no token, and gets none to see.
      const registrationToken = registration === "open" ? "none" : values.registrationToken.trim();
      return { homeserverUrl, username, registrationToken, ...password };
    }
    case "shared-secret":
      return { homeserverUrl, username, sharedSecret: values.sharedSecret.trim(), ...password };
    case "token": {
      const actsAs = values.actsAs.trim();
      const user = actsAs === "" ? {} : { username: actsAs };
      return { homeserverUrl, accessToken: values.accessToken.trim(), ...user };
    }
  }
}
