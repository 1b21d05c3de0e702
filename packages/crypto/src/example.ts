import { openCrypto } from "@rookery/crypto";

export async function sayHello(homeserver: string, accessToken: string, storeKey: Uint8Array): Promise<void> {
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(homeserver + path, {
      method,
      headers: { authorization: `Bearer ${accessToken}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };

  // Nothing starts here: the thread comes with the first call.
  const crypto = openCrypto({
    userId: "@bot:example.org",
    deviceId: "ABCDEFGH",
    file: "accounts/bot/crypto.db",
    storeKey,
    http: { request: call },
    onRoomKeys: (keys) => console.log("Now readable:", keys),
  });

  // With every sync, and before its token is saved:
  await crypto.handleSync((await call("GET", "/_matrix/client/v3/sync")).body);
  await crypto.outgoing();

  // What a room is like is for the caller to know.
  const room = {
    roomId: "!room:example.org",
    members: ["@bot:example.org", "@ada:example.org"],
    encryption: { algorithm: "m.megolm.v1.aes-sha2", rotation_period_msgs: 100 },
    historyVisibility: "shared",
  };
  const content = await crypto.encrypt(room, "m.room.message", { msgtype: "m.text", body: "Hello" });
  const txn = encodeURIComponent("derived-from-what-is-answered");
  await call("PUT", `/_matrix/client/v3/rooms/${room.roomId}/send/m.room.encrypted/${txn}`, content);

  await crypto.close();
}
